import type { OtherSeed } from "../../foundation/seed/origin.ts";
import { valueInFrench } from "./field-words.ts";
import type { Phrasing } from "./sentences.ts";
import { fieldTitle, titleOf, wordFor, words } from "./words.ts";

const gone = "docs/retirement.md";

function orApplyFirst(disposable: boolean): string {
  return disposable
    ? " Ou, sans rien changer d’autre, appliquez d’abord : pulumi config set commune:data disposable. Retirez ensuite la section."
    : "";
}

function tellTheStack(value: string): string {
  return `dites-le à l’outillage : pulumi config set commune:moved ${/^[\w.:/=,-]+$/.test(value) ? value : `"${value}"`}.`;
}

/** Writes the place of data in French. */
function place(name: string): string {
  return wordFor(words.whereabouts, name, "fr");
}

function fromTo(from: string | undefined, to: string | undefined): string {
  return from === undefined || to === undefined ? "change" : `passe de ${from} à ${to}`;
}

/** Writes a value of a field. */
const value = (text: string, field: string) => valueInFrench(text, field.split(".").at(-1));

function title(name: string): string {
  return titleOf(name, "fr");
}

/** Returns the name of a thing for the start of a sentence. */
function first(name: string): string {
  return title(name).charAt(0).toUpperCase() + title(name).slice(1);
}

/** Joins names: "a, b et c". */
function all(names: readonly string[]): string {
  const titles = names.map(title);
  return titles.length < 2 ? titles.join("") : `${titles.slice(0, -1).join(", ")} et ${titles.at(-1)}`;
}

function otherSeed({ seed, seedFrom, stack, given }: OtherSeed): string {
  const lost =
    "tous les mots de passe et toutes les clés de chiffrement changeraient, et les données chiffrées seraient perdues";
  const drawn = `retirez le réglage, et la graine que la pile a tirée, qui est toujours dans son état, servira : pulumi config rm commune:seed -s ${stack}`;
  const gave = `redonnez la première (empreinte ${seed}) : pulumi config set --secret commune:seed -s ${stack}. Les réglages des mises à jour passées, dont cette graine, se lisent avec : pulumi stack history --show-secrets --json --page-size 100000 -s ${stack}`;
  if (given === undefined) {
    return `cette commune a démarré avec une graine donnée, et commune:seed n’est plus réglé : une autre serait tirée, ${lost}. N’allez pas plus loin sans elle ; ${gave}.`;
  }
  const different = `commune:seed n’est pas la graine avec laquelle cette commune a démarré : ${lost}.`;
  const end = "Un secret seul se renouvelle en augmentant sa version (docs/seed.md).";
  if (seedFrom === "drawn") return `${different} Cette pile l’a tirée ; ${drawn}. ${end}`;
  if (seedFrom === "given") {
    return `${different} Elle a été donnée, et sans le réglage une autre serait tirée ; ${gave}. ${end}`;
  }
  return `${different} Si commune:seed était réglé lors d’une mise à jour passée, ${gave}. Sinon, ${drawn}. ${end}`;
}

const points = {
  devices: "d’autres appareils",
  places: "d’autres emplacements, hauteurs ou noms",
  radios: "d’autres canaux, largeurs ou puissances",
  hours: "d’autres horaires",
} as const;

const places = {
  quarter: { un: "Un quartier", le: "Le quartier" },
  zone: { un: "Une zone blanche", le: "La zone blanche" },
  space: { un: "Un espace numérique", le: "L’espace numérique" },
} as const;

const noPoint = {
  "no vault": "la commune n’a pas de coffre (recovery: { vaults: [<membre>] }).",
  "vaults are new":
    "ses coffres sont déclarés dans cette mise à jour ; appliqués avant elle, ils auraient un point de restauration.",
  "files move": "ses fichiers sont ailleurs après cette mise à jour.",
  "points come":
    "ses points de restauration commencent avec cette mise à jour ; appliqués avant elle, ils en auraient un.",
  "points go": "ses points de restauration s’arrêtent avec cette mise à jour.",
} as const;

