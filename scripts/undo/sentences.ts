import type { Translated } from "../../components/foundation/language/language.ts";
import { joined } from "../../components/foundation/language/numbers.ts";

/** A service that goes back with its data. */
interface DataBack {
  service: string;
  /** Id of the restore point. */
  id: string;
  version: string;
  /** Time since then: `12 min`. */
  since: string;
  /** Number of files that are kept aside. */
  files: number;
}

/** Sentences that say what an undo would do, before it is asked for. */
interface UndoSentences {
  noCommit: string;
  commit(digits: string, isDirty: boolean): string;
  unfinished(before: string): string;
  ran(applied: string, before: string): string;
  written: string;
  writtenBack(commit: string): string;
  secretKept(secret: string, version: number): string;
  dataBack(back: DataBack): string;
  dataStays: string;
  takes(minutes: number): string;
  takesWithout(minutes: number, services: readonly string[], away: number): string;
}

/** Both languages of them. */
export const sentences: Translated<UndoSentences> = {
  fr: {
    noCommit: "aucune version connue de git",
    commit: (digits, isDirty) => `${digits}${isDirty ? ", avec des modifications qui n’y étaient pas" : ""}`,
    unfinished: (before) =>
      `La dernière mise à jour n’est pas terminée, ou ce qui est écrit n’est pas appliqué. Ce qui tournait avant venait de ${before}.`,
    ran: (applied, before) => `Ce qui tourne vient de ${applied} ; avant, c’était de ${before}.`,
    written: "La déclaration est écrite comme elle était avant.",
    writtenBack: (commit) => `La déclaration est remise comme dans ${commit}.`,
    secretKept: (secret, version) =>
      `Le secret ${secret} garde sa version ${version} : un ancien mot de passe n’est pas repris.`,
    dataBack: ({ service, id, version, since, files }) =>
      `${service} retrouve ses fichiers et sa base de ${id}, version ${version} : ce qui a été écrit depuis (${since}) est mis de côté, et personne ne le voit (fichiers : ${files}).`,
    dataStays: "Les données restent comme elles sont.",
    takes: (minutes) => `Cela prend environ ${minutes} minutes.`,
    takesWithout: (minutes, services, away) =>
      `Cela prend environ ${minutes} minutes, dont ${away} environ sans ${joined(services, "fr")}.`,
  },
  en: {
    noCommit: "no commit that is known",
    commit: (digits, isDirty) => `${digits}${isDirty ? ", and more that was not committed" : ""}`,
    unfinished: (before) =>
      `The last update was not completed, or what is written was not applied. What ran before it came from ${before}.`,
    ran: (applied, before) => `What runs came from ${applied}; before it, from ${before}.`,
    written: "The declaration is written as it was before.",
    writtenBack: (commit) => `The declaration is written back from ${commit}.`,
    secretKept: (secret, version) =>
      `The secret ${secret} keeps version ${version}: a former password is not taken again.`,
    dataBack: ({ service, id, version, since, files }) =>
      `${service} has its files and its rows of ${id} again, version ${version}: what was written in the ${since} since then is kept aside, and nobody sees it (${files} files).`,
    dataStays: "Data stays as it is.",
    takes: (minutes) => `It takes about ${minutes} minutes.`,
    takesWithout: (minutes, services, away) =>
      `It takes about ${minutes} minutes, of which ${joined(services, "en")} ${services.length > 1 ? "are" : "is"} unavailable for about ${away}.`,
  },
};
