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
  // Refusals.
  saysNothing(id: string): string;
  nothingBefore(id: string): string;
  otherPoint(point: string, service: string, has: string, declared: string | undefined): string;
  refused(changes: readonly string[], services: readonly string[]): string;
  noPointNow(service: string, why: string): string;
  // While it goes back, and afterwards.
  begins: string;
  asItIsNow(service: string, point: string): string;
  isBack(id: string): string;
  keptAside(id: string, service: string, point: string): string;
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
    saysNothing: (id) =>
      `la pile ${id} ne dit pas ce qui tourne, ou le dit dans une autre version de l’outillage : il n’y a rien à quoi revenir. Rien n’a changé.`,
    nothingBefore: (id) =>
      `on ne sait rien de ce qu’était ${id} avant sa dernière mise à jour. Rien n’a changé.`,
    otherPoint: (point, service, has, declared) =>
      `${point} contient ${service} ${has}, et la déclaration d’alors ${declared === undefined ? "n’avait pas ce service" : `disait ${declared}`} : ce n’est pas le point d’avant cette mise à jour. npx commune recovery points en liste d’autres, pour --point. Rien n’a changé.`,
    refused: (changes, services) =>
      `ce qu’il y avait avant ne peut pas simplement revenir. Rien n’a changé.\n${changes.join("\n")}\n${
        services.length === 0
          ? "Remettez à la main ce qui n’est pas refusé, et appliquez-le."
          : `Le cluster ne connaît aucun point de restauration de ${joined(services, "fr")} d’avant cette mise à jour. Choisissez-en un dans npx commune recovery points : --point ${services[0]}=<id>.`
      }`,
    noPointNow: (service, why) =>
      `aucun point de restauration de ${service} n’a pu être pris maintenant, et rien n’a donc changé. ${why}`,
    begins: "pulumi up commence.",
    asItIsNow: (service, point) => `${service} tel qu’il est maintenant : ${point}`,
    isBack: (id) => `${id} est comme avant la dernière mise à jour.`,
    keptAside: (id, service, point) =>
      `Ce qu’il y avait est mis de côté ; quand cela ne manque à personne : npx commune restore ${id} --service ${service} --point ${point} --release`,
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
    saysNothing: (id) =>
      `the stack ${id} does not say what runs, or says it in another version of the toolkit: there is nothing to go back to. Nothing was changed.`,
    nothingBefore: (id) => `nothing is known of before the last update of ${id}. Nothing was changed.`,
    otherPoint: (point, service, has, declared) =>
      `${point} has ${service} ${has}, and what was declared then is ${declared ?? "no such service"}: it is not the point of before this update. npx commune recovery points lists others, for --point. Nothing was changed.`,
    refused: (changes, services) =>
      `what was before cannot simply come back. Nothing was changed.\n${changes.join("\n")}\n${
        services.length === 0
          ? "Write back by hand what is not refused, and apply it."
          : `The cluster knows no restore point of ${services.join(", ")} of before this update. Choose one of npx commune recovery points: --point ${services[0]}=<id>.`
      }`,
    noPointNow: (service, why) =>
      `no restore point of now could be taken of ${service}, so nothing was changed. ${why}`,
    begins: "pulumi up begins.",
    asItIsNow: (service, point) => `${service} as it is now: ${point}`,
    isBack: (id) => `${id} is as before the last update.`,
    keptAside: (id, service, point) =>
      `What was there is kept aside; when nobody misses it: npx commune restore ${id} --service ${service} --point ${point} --release`,
  },
};