/** Sentences for reports to elected representatives, and for administrators who read French. */
export const french: Phrasing = {
  serviceComes: ({ service, host }) => `${first(service)} arrive, à l’adresse ${host}.`,
  serviceReturns: ({ service, since }) =>
    `${first(service)}, arrêté depuis le ${since}, revient tel qu’il était.`,
  serviceGoes: ({ service }) => `${first(service)} est oublié : déclaré à nouveau, il repart de rien.`,
  retired: ({ name, since, goesOn }) =>
    `${first(name)} est arrêté depuis le ${since} : plus personne ne peut s’en servir. Ses données restent jusqu’à ce qu’on y renonce (${gone}).${goesOn ? ` ${goesOn.fr}` : ""}`,
  leftBehind: ({ name, since }) =>
    `${first(name)} ne sert plus depuis le ${since}. Ses données restent jusqu’à ce qu’on y renonce (${gone}).`,
  released: ({ name, since, rows, bucket }) => {
    const removed =
      rows.are === "dropped"
        ? "Le contenu de sa base et son compte sont effacés pour de bon par cette mise à jour. "
        : rows.are === "outside"
          ? `Le contenu de sa base sur ${rows.server} est à effacer par qui tient ce serveur (DROP DATABASE ${name}; DROP ROLE ${name};). `
          : "";
    const stopped = since === "" ? "" : `, arrêté depuis le ${since}`;
    return `On renonce aux données de ${title(name)}${stopped}. ${removed}Ce qui les contient n’est plus protégé, et sera effacé quand ${title(name)} sera retiré de la déclaration.${
      bucket === undefined ? "" : ` Ce qui est dans ${bucket} est à effacer par qui tient ce stockage.`
    }`;
  },
  serverReleased: () =>
    "Le serveur de base de données de la commune n’est plus protégé non plus. Il sera effacé avec le dernier d’entre eux : il ne contient rien d’autre.",

  leaves: ({ name, line, disposable }) =>
    `${first(name)} contient des données, qui partiraient avec lui. Remettez-le comme il était, avec une ligne de plus : ${line}. Plus personne ne peut alors s’en servir, et ses données restent jusqu’à ce qu’on y renonce (${gone}).${orApplyFirst(disposable)}`,
  leavesRetired: ({ name, since, kept, released, disposable }) =>
    `${first(name)} est arrêté depuis le ${since}, et ses données sont gardées. Remettez-le : ${kept} ; ou renoncez d’abord à ses données : ${released}, appliquez, puis retirez-le (${gone}).${orApplyFirst(disposable)}`,
  releasedInUse: ({ name, line }) =>
    `${first(name)} est encore en service. Arrêtez-le d’abord : ${line}, appliquez, et renoncez à ses données quand plus personne ne les demande (${gone}).`,
  droppedInUse: ({ service }) =>
    `${first(service)} a encore ses données sur ce serveur. Appliquez d’abord le déménagement, et effacez-les quand il est complet (${gone}).`,
  applicationLeaves: ({ volume }) =>
    `le disque ${volume} contient les données d’une application qui n’est plus déclarée. Remettez-la, ou arrêtez l’association avec tout ce qu’elle a (${gone}).`,
  rowsStay: ({ isOwn }) =>
    `le contenu de sa base est sur ${isOwn ? "un serveur à elle" : "le serveur que les associations partagent"}, et n’en change pas tout seul : ce qui s’en sert repartirait de rien. Remettez ce qu’il y avait, ou déplacez-la avec son archive (docs/tenants.md, « A database server of its own »).`,
  tenantSuspended: ({ service, since }) =>
    `${first(service)} est suspendue depuis le ${since} : une page le dit à chacune de ses adresses, et rien d’elle ne tourne. Tout ce qu’elle a est gardé (docs/tenants.md).`,
  tenantResumed: ({ service }) =>
    `${first(service)} n’est plus suspendue : elle revient telle qu’elle était.`,
  migratedRetired: ({ from }) =>
    `ses données sont celles de la version ${from}, et rien ne tourne qui pourrait les migrer. Écrivez « ${from} » ; la version pourra avancer à son retour.`,
  returnsWithoutRows: () =>
    "le contenu de sa base a été effacé quand on a renoncé à ses données, et ses fichiers seuls ne servent à rien. Retirez la section, appliquez, puis écrivez-la de nouveau : il repart de rien.",

  versionGoes: ({ service, page, from, to, interruption }) =>
    interruption === "until migrated"
      ? `${service} passe de la version ${from} à la version ${to} : personne ne peut s’en servir entre l’arrêt de l’ancienne version et la fin de sa migration. Prévenez avant (docs/${page}.md, « Upgrade »).`
      : `${service} passe de la version ${from} à la version ${to} pendant que l’on s’en sert. Ses données sont migrées, et les versions plus anciennes ne peuvent plus les lire.`,
  versionRestored: ({ service, from, to }) =>
    `${service} revient de la version ${from} à la version ${to}, dont les données ont été remises (commune:restored).`,
  versionBack: ({ from, to }) =>
    `la version ${from} tourne, et ${to} est plus ancienne : les données ont été migrées, et une version plus ancienne ne peut pas les lire. Écrivez ${from} ou plus récent ; pour revenir en arrière : npx commune undo (docs/changes.md).`,
  versionSkips: ({ from, to, unit, next }) => {
    const what = unit === "major" ? "une version majeure" : "une série mineure";
    return `de ${from} à ${to}, on saute ${what}, dont les migrations ne se feraient jamais. ${
      next === undefined
        ? "Passez par chacune, l’une après l’autre."
        : `Écrivez d’abord « ${next} », appliquez, puis continuez.`
    }`;
  },
  nameChanges: ({ from, to }) =>
    `ce service a été mis en route sous le nom ${from} et ne peut pas devenir ${to}. Ce nom est dans chaque compte, chaque lien et chaque clé que d’autres gardent. Remettez celui d’avant. Une autre machine se joint par le DNS ; un autre nom est un nouveau service à côté de l’ancien.`,
  domainChanges: ({ from, to }) =>
    `la commune est connue sous ${from} et ne peut pas devenir ${to} : les autres communes gardent ce nom, avec sa clé. Remettez celui d’avant.`,

  rowsMove: ({ from, to, value }) =>
    `le contenu de sa base est sur ${place(from)}, et la déclaration le met sur ${place(to)}, où il manquerait. Copiez-le d’abord (docs/database.md), puis ${tellTheStack(value)}`,
  rowsMoved: ({ service, from, to }) =>
    `${first(service)} continue avec sa base sur ${place(to)} ; elle était sur ${place(from)}. Ce qui s’écrit désormais n’est que là.`,
  filesMove: ({ from, to, value }) =>
    `ses fichiers sont sur ${place(from)}, et la déclaration les met sur ${place(to)}, où ils manqueraient. Copiez-les d’abord (docs/platform.md), puis ${tellTheStack(value)}`,
  filesStay: ({ service, from, to }) =>
    `ses fichiers sont sur ${place(from)}, et la déclaration les met sur ${place(to)} : ${title(service)} n’en montrerait aucun, et les copier n’y changerait rien, car il les trouve par leur nom sur un disque et par un numéro dans un espace de stockage. Remettez ce qu’il y avait. Seul un nouveau peut avoir l’autre : docs/${service}.md, « Files in a bucket ».`,
  filesMoved: ({ service, from, to }) =>
    `${first(service)} continue avec ses fichiers sur ${place(to)} ; ils étaient sur ${place(from)}. Ce qui s’écrit désormais n’est que là.`,
  doorMoves: ({ section, each, from, to, value }) =>
    `${each.fr} a ${from} en mémoire et ne trouverait personne à ${to}. Remettez le nom d’avant ; ou préparez tout de nouveau pour ${to} (docs/${section}.md), puis ${tellTheStack(value)}`,
  doorMoved: ({ section, from, to }) =>
    `${first(section)} répond à ${to}, et plus à ${from} : seul ce qui a été préparé de nouveau le trouve.`,
  rowsDropped: ({ service }) =>
    `Le contenu de la base de ${title(service)} et son compte sont effacés pour de bon du serveur de la commune par cette mise à jour.`,
  rowsLeft: ({ services }) =>
    `Le contenu de la base de ${all(services)} est encore sur le serveur de la commune, et rien ne s’en sert. Quand plus personne n’en a besoin : database: { drop: [${services.join(", ")}] } (${gone}).`,
  volumeComes: ({ volume, sizeGiB }) => `De la place sur disque arrive : ${volume} (${sizeGiB} Gio).`,
  volumeGrows: ({ volume, from, to }) =>
    `Le disque ${volume} passe de ${from} Gio à ${to} Gio. Il ne pourra plus rétrécir.`,
  volumeShrinks: ({ volume, from, to }) =>
    `le disque ${volume} a ${from} Gio, et la déclaration arrive à ${to} Gio : un disque ne rétrécit pas. Écrivez « ${from} GiB » ou plus.`,
  volumeGoes: ({ volume, sizeGiB }) =>
    `Un disque est effacé avec tout ce qu’il contient : ${volume} (${sizeGiB} Gio).`,
  serverComes: ({ server, major }) =>
    `Un serveur de base de données arrive : ${server}, PostgreSQL ${major}.`,
  serverStays: ({ server, from, to }) =>
    `${titleOf(server, "fr")} a son contenu là où availability est « ${from} », et un autre repart sans rien : rien ne l’y apporte tout seul. Écrivez availability: ${from} ici, et il reste comme il est. Pour l’avoir là où availability est « ${to} », il faut le porter sur un serveur propre à chaque service : docs/database.md, « From one node to several, and back ».`,
  queueStays: ({ service }) =>
    `ce qui attend dans le cache de ${titleOf(service, "fr")} est sur trois serveurs, et un seul se servirait du disque du premier pendant que celui-ci tourne encore. Arrêtez d’abord ${service} (retired: { since: <aujourd’hui> }), appliquez, puis remettez-le avec availability: single (docs/availability.md).`,
  serverGoes: ({ server, major }) =>
    `Un serveur de base de données s’en va : ${server}, PostgreSQL ${major}.`,
  serverRestarts: ({ waiting }) =>
    waiting.length === 0
      ? "Un serveur de base de données dont personne ne se sert redémarre."
      : `Le serveur de base de données de ${all(waiting)} redémarre : pendant quelques secondes, des erreurs apparaissent. Si sa mémoire est déclarée, un service de plus ou d’autres effectifs ne le redémarrent pas (docs/database.md, « Restarts »).`,
  associationsServerRestarts: ({ count }) =>
    `Le serveur de base de données des associations redémarre : pendant quelques secondes, les sites qui s’en servent affichent des erreurs (${count} ${count === 1 ? "association" : "associations"}).`,
  ownServerRestarts: ({ server }) =>
    `${first(server)} redémarre : pendant quelques secondes, ses sites affichent des erreurs.`,
  postgresqlGoes: ({ from, to, waiting }) =>
    `PostgreSQL passe de la version ${from} à la version ${to} : ${
      waiting.length === 0
        ? "ses données sont exportées puis restaurées (docs/database.md)."
        : `personne ne peut se servir de ${all(waiting)} pendant que les données sont exportées puis restaurées. Prévenez avant (docs/database.md).`
    }`,
  postgresqlBack: ({ from, to }) =>
    `les données sont celles de PostgreSQL ${from}, et ${to}, plus ancien, ne peut pas les lire. Écrivez « ${from} ». Ce que les services avaient avant y revient depuis le point de restauration d’alors, avec --with-rows (docs/changes.md).`,
  postgresqlUnread: ({ from, to }) =>
    `les données sont celles de PostgreSQL ${from}, et PostgreSQL ${to} ne peut pas les lire. Écrivez upgradeFrom: "${from}" à côté : le serveur exporte alors les données avec l’ancienne version et les restaure dans la nouvelle avant de démarrer, et les services attendent (docs/database.md).`,

  keyGone: ({ key }) =>
    `il chiffre avec la clé ${key}, que cette version de l’outillage ne sait plus fabriquer : seconds facteurs et tout ce qu’elle a chiffré seraient illisibles. Prenez une version qui sait la fabriquer. Un mot de passe se renouvelle, une telle clé jamais (docs/seed.md).`,
  keyComes: ({ service, key }) =>
    `${first(service)} chiffre désormais avec une clé de plus : ${key}. Une version plus ancienne de l’outillage ne peut pas lire cela.`,

  secretRotates: ({ secret, to, rotation }) =>
    `${secret} passe à la version ${to} : ${
      {
        "by itself": "ce qui le fixe et ce qui le lit suivent.",
        "by a Job":
          "il est dit une fois à l’application. Pour le lire ensuite : pulumi stack output --show-secrets accounts",
        "prepared anew": "ce qui l’a en mémoire est préparé de nouveau.",
        never: "",
        given: "ce qui le lit au démarrage redémarre, avec ce qui a été donné à l’outillage.",
      }[rotation]
    }`,
  secretBack: ({ secret, from, to }) =>
    `${secret} est à la version ${from}, et la version ${to} est celle que l’on a voulu remplacer. Écrivez ${from}, ou ${from + 1} pour en avoir un autre.`,
  keyMoves: ({ secret, from, to, value }) =>
    `ce qui est dehors a la version ${from} de ${secret} en mémoire, et ne croit personne qui a la ${to}. Chaque pièce est à préparer de nouveau dès que la ${to} est appliquée (docs/seed.md, « Keys that others have »). Quand c’est organisé, ${tellTheStack(value)}`,
  keyMoved: ({ secret, to }) =>
    `${secret} passe à la ${to} : seul ce qui est préparé de nouveau avec elle croit la commune.`,
  seedChanges: otherSeed,

  linkOpens: ({ peer, services }) =>
    `Un lien s’ouvre avec ${peer}, pour ${services}, dès que ${peer} le déclare aussi. Ce que l’autre a vu, il peut le garder.`,
  linkCloses: ({ peer, services }) => `Le lien avec ${peer} se ferme, pour ${services}.`,
  linkChanges: ({ peer, from, to }) => `Le lien avec ${peer} vaut pour ${to} ; il valait pour ${from}.`,
  linkMoves: ({ peer, from, to }) => `${peer} est cherché à ${to} ; il l’était à ${from}.`,
  linkKey: ({ peer }) => `${peer} signe avec une autre clé qu’avant : demandez-lui si c’est bien vrai.`,

  pointsCome: ({ quarter, from, to }) => `Bornes Wi-Fi du quartier ${quarter} : ${from} avant, ${to} après.`,
  pointsGo: ({ quarter, from, to }) =>
    `Bornes Wi-Fi du quartier ${quarter} : ${from} avant, ${to} après. Les radios de celles qui partent sont éteintes.`,
  pointsReplaced: ({ quarter, count }) =>
    `Bornes Wi-Fi du quartier ${quarter} : certaines partent et autant arrivent ; il y en a ${count}.`,
  pointsChange: ({ quarter, count, aspect }) =>
    `Bornes Wi-Fi du quartier ${quarter} : ${points[aspect]}, pour une ou plusieurs sur ${count}.`,
  placeComes: ({ kind, id }) => `${places[kind].un} arrive : ${id}.`,
  placeGoes: ({ kind, id }) =>
    `${places[kind].un} disparaît : ${id}.${kind === "zone" ? " Les ondes peuvent alors y arriver." : ""}`,
  placeChanges: ({ kind, id }) =>
    `${places[kind].le} ${id} change de contour ou de description.${kind === "zone" ? " Regardez où les ondes peuvent alors arriver." : ""}`,

  newsComes: ({ id }) => `Une actualité paraît sur les pages de la commune : ${id}.`,
  newsGoes: ({ id }) => `Une actualité est retirée des pages de la commune : ${id}.`,
  newsChanges: ({ id }) => `Une actualité des pages de la commune change de texte : ${id}.`,

  availabilityChanges: ({ of, to }) => {
    const who = of === undefined ? "La commune" : first(of);
    return to === "node-loss"
      ? `${who} supporte la perte d’une machine autant que possible : ce qui peut tourner en double tourne sur deux machines, et ce qui n’a pas de disque repart ailleurs en une minute et demie environ. Bases de données et caches tournent sur trois machines ; les fichiers attendent la leur.`
      : `${who} ne tourne plus en double : la perte d’une machine interrompt ce qu’elle porte pendant six minutes environ, ou jusqu’à son retour.`;
  },
  fieldComes: ({ field, to }) =>
    `Arrive dans la déclaration : ${fieldTitle(field, "fr")}${to === undefined ? "" : `, ${value(to, field)}`}.`,
  fieldGoes: ({ field, from }) =>
    `Sort de la déclaration : ${fieldTitle(field, "fr")}${from === undefined ? "" : ` ; c’était ${value(from, field)}`}.`,
  fieldChanges: ({ field, from, to }) =>
    from === undefined || to === undefined
      ? `Change dans la déclaration : ${fieldTitle(field, "fr")}.`
      : `Change dans la déclaration : ${fieldTitle(field, "fr")}, de ${value(from, field)} à ${value(to, field)}.`,
  podRestarts: ({ told }) => told.fr,
  podsUnknown: ({ names }) =>
    `La version de l’outillage qui a servi en dernier n’a pas dit de quoi elle a fait les services : rien ne dit lesquels redémarrent. Peuvent être absents pendant une minute chacun : ${all(names)}.`,
  softwareGoes: ({ software, from, to }) =>
    `${software} passe de la version ${from} à la version ${to}, avec cette version de l’outillage.`,
  siteChanges: ({ key, from, to }) =>
    `Le réglage « ${key} » du site ${fromTo(from ?? "rien", to ?? "rien")}.`,
  incarnationGoesBack: ({ from, to }) =>
    `le numéro de ce site était ${from} et devient ${to} : les coffres connaissent le plus haut. Ce site se prendrait pour un site remplacé, et ne copierait plus rien. Remettez ce qui était : pulumi config set commune:incarnation ${from}`,
  storageClassChanges: ({ from, to }) =>
    `le type de disque ${from === undefined ? "n’était pas choisi" : `était ${from}`} et ${to === undefined ? "ne l’est plus" : `devient ${to}`} : un disque garde le type avec lequel il a été fait. Remettez ce qui était : pulumi config ${from === undefined ? "rm commune:storageClass" : `set commune:storageClass ${from}`}. Des disques d’un autre type se font pour une autre installation (docs/site.md).`,
  seedNowhereElse: ({ hosts }) =>
    `les données ne seraient plus protégées : tout pourrait être effacé, avec la graine, qui n’est nulle part ailleurs. Des copies de la commune sont gardées par ${all(hosts)}, et rien d’autre ne les ouvre. Imprimez-la d’abord en plusieurs parts, et essayez-les : npx commune recovery kit make, puis kit verify, qui dit quoi régler (docs/recovery.md).`,
  protectionEnds: () =>
    "Les données ne sont plus protégées : désormais, l’outillage efface ce qui en contient quand on le retire de la déclaration, et tout si on le lui demande.",
  protectionBegins: () =>
    "Les données sont protégées : désormais, l’outillage n’efface rien de ce qui en contient.",

  pointComes: ({ service, job }) =>
    `Un point de restauration de ${title(service)} est pris d’abord, et rien ne change avant qu’il soit dans un coffre${job === undefined ? "" : ` (${job})`}.`,
  pointGiven: ({ service, point }) =>
    `Aucun point de restauration de ${title(service)} n’est pris d’abord : ${point} est déclaré comme celui auquel revenir. Retirez ensuite ce réglage : pulumi config rm commune:pointBefore`,
  noPoint: ({ service, why }) =>
    `Rien n’est gardé de ${title(service)} tel qu’il est : ${noPoint[why]} Revenir en arrière demande une copie à vous, faite avant (docs/changes.md).`,
};
