import type { Translated } from "../../components/foundation/language/language.ts";

/** Sentences of `commune restore`, before and after it is asked for. */
interface RestoreSentences {
  noPoints(service: string): string;
  releases: string;
  released(service: string): string;
  pathBack(path: string): string;
  backForAMinute(service: string): string;
  isBack(service: string): string;
  noPointNow(why: string): string;
  asItIsNow(service: string, point: string): string;
  inPlace(service: string, what: string, command: string): string;
  noRows(service: string, option: "--with-rows" | "--at"): string;
  reported(service: string): string;
  nothingToReport(service: string): string;
  readAtStart(service: string): string;
  onlyObjects(service: string): string;
  notWithoutRows(service: string): string;
  sayWhat: string;
  onlyNeedsPoint: string;
  noMoment(at: string): string;
  filesAndRows: string;
  files: string;
  ofPoint(what: string, point: string): string;
  rowsOf(at: string): string;
  and: string;
  sameRows: string;
  otherRows: string;
  rowsWere(table: string, was: number, is: number): string;
  otherVersionAt(service: string, running: string, at: string, version: string): string;
  unchanged(why: string): string;
  withUndo(why: string): string;
  noPoint(point: string): string;
  noPath(path: string): string;
  // What would change.
  momentBack(at: string, minutes: number): string;
  away(service: string, minutes: number, until: readonly string[]): string;
  wouldHaveRows(service: string, at: string): string;
  filesStay: string;
  serverForward(away: string): string;
  onlyWouldBe(
    path: string,
    then: string,
    undone: number,
    returning: number,
    aside: number,
    service: string,
  ): string;
  wouldHave(service: string, withRows: boolean, then: string): string;
  asThen(files: number): string;
  keptAside(files: number): string;
  comeBack(files: number): string;
  rowsThen(rows: number, tables: number, version: string, then: string): string;
  rowsStay: string;
  takes(mebibytes: number, away: string): string;
  noTerminal: string;
}

const files = (count: number) => `${count} file${count === 1 ? "" : "s"}`;
const fichiers = (count: number) => `${count} fichier${count > 1 ? "s" : ""}`;

