import type { Change } from "../../components/commune/changes/change.ts";
import type { Sentences } from "../../components/commune/changes/sentences.ts";
import { wordFor } from "../../components/commune/changes/words.ts";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { joined } from "../../components/foundation/language/numbers.ts";
import { around } from "./around.ts";
import type { Made, MadeClauses, Rank } from "./clause.ts";
import { of } from "./french.ts";
import type { Names } from "./names.ts";

const says =
  <With>(rank: Rank, fr: (fr: string, told: With) => string, en: (en: string, told: With) => string) =>
  (told: With, subject: Translated): Made => ({
    rank,
    text: { fr: fr(subject.fr, told), en: en(subject.en, told) },
  });

const restarts = says<unknown>(
  "waits",
  (fr) => `${fr} redémarre`,
  (en) => `${en} restarts`,
);
const goesTo = says<{ to: string }>(
  "changes",
  (fr, { to }) => `${fr} passe à la version ${to}`,
  (en, { to }) => `${en} goes to version ${to}`,
);
const rowsMoved = says<{ to: string }>(
  "moves",
  (fr, { to }) => `la base de données ${of(fr)} est désormais sur ${shortPlace(to, "fr")}, et là seulement`,
  (en, { to }) => `the database of ${en} is on ${shortPlace(to, "en")} from now on, and only there`,
);
const filesMoved = says<{ to: string }>(
  "moves",
  (fr, { to }) => `les fichiers ${of(fr)} sont désormais sur ${shortPlace(to, "fr")}, et là seulement`,
  (en, { to }) => `the files of ${en} are on ${shortPlace(to, "en")} from now on, and only there`,
);

const ownPlaces: Readonly<Record<string, Translated>> = {
  "the commune's server": { fr: "le serveur de la commune", en: "the commune’s server" },
  "a server of its own": { fr: "un serveur à part de la commune", en: "a server of its own" },
  "a volume": { fr: "un disque de la commune", en: "a disk of the commune" },
};

/** Returns a place of data in short: the host of an address, or the words for a place of the commune's own. */
function shortPlace(place: string, language: Language): string {
  const host = URL.canParse(place) ? new URL(place).hostname || place : place;
  return ownPlaces[place]?.[language] ?? host.replace(/:\d+$/, "");
}

/** Words for what communes share by a link, by the kind of the service. */
const linkedWords: Readonly<Record<string, Translated>> = {
  documents: { fr: "les documents", en: "documents" },
  microblog: { fr: "les messages publics", en: "public posts" },
  video: { fr: "les vidéos", en: "videos" },
};

/** Words for the services of a link, as they are published: `documents, microblog`. */
function linked(services: string, language: Language): string {
  return joined(
    services.split(", ").map((kind) => wordFor(linkedWords, kind, language)),
    language,
  );
}

