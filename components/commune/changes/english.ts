import { otherSeedSentence } from "../../foundation/seed/origin.ts";
import type { Phrasing } from "./sentences.ts";
import { titleOf } from "./words.ts";

const gone = "docs/retirement.md";

/** Returns the name of a thing for the start of a sentence. */
function title(name: string): string {
  const words = titleOf(name, "en");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Returns the other way to remove something, after a refusal, if data is declared disposable. */
function orApplyFirst(disposable: boolean): string {
  return disposable
    ? " Or apply once with commune:data disposable and all as it was, and take it out then."
    : "";
}

/** Returns the command that confirms a move. */
function tellTheStack(value: string): string {
  return `then tell the stack: pulumi config set commune:moved ${/^[\w.:/=,-]+$/.test(value) ? value : `"${value}"`}.`;
}

function fromTo(from: string | undefined, to: string | undefined): string {
  return from === undefined || to === undefined ? "changes" : `goes from ${from} to ${to}`;
}

const points = {
  devices: "other devices",
  places: "other places, heights or names",
  radios: "other channels, widths or powers",
  hours: "other hours",
} as const;

const places = { quarter: "quarter", zone: "white zone", space: "digital space" } as const;

const noPoint = {
  "no vault": "the commune has no vault (recovery: { vaults: [<member>] }).",
  "vaults are new":
    "its vaults are declared in this update; applied before it, they would hold a restore point.",
  "files move": "its files are in another place after this update.",
  "points come": "its restore points begin with this update; applied before it, they would have one.",
  "points go": "its restore points end in this update.",
} as const;

/** Sentences for administrators, in `pulumi preview`, `pulumi up` and `commune check`. */
export const english: Phrasing = {
  serviceComes: ({ service, host }) => `${title(service)} comes, at ${host}.`,
  serviceReturns: ({ service, since }) =>
    `${title(service)} comes back, retired since ${since}, as what it was.`,
  serviceGoes: ({ service }) => `${title(service)} is forgotten: written again, it starts anew.`,
  retired: ({ name, since, goesOn }) =>
    `${name} is retired, since ${since}: nobody can use it any more. Its data stays until it is released (${gone}).${goesOn ? ` ${goesOn.en}` : ""}`,
  leftBehind: ({ name, since }) =>
    `${title(name)} is used no more, since ${since}. Its data stays until it is released (${gone}).`,
  released: ({ name, since, rows, bucket }) => {
    const removed =
      rows.are === "dropped"
        ? "Its rows and its role are removed from the commune's database server in this update, for good. "
        : rows.are === "outside"
          ? `Its rows on ${rows.server} are that server's operator to remove (DROP DATABASE ${name}; DROP ROLE ${name};). `
          : "";
    const retired = since === "" ? "" : `, retired on ${since},`;
    return `The data of ${name}${retired} is released. ${removed}What holds it is protected no more, and is deleted when ${name} is taken out of the declaration.${
      bucket === undefined ? "" : ` What is in ${bucket} is the store's operator to remove.`
    }`;
  },
  serverReleased: () =>
    "The commune's own database server is protected no more either, and is deleted with the last of them: nothing else is on it.",

  leaves: ({ name, line, disposable }) =>
    `${name} holds data, which would leave with it. Write it back as it was, with one line more: ${line}. Nobody can use it then, and its data stays until it is released (${gone}).${orApplyFirst(disposable)}`,
  leavesRetired: ({ name, since, kept, released, disposable }) =>
    `${name} was retired on ${since}, and its data is kept. Write it back: ${kept}; or release its data first: ${released}, apply, and then take it out (${gone}).${orApplyFirst(disposable)}`,
  releasedInUse: ({ name, line }) =>
    `${name} is still in use. Retire it first: ${line}, apply, and release its data once nobody needs it any more (${gone}).`,
  droppedInUse: ({ service }) =>
    `${service} has its rows on this server until now. Apply the move first, and drop them when it is complete (${gone}).`,
  applicationLeaves: ({ volume }) =>
    `the volume ${volume} holds the data of an application that is not there any more. Write the application again, or retire the association with all it has (${gone}).`,
  rowsStay: ({ isOwn }) =>
    `its rows are on ${isOwn ? "a server of its own" : "the server that associations share"}, and do not move by themselves: what uses them would begin empty. Write back what it was, or move it with its archive (docs/tenants.md, "A database server of its own").`,
  tenantSuspended: ({ service, since }) =>
    `${title(service)} is suspended, since ${since}: a page says so at each of its addresses, and nothing of it runs. All that it has stays (docs/tenants.md).`,
  tenantResumed: ({ service }) => `${title(service)} is suspended no more: it comes back as it was.`,
  migratedRetired: ({ from }) =>
    `its data is ${from}'s, and nothing runs that could migrate it. Write "${from}"; it can go on when it comes back.`,
  returnsWithoutRows: () =>
    "its rows were removed when its data was released, and its files alone are of no use. Take the section out, apply, and write it then: it starts anew.",

  versionGoes: ({ service, page, from, to, interruption }) =>
    interruption === "until migrated"
      ? `${service} goes from ${from} to ${to}: nobody can use it from the end of the old version until its migrations are done. Tell people beforehand (docs/${page}.md, "Upgrade").`
      : `${service} goes from ${from} to ${to} while people use it. Its data is migrated, and older versions cannot read it then.`,
  versionRestored: ({ service, from, to }) =>
    `${service} goes back from ${from} to ${to}, whose data was put back (commune:restored).`,
  versionBack: ({ from, to }) =>
    `${from} runs, and ${to} is older: its data has been migrated, and older versions cannot read it. Write ${from} or a newer version; going back is: npx commune undo (docs/changes.md).`,
  versionSkips: ({ from, to, unit, next }) => {
    const what = unit === "major" ? "major version" : "minor series";
    return `from ${from} to ${to} skips a ${what}, whose migrations would never run. ${
      next === undefined ? `Go through each ${what} in turn.` : `Write "${next}" first, apply it, then go on.`
    }`;
  },
  nameChanges: ({ from, to }) =>
    `it was started as ${from} and cannot become ${to}. That name is in every account, link and key that others keep. Write back what it was. Another machine is reached by DNS; another name is a new service beside the old one.`,
  domainChanges: ({ from, to }) =>
    `the commune is known as ${from} and cannot become ${to}: other communes keep that name, with its key. Write back what it was.`,

  rowsMove: ({ from, to, value }) =>
    `its rows are on ${from}, and the declaration puts them on ${to}, where it would start without them. Copy them first (docs/database.md), ${tellTheStack(value)}`,
  rowsMoved: ({ service, from, to }) =>
    `${title(service)} goes on with its rows on ${to}; they were on ${from}. What is written from now on is there alone.`,
  filesMove: ({ from, to, value }) =>
    `its files are on ${from}, and the declaration puts them on ${to}, where it would start without them. Copy them first (docs/platform.md), ${tellTheStack(value)}`,
  filesStay: ({ service, from, to }) =>
    `its files are on ${from}, and the declaration puts them on ${to}: ${title(service)} would show none of them, and copying them changes nothing, because it finds them by name on a volume and by number in a bucket. Write back what it was. Only a new one can have the other: docs/${service}.md, "Files in a bucket".`,
  filesMoved: ({ service, from, to }) =>
    `${title(service)} goes on with its files on ${to}; they were on ${from}. What is written from now on is there alone.`,
  doorMoves: ({ section, each, from, to, value }) =>
    `${each.en} has ${from} built in and would find nobody at ${to}. Write back what it was; or prepare each anew for ${to} (docs/${section}.md), ${tellTheStack(value)}`,
  doorMoved: ({ section, from, to }) =>
    `${title(section)} answers at ${to}, and no longer at ${from}: only what was prepared anew finds it.`,
  rowsDropped: ({ service }) =>
    `The rows of ${titleOf(service, "en")} and its role are removed from the commune's database server in this update, for good.`,
  rowsLeft: ({ services }) =>
    `Rows of ${services.join(", ")} are still on the commune's database server, and nothing uses them. When nobody needs them: database: { drop: [${services.join(", ")}] } (${gone}).`,
  volumeComes: ({ volume, sizeGiB }) => `A volume comes: ${volume} (${sizeGiB} GiB).`,
  volumeGrows: ({ volume, from, to }) =>
    `The volume ${volume} grows from ${from} GiB to ${to} GiB. It cannot shrink again.`,
  volumeShrinks: ({ volume, from, to }) =>
    `the volume ${volume} has ${from} GiB, and the declaration asks for ${to} GiB: Kubernetes cannot shrink a volume. Write "${from} GiB" or more.`,
  volumeGoes: ({ volume, sizeGiB }) =>
    `A volume is deleted with all that is on it: ${volume} (${sizeGiB} GiB).`,
  serverComes: ({ server, major }) => `A database server comes: ${server}, PostgreSQL ${major}.`,
  serverStays: ({ server, from, to }) =>
    `${titleOf(server, "en")} has its rows where availability is "${from}", and another one begins without any: nothing brings them by itself. Write availability: ${from} here, and it stays as it is. To have them where availability is "${to}", bring them to a server of a service's own: docs/database.md, "From one node to several, and back".`,
  queueStays: ({ service }) =>
    `what waits in the cache of ${titleOf(service, "en")} is on three servers, and a single one would use the volume of the first while that still runs. Retire ${service} first (retired: { since: <today> }), apply, and write it back with availability "single" (docs/availability.md).`,
  serverGoes: ({ server, major }) => `A database server goes: ${server}, PostgreSQL ${major}.`,
  serverRestarts: ({ waiting }) =>
    waiting.length === 0
      ? "A database server that nobody uses restarts."
      : `The database server of ${waiting.join(", ")} restarts: for some seconds they answer with errors. With its memory declared, another service or another number of users restarts nothing (docs/database.md, "Restarts").`,
  associationsServerRestarts: ({ count }) =>
    `The associations' database server restarts: for some seconds the sites on it answer with errors (${count} ${count === 1 ? "association" : "associations"}).`,
  ownServerRestarts: ({ server }) =>
    `${title(server)} restarts: for some seconds its sites answer with errors.`,
  postgresqlGoes: ({ from, to, waiting }) =>
    `PostgreSQL goes from ${from} to ${to}: ${
      waiting.length === 0
        ? "its data is dumped and restored (docs/database.md)."
        : `nobody can use ${waiting.join(", ")} while its data is dumped and restored. Tell people beforehand (docs/database.md).`
    }`,
  postgresqlBack: ({ from, to }) =>
    `the data is PostgreSQL ${from}'s, and ${to} is older and cannot read it. Write "${from}". What services had before it comes back on it from the restore point of then, with --with-rows (docs/changes.md).`,
  postgresqlUnread: ({ from, to }) =>
    `the data is PostgreSQL ${from}'s, and PostgreSQL ${to} cannot read it. Write upgradeFrom: "${from}" beside it: the server then dumps the data with the old version and restores it into the new one before it starts. The services on it wait (docs/database.md).`,

  keyGone: ({ key }) =>
    `it encrypts with the key ${key}, which this version of the toolkit does not derive any more: second factors and whatever else it encrypted could not be read. Use a version of the toolkit that derives that key. Passwords rotate, such keys do not (docs/seed.md).`,
  keyComes: ({ service, key }) =>
    `${title(service)} encrypts with one key more from now on: ${key}. An older version of the toolkit cannot read that.`,

  secretRotates: ({ secret, to, rotation }) =>
    `${secret} goes to version ${to}: ${
      {
        "by itself": "what sets it and what reads it follow.",
        "by a Job":
          "a Job tells the application once, and pulumi stack output --show-secrets accounts has it then.",
        "prepared anew": "what has it built in is prepared anew.",
        never: "",
        given: "what reads it at its start starts again, with what the stack was given.",
      }[rotation]
    }`,
  secretBack: ({ secret, from, to }) =>
    `${secret} is in version ${from}, and version ${to} is what it was replaced for. Write ${from}, or ${from + 1} for another one.`,
  keyMoves: ({ secret, from, to, value }) =>
    `what is outside has version ${from} of ${secret} built in, and believes nobody who has ${to}. It has to be prepared anew, each piece of it, as soon as ${to} is applied (docs/seed.md, "Keys that others have"). Arrange that, ${tellTheStack(value)}`,
  keyMoved: ({ secret, to }) =>
    `${secret} goes to ${to}: only what is prepared anew with it believes the commune.`,
  seedChanges: otherSeedSentence,

  linkOpens: ({ peer, services }) =>
    `A link with ${peer} opens, for ${services}, when ${peer} declares it too. What they have seen they may keep.`,
  linkCloses: ({ peer, services }) => `The link with ${peer} closes, for ${services}.`,
  linkChanges: ({ peer, from, to }) => `The link with ${peer} is for ${to}, and was for ${from}.`,
  linkMoves: ({ peer, from, to }) => `${peer} is looked for at ${to}, and was at ${from}.`,
  linkKey: ({ peer }) => `${peer} signs with another key than before: ask its people whether that is so.`,

  pointsCome: ({ quarter, from, to }) =>
    `Public Wi-Fi of the quarter ${quarter}: from ${from} to ${to} hotspots.`,
  pointsGo: ({ quarter, from, to }) =>
    `Public Wi-Fi of the quarter ${quarter}: from ${from} to ${to} hotspots. The radios of those that go are switched off.`,
  pointsReplaced: ({ quarter, count }) =>
    `Points of public Wi-Fi in the quarter ${quarter} go, and as many come: there are ${count}.`,
  pointsChange: ({ quarter, count, aspect }) =>
    `Public Wi-Fi of the quarter ${quarter}: ${points[aspect]}, at one or several of ${count} hotspots.`,
  placeComes: ({ kind, id }) => `A ${places[kind]} comes: ${id}.`,
  placeGoes: ({ kind, id }) =>
    `A ${places[kind]} goes: ${id}.${kind === "zone" ? " Radio may reach there then." : ""}`,
  placeChanges: ({ kind, id }) =>
    `The ${places[kind]} ${id} is drawn or described otherwise.${kind === "zone" ? " Look where radio may reach then." : ""}`,

  newsComes: ({ id }) => `News is published on the commune's pages: ${id}.`,
  newsGoes: ({ id }) => `News is taken off the commune's pages: ${id}.`,
  newsChanges: ({ id }) => `News on the commune's pages has another text: ${id}.`,

  availabilityChanges: ({ of, to }) => {
    const who = of === undefined ? "The commune" : title(of);
    return to === "node-loss"
      ? `${who} tolerates the loss of a node as far as its workloads can: what shares nothing runs on two nodes, databases and caches on three, and what has no volume is placed again after about a minute and a half. Files wait for their node (docs/availability.md).`
      : `${who} runs on single nodes: the loss of one interrupts what is on it for about six minutes, or until the node is back (docs/availability.md).`;
  },
  fieldComes: ({ field, to }) =>
    to === undefined ? `${field} is declared.` : `${field} is declared: ${to}.`,
  fieldGoes: ({ field, from }) =>
    from === undefined ? `${field} is declared no more.` : `${field} is declared no more; it was ${from}.`,
  fieldChanges: ({ field, from, to }) => `${field} ${fromTo(from, to)}.`,
  podRestarts: ({ told }) => told.en,
  podsUnknown: ({ names }) =>
    `The version of the toolkit that applied this stack last did not say what its pods are made of, so that nothing tells which restart in this update: each of ${names.join(", ")} may be away for up to a minute.`,
  softwareGoes: ({ software, from, to }) =>
    `${software} goes from ${from} to ${to}, with this version of the toolkit.`,
  siteChanges: ({ key, from, to }) =>
    `The setting commune:${key} of the stack ${fromTo(from ?? "nothing", to ?? "nothing")}.`,
  incarnationGoesBack: ({ from, to }) =>
    `commune:incarnation was ${from} and is ${to}: the vaults know of the later number, so that this site would take itself for one that another has replaced, and copy nothing any more. Set it back: pulumi config set commune:incarnation ${from}`,
  storageClassChanges: ({ from, to }) =>
    `commune:storageClass was ${from ?? "not set"} and is ${to ?? "not set"}: a volume keeps the class that it was made with. Set it back: pulumi config ${from === undefined ? "rm commune:storageClass" : `set commune:storageClass ${from}`}. Volumes of another class are made by another stack (docs/site.md).`,
  seedNowhereElse: ({ hosts }) =>
    `commune:data is disposable: Pulumi could delete this stack, and its seed with it, which is nowhere else. Copies of the commune are kept by ${hosts.join(", ")}, and nothing else opens them. Print it first, in shares, and try them: npx commune recovery kit make, then kit verify, which says what to set (docs/recovery.md).`,
  protectionEnds: () =>
    "commune:data is disposable: Pulumi deletes what holds data from now on when it is taken out, and all of it with `pulumi destroy`.",
  protectionBegins: () => "commune:data is protected: Pulumi deletes nothing that holds data from now on.",

  pointComes: ({ service, job }) =>
    `A restore point of ${titleOf(service, "en")} is taken first, and nothing is changed before it is at a vault${job === undefined ? "" : ` (Job ${job})`}.`,
  pointGiven: ({ service, point }) =>
    `No restore point of ${titleOf(service, "en")} is taken first: commune:pointBefore says that ${point} is the one to go back to. Take the setting out afterwards.`,
  noPoint: ({ service, why }) =>
    `Nothing is kept of ${titleOf(service, "en")} as it is now: ${noPoint[why]} Going back takes a copy of your own from before (docs/changes.md).`,
};
