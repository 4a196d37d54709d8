import type { Translated } from "../../components/foundation/language/language.ts";

/** A moment of a server that came back. */
interface CameMoment {
  server: string;
  vault: string;
  at: string;
  databases: readonly string[];
  tables: number;
  rows: number;
  took: string;
}

/** Sentences of `commune drill`, before and after it is asked for. */
interface DrillSentences {
  notGone: string;
  nothingLeft(copy: string): string;
  kept(id: string): string;
  interrupted: string;
  takenAway: string;
  stops: string;
  comesBack(id: string, cluster: string, besideLive: boolean, copy: string): string;
  service(service: string, point: string, age: string, host: string | undefined): string;
  momentToo(server: string, databases: string): string;
  notLogged(service: string): string;
  /** Steps that took time, by their names in the record. */
  steps: Readonly<Record<string, string>>;
  closed: string;
  stays: string;
  goes: string;
  came(
    service: string,
    files: number,
    bytes: number,
    rows: number,
    tables: number,
    status: number | undefined,
  ): string;
  momentCame(moment: CameMoment): string;
  noMoment(server: string, why: string): string;
  left(line: string): string;
  passed(took: string, lost: string): string;
  failed: string;
}

/** Both languages of them. */
export const sentences: Translated<DrillSentences> = {
  fr: {
    notGone: "La copie n’est pas entièrement retirée.",
    nothingLeft: (copy) => `Il ne reste rien de ${copy}.`,
    kept: (id) => `la copie, comme le veut --keep. Pour la retirer : npx commune drill ${id} --clean`,
    interrupted: "il a été interrompu",
    takenAway: "La copie est retirée.",
    stops:
      "Il s’arrête quand ce qui est en cours est fini ; la copie est alors retirée. Ctrl-C une seconde fois la laisse là.",
    comesBack: (id, cluster, besideLive, copy) =>
      `Une copie de ${id} revient sur le cluster ${cluster}${besideLive ? ", où la commune tourne aussi," : ""} sous le nom ${copy} :`,
    service: (service, point, age, host) =>
      `${service} de ${point}, vieux de ${age}${host === undefined ? "" : `, connu à l’intérieur sous ${host}`}`,
    momentToo: (server, databases) =>
      `${server} : un moment de son journal aussi, entre le dernier point et la fin du journal (${databases})`,
    notLogged: (service) =>
      `${service} : aucun journal de sa base n’est gardé, elle ne revient à aucun autre moment que son point`,
    steps: {
      vaults: "coffres",
      stack: "pile",
      update: "pulumi up",
      moment: "moment de",
      bring: "apporter",
      exchange: "échanger",
      close: "fermer",
      answer: "réponse de",
    },
    closed:
      "Elle n’envoie rien, et personne ne l’atteint : pas de courriel, pas de lien, pas de nom public, pas de copie d’elle.",
    stays: "Elle reste là ensuite.",
    goes: "Elle est retirée ensuite.",
    came: (service, files, bytes, rows, tables, status) =>
      `${service} : ${files} fichiers de ${bytes} octets, ${rows} lignes dans ${tables} tables${status === undefined ? "" : ` ; il répond ${status}`}`,
    momentCame: ({ server, vault, at, databases, tables, rows, took }) =>
      `${server} du ${at}, du journal chez ${vault} (${databases.join(", ")}) : ${rows} lignes dans ${tables} tables, en ${took}`,
    noMoment: (server, why) => `${server} ne revient à aucun moment de son journal : ${why}`,
    left: (line) => `reste : ${line}`,
    passed: (took, lost) => `Revenue en ${took} ; ${lost} auraient été perdues.`,
    failed: "L’exercice a échoué.",
  },
  en: {
    notGone: "Not all of the copy is gone.",
    nothingLeft: (copy) => `Nothing is left of ${copy}.`,
    kept: (id) => `the copy, as --keep says. Away with it: npx commune drill ${id} --clean`,
    interrupted: "it was interrupted",
    takenAway: "The copy is taken away.",
    stops: "It stops when what runs has ended; then the copy is taken away. Ctrl-C again leaves it there.",
    comesBack: (id, cluster, besideLive, copy) =>
      `A copy of ${id} comes back on the cluster ${cluster}${besideLive ? ", where the commune runs too," : ""} as ${copy}:`,
    service: (service, point, age, host) =>
      `${service} of ${point}, ${age} old${host === undefined ? "" : `, known inside as ${host}`}`,
    momentToo: (server, databases) =>
      `${server}: a moment in its log too, between the last point and the log's end (${databases})`,
    notLogged: (service) =>
      `${service}: no log of its rows is kept, so they come back to no other moment than their point`,
    steps: {
      vaults: "vaults",
      stack: "stack",
      update: "update",
      moment: "moment of",
      bring: "bring",
      exchange: "exchange",
      close: "close",
      answer: "answer",
    },
    closed: "It sends nothing, and nobody reaches it: no mail, no links, no public name, no copies of it.",
    stays: "It stays there afterwards.",
    goes: "It is taken away afterwards.",
    came: (service, files, bytes, rows, tables, status) =>
      `${service}: ${files} files of ${bytes} bytes, ${rows} rows in ${tables} tables${status === undefined ? "" : `; it answers ${status}`}`,
    momentCame: ({ server, vault, at, databases, tables, rows, took }) =>
      `${server} of ${at}, from the log at ${vault} (${databases.join(", ")}): ${rows} rows in ${tables} tables, in ${took}`,
    noMoment: (server, why) => `${server} does not come back to a moment in its log: ${why}`,
    left: (line) => `left: ${line}`,
    passed: (took, lost) => `It came back in ${took}; ${lost} would have been lost.`,
    failed: "The drill failed.",
  },
};