/** Both languages of them. */
export const sentences: Translated<RestoreSentences> = {
  fr: {
    noPoints: (service) => `${service} n’a pas de points de restauration`,
    releases: "Ce que cette restauration a mis de côté est supprimé pour toujours.",
    released: (service) => `${service} : plus rien n’est mis de côté.`,
    pathBack: (path) => `${path} redevient comme avant.`,
    backForAMinute: (service) => `${service} s’arrête environ une minute.`,
    isBack: (service) => `${service} : ce qu’il y avait avant la restauration est de nouveau en place.`,
    noPointNow: (why) =>
      `aucun point de restauration de maintenant n’a pu être pris, et rien n’a donc changé. ${why}`,
    asItIsNow: (service, point) => `${service} tel qu’il est maintenant : ${point}`,
    nothingToReport: (service) =>
      `${service} n’a pas de base de données : --tell n’a rien à lui dire. Rien n’a changé.`,
    reported: (service) => `${service} sait que sa base est d’un autre moment.`,
    inPlace: (service, what, command) => `${service} : en place, ${what}. Pour revenir : ${command}`,
    noRows: (service, option) =>
      `${service} n’a pas de base de données : sans ${option}, tout ce qu’il a revient${option === "--at" ? " à un point de restauration (--point)" : ""}. Rien n’a changé.`,
    readAtStart: (service) =>
      `${service} lit à son démarrage ce qui revient : sans --only, tout ce qu’il a revient. Rien n’a changé.`,
    onlyObjects: (service) =>
      `les fichiers de ${service} sont des objets dans un espace de stockage : sans --only, tous reviennent. Rien n’a changé.`,
    notWithoutRows: (service) =>
      `les fichiers de ${service} sont des objets que seule sa base explique : ils reviennent avec elle, ajoutez --with-rows. Rien n’a changé.`,
    sayWhat: "dites à quoi revenir : --point <id>, --at <moment>, ou les deux.",
    onlyNeedsPoint: "--only demande --point <id>.",
    noMoment: (at) =>
      `--at ${at} n’est pas un moment passé. Écrivez-le en UTC, par exemple 2026-11-26T20:30:29Z : npx commune recovery status <commune> dit lesquels il y a.`,
    filesAndRows: "fichiers et base",
    files: "les fichiers",
    ofPoint: (what, point) => `${what} de ${point}`,
    rowsOf: (at) => `la base de ${at}`,
    and: " et ",
    sameRows: "Chaque table a autant de lignes maintenant qu’alors.",
    otherRows: "Lignes des tables dont le nombre est un autre maintenant :",
    rowsWere: (table, was, is) => `${table} : ${was} alors, ${is} maintenant`,
    otherVersionAt: (service, running, at, version) =>
      `${service} est déclaré en ${running}, et le ${at} c’était ${version}, d’après le point de restauration le plus proche : sa base serait convertie, ou ne se lirait pas. Rien n’a changé. Avec cette version déclarée : tout le serveur revient par database.restoreFrom (docs/recovery.md), ou le service à un point de restauration par npx commune undo <commune>.`,
    unchanged: (why) => `${why}. Rien n’a changé.`,
    withUndo: (why) =>
      `${why}. Rien n’a changé. Avant la dernière mise à jour, avec sa version : npx commune undo <commune>.`,
    noPoint: (point) =>
      `${point} n’est pas un point de restauration. Écrivez son identifiant, par exemple 2026-11-26T02:10:00Z-000043 : npx commune recovery points <commune> les liste.`,
    noPath: (path) =>
      `--only ${path} n’est pas un chemin dans un disque. Écrivez-le à partir du disque, par exemple anna/files/Mairie.`,
    momentBack: (at, minutes) =>
      `sa base est comme elle était le ${at} : tout ce qui a été écrit dans les ${minutes} min depuis est mis de côté, et personne ne le voit`,
    away: (service, minutes, until) =>
      `${service} s’arrête environ ${minutes === 1 ? "une minute" : `${minutes} minutes`}${until.length === 0 ? "" : `, et jusqu’à ce que ceci soit fait : ${until.join(" ; ")}`}.`,
    wouldHaveRows: (service, at) => `${service} retrouverait sa base du ${at} :`,
    filesStay: "ses fichiers restent comme ils sont (--point <id> pour ceux d’un point de restauration)",
    serverForward: (away) =>
      `Tout son serveur est avancé jusqu’à ce moment à côté de ce qui tourne, et prend cette place en attendant ; ${away}`,
    onlyWouldBe: (path, then, undone, returning, aside, service) =>
      `${path} serait comme le ${then} : ${fichiers(undone)} comme alors, ${fichiers(returning)} partis depuis qui reviennent, ${fichiers(aside)} venus depuis mis de côté. ${service} sert pendant ce temps. Les appareils synchronisés suivent sans rien demander : ce qui est venu ou a changé depuis n’est alors que dans ce qui est mis de côté.`,
    wouldHave: (service, withRows, then) =>
      `${service} retrouverait ses fichiers${withRows ? " et sa base" : ""} du ${then} :`,
    asThen: (count) => `comme alors : ${fichiers(count)}, et ce qui y a été écrit depuis est mis de côté`,
    keptAside: (count) => `mis de côté : ${fichiers(count)} venus depuis`,
    comeBack: (count) => `reviennent : ${fichiers(count)} partis depuis`,
    rowsThen: (rows, tables, version, then) =>
      `${rows} lignes de ${tables} tables sont comme alors, en version ${version} : tout ce qui a été écrit depuis le ${then} est mis de côté, et personne ne le voit`,
    rowsStay: "sa base reste comme elle est (--with-rows)",
    takes: (mebibytes, away) =>
      `Cela prend ${mebibytes} Mio de plus tant que ce qui est mis de côté n’est pas supprimé, et ${away}`,
    noTerminal: "l’entrée n’est pas un terminal : --yes continue sans poser de question. Rien n’a changé.",
  },
  en: {
    noPoints: (service) => `${service} has no restore points`,
    releases: "What is kept aside of this restore is removed for good.",
    released: (service) => `${service}: nothing is kept aside any more.`,
    pathBack: (path) => `${path} is as before.`,
    backForAMinute: (service) => `${service} is unavailable for about a minute.`,
    isBack: (service) => `${service}: what was there before the restore is in place again.`,
    noPointNow: (why) => `no restore point of now could be taken, so nothing was changed. ${why}`,
    asItIsNow: (service, point) => `${service} as it is now: ${point}`,
    nothingToReport: (service) =>
      `${service} keeps no rows: there is nothing that --tell would report. Nothing was changed.`,
    reported: (service) => `${service} knows that its rows are of another moment.`,
    inPlace: (service, what, command) => `${service}: ${what} in place. Back: ${command}`,
    noRows: (service, option) =>
      `${service} keeps no rows: leave out ${option}, and all that it has goes back${option === "--at" ? " to a restore point (--point)" : ""}. Nothing was changed.`,
    readAtStart: (service) =>
      `${service} reads what goes back when it starts: leave out --only, and all that it has goes back. Nothing was changed.`,
    onlyObjects: (service) =>
      `the files of ${service} are objects in a bucket: leave out --only, and all of them go back. Nothing was changed.`,
    notWithoutRows: (service) =>
      `the files of ${service} are objects that its rows alone explain: they go back together, add --with-rows. Nothing was changed.`,
    sayWhat: "say what it goes back to: --point <id>, --at <time>, or both.",
    onlyNeedsPoint: "--only needs --point <id>.",
    noMoment: (at) =>
      `--at ${at} is no moment that has been. Write it in UTC, such as 2026-11-26T20:30:29Z: npx commune recovery status <commune> says which ones there are.`,
    filesAndRows: "files and rows",
    files: "the files",
    ofPoint: (what, point) => `${what} of ${point}`,
    rowsOf: (at) => `the rows of ${at}`,
    and: " and ",
    sameRows: "Every table has as many rows now as it had then.",
    otherRows: "Rows of tables whose number is another one now:",
    rowsWere: (table, was, is) => `${table}: ${was} then, ${is} now`,
    otherVersionAt: (service, running, at, version) =>
      `${service} is declared as ${running}, and at ${at} it was ${version}, as the restore point next to it says: its rows would be migrated or not read. Nothing was changed. With that version declared: all of the server goes back with database.restoreFrom (docs/recovery.md), or the service to a restore point with npx commune undo <commune>.`,
    unchanged: (why) => `${why}. Nothing was changed.`,
    withUndo: (why) =>
      `${why}. Nothing was changed. Back to before the last update, with its version: npx commune undo <commune>.`,
    noPoint: (point) =>
      `${point} is no restore point. Write its id, such as 2026-11-26T02:10:00Z-000043: npx commune recovery points <commune> lists them.`,
    noPath: (path) =>
      `--only ${path} is no path below a volume. Write it from the volume on, such as anna/files/Mairie.`,
    momentBack: (at, minutes) =>
      `its rows are as they were at ${at}: all that was written in the ${minutes} min since then is kept aside, and nobody sees it`,
    away: (service, minutes, until) =>
      `${service} is unavailable for about ${minutes === 1 ? "a minute" : `${minutes} minutes`}${until.length === 0 ? "" : `, and until this is done: ${until.join("; ")}`}.`,
    wouldHaveRows: (service, at) => `${service} would have its rows of ${at}:`,
    filesStay: "its files stay as they are (--point <id> for those of a restore point)",
    serverForward: (away) =>
      `All of its server is brought forward to then beside what runs, and needs that room meanwhile; ${away}`,
    onlyWouldBe: (path, then, undone, returning, aside, service) =>
      `${path} would be as of ${then}: ${undone} files as they were then, ${returning} that went since come back, ${aside} that came since are kept aside. ${service} serves meanwhile. Devices that sync it follow, and ask nobody: what came or changed since is then in what is kept aside and nowhere else.`,
    wouldHave: (service, withRows, then) =>
      `${service} would have its files${withRows ? " and its rows" : ""} of ${then}:`,
    asThen: (count) =>
      `as they were then: ${files(count)}, and what was written into them since is kept aside`,
    keptAside: (count) => `kept aside: ${files(count)} that came since`,
    comeBack: (count) => `come back: ${files(count)} that went since`,
    rowsThen: (rows, tables, version, then) =>
      `${rows} rows of ${tables} tables are as they were then, of version ${version}: all that was written since ${then} is kept aside, and nobody sees it`,
    rowsStay: "its rows stay as they are (--with-rows)",
    takes: (mebibytes, away) => `It takes ${mebibytes} MiB more until what is aside is released, and ${away}`,
    noTerminal: "standard input is no terminal: --yes goes on without a question. Nothing was changed.",
  },
};