/** One for each sentence that can be made, but those of settings and of what is erased. */
const made = {
  serviceComes: ({ service, host }, { fr, en }, names) => ({
    rank: "opens",
    text: names.isAssociation(service)
      ? { fr: `${fr} a un espace en ligne, sous ${host}`, en: `${en} has a place online, below ${host}` }
      : { fr: `${fr} ouvre, à l’adresse ${host}`, en: `${en} opens, at ${host}` },
  }),
  serviceReturns: ({ since }, { fr, en }) => ({
    rank: "opens",
    text: {
      fr: `${fr}, à l’arrêt depuis le ${since}, rouvre avec ses données`,
      en: `${en}, retired since ${since}, opens again with its data`,
    },
  }),
  retired: says(
    "ends",
    (fr) => `plus personne ne peut se servir ${of(fr)}, et ses données sont gardées`,
    (en) => `nobody can use ${en} any more, and its data is kept`,
  ),
  leftBehind: ({ name }, { fr, en }, names) => ({
    rank: "changes",
    text: names.isOfPeople(names.owner(name))
      ? {
          fr: `l’ancien stockage ${of(fr)} ne sert plus, et ce qu’il contient est gardé`,
          en: `the former storage of ${en} is not used any more, and what is in it is kept`,
        }
      : {
          fr: `${fr} ne sert plus, et ses données sont gardées`,
          en: `${en} is not used any more, and its data is kept`,
        },
  }),
  tenantSuspended: says(
    "ends",
    (fr) => `les outils ${of(fr)} sont suspendus, et tout ce qu’elle a est gardé`,
    (en) => `the applications of ${en} are suspended, and all that it has is kept`,
  ),
  tenantResumed: says(
    "opens",
    (fr) => `les outils ${of(fr)} rouvrent tels qu’ils étaient`,
    (en) => `the applications of ${en} open again as they were`,
  ),
  versionGoes: goesTo,
  versionRestored: says(
    "changes",
    (fr, { to }) => `${fr} revient à la version ${to}, avec ses données d’alors`,
    (en, { to }) => `${en} goes back to version ${to}, with its data of then`,
  ),
  rowsMoved,
  filesMoved,
  doorMoved: ({ all, to }) => ({
    rank: "final",
    text: {
      fr: `${all.fr} qui n’ont pas été préparés de nouveau perdent leur serveur, désormais à ${to}`,
      en: `${all.en} that were not prepared again lose their server, which is at ${to} from now on`,
    },
  }),
  keyMoved: says(
    "final",
    () =>
      "les appareils qui n’ont pas été préparés de nouveau ne croient plus la commune, qui signe avec une autre clé",
    () => "devices that were not prepared again do not believe the commune, which signs with another key",
  ),
  volumeComes: says(
    "beneath",
    (fr, { sizeGiB }) => `${fr} reçoit un disque de ${sizeGiB} Gio`,
    (en, { sizeGiB }) => `${en} gets a disk of ${sizeGiB} GiB`,
  ),
  volumeGrows: says(
    "changes",
    (fr, { from, to }) => `le disque ${of(fr)} passe de ${from} à ${to} Gio`,
    (en, { from, to }) => `the disk of ${en} goes from ${from} to ${to} GiB`,
  ),
  serverComes: says(
    "beneath",
    (fr) => `${fr} arrive`,
    (en) => `${en} comes`,
  ),
  serverRestarts: restarts,
  associationsServerRestarts: restarts,
  ownServerRestarts: restarts,
  podRestarts: restarts,
  podsUnknown: says(
    "waits",
    () => "des services peuvent redémarrer",
    () => "services may restart",
  ),
  postgresqlGoes: ({ to, waiting }, { fr, en }, names) => {
    const whose = waiting.length === 0 ? { fr, en } : names.titles(waiting);
    return {
      rank: "changes",
      text: {
        fr: `la base de données ${of(whose.fr)} passe à PostgreSQL ${to}`,
        en: `the database of ${whose.en} goes to PostgreSQL ${to}`,
      },
    };
  },
  keyComes: says(
    "changes",
    (fr) => `${fr} chiffre avec une clé de plus`,
    (en) => `${en} encrypts with one key more`,
  ),
  secretRotates: says(
    "changes",
    (fr) => `un mot de passe ou une clé technique ${of(fr)} est renouvelé, et ceux des gens restent`,
    (en) => `a technical password or key of ${en} is renewed, and people keep theirs`,
  ),
  linkOpens: ({ peer, services }, _, names) => ({
    rank: "opens",
    text: {
      fr: `un lien s’ouvre avec ${names.peer(peer)} pour ${linked(services, "fr")}, dès que cette commune le déclare aussi`,
      en: `a link with ${names.peer(peer)} for ${linked(services, "en")} opens when that commune declares it too`,
    },
  }),
  linkCloses: ({ peer, services }, _, names) => ({
    rank: "ends",
    text: {
      fr: `le lien avec ${names.peer(peer)} pour ${linked(services, "fr")} se ferme, et elle garde ce qu’elle a déjà reçu`,
      en: `the link with ${names.peer(peer)} for ${linked(services, "en")} closes, and it keeps what it has received`,
    },
  }),
  linkChanges: ({ peer, from, to }, _, names) => ({
    rank: "opens",
    text: {
      fr: `le lien avec ${names.peer(peer)} vaut pour ${linked(to, "fr")}, et valait pour ${linked(from, "fr")}`,
      en: `the link with ${names.peer(peer)} is for ${linked(to, "en")}, and was for ${linked(from, "en")}`,
    },
  }),
  linkMoves: ({ peer, to }, _, names) => ({
    rank: "moves",
    text: {
      fr: `${names.peer(peer)} est cherchée à ${to}`,
      en: `${names.peer(peer)} is looked for at ${to}`,
    },
  }),
  linkKey: ({ peer }, _, names) => ({
    rank: "unsafe",
    text: {
      fr: `${names.peer(peer)} signe avec une autre clé : demandez-lui si c’est bien vrai`,
      en: `${names.peer(peer)} signs with another key: ask its people whether that is so`,
    },
  }),
  ...around,
  softwareGoes: ({ software, to }) => ({
    rank: "changes",
    text: {
      fr: `le logiciel ${software} passe à la version ${to}`,
      en: `the software ${software} goes to version ${to}`,
    },
  }),
  siteChanges: ({ key }) => ({
    rank: "changes",
    text: {
      fr: `le réglage « ${key} » de l’installation change`,
      en: `the setting ${key} of the installation changes`,
    },
  }),
  protectionEnds: () => ({
    rank: "unsafe",
    text: {
      fr: "les données de la commune ne sont plus protégées d’un effacement, qu’une autre mise à jour ou une commande peut faire",
      en: "the commune’s data is no longer protected from deletion, which another update or a command may do",
    },
  }),
  protectionBegins: () => ({
    rank: "comes",
    text: { fr: "les données sont protégées d’un effacement", en: "data is protected from deletion" },
  }),
} as const satisfies MadeClauses;

/** Words for a change that is made; undefined if it is told as a setting or an erasure. */
export function madeClause({ told, ...change }: Change, names: Names): Made | undefined {
  return worded(told, names.title(names.subject(change)), names);
}

function worded<Name extends keyof Sentences>(
  { sentence, with: parameters }: { sentence: Name; with: Sentences[Name] },
  subject: Translated,
  names: Names,
): Made | undefined {
  const all: MadeClauses = made;
  return all[sentence]?.(parameters, subject, names);
}
