import type { Translated } from "../../components/foundation/language/language.ts";

/** Sentences of `commune relocate`, before and after it is asked for. */
interface RelocateSentences {
  beginsEmpty(name: string): string;
  noPoint(service: string): string;
  staysInBucket(service: string): string;
  moves(id: string, cluster: string, incarnation: number): string;
  shutFirst(service: string): string;
  untilNames: string;
  comesBack(id: string, cluster: string, incarnation: number, goesOn: boolean): string;
  service(service: string, hasRows: boolean, point: string, minutes: number, goesOn: boolean): string;
  formerSite(incarnation: number, cluster: string): string;
  formerStops: string;
  notLast(silent: string): string;
  staysShut(context: string | undefined): string;
  goOn: string;
  interrupted: string;
  stops: string;
  siteCounts(incarnation: number): string;
  stateKept(folder: string): string;
  begins: string;
  isBack(id: string, fingerprint: string): string;
  noFirstPoint(service: string, why: string): string;
  asOf(point: string, first: string): string;
  notTaken(failed: string): string;
}

/** Both languages of them. */
export const sentences: Translated<RelocateSentences> = {
  fr: {
    beginsEmpty: (name) => `${name} repart vide : rien de lui n’est dans un coffre`,
    noPoint: (service) => `${service} repart vide : il n’a pas de point de restauration`,
    staysInBucket: (service) =>
      `${service} garde ses fichiers dans son espace de stockage : aucun coffre ne les a, et ce qui y manque est perdu`,
    moves: (id, cluster, incarnation) =>
      `${id} déménage vers le cluster ${cluster}, qui sera son site ${incarnation} :`,
    shutFirst: (service) => `${service} est fermé là où il est, et revient avec tout ce qu’il a alors`,
    untilNames:
      "Personne ne peut s’en servir avant que ses noms mènent au nouveau site. Le site que l’on quitte reste fermé, avec ses données.",
    comesBack: (id, cluster, incarnation, goesOn) =>
      `${id} ${goesOn ? "continue de revenir" : "revient"} sur le cluster ${cluster}, qui est son site ${incarnation} :`,
    service: (service, hasRows, point, minutes, goesOn) =>
      `${service} avec ses fichiers${hasRows ? " et sa base" : ""} de ${point} : ce qui a été écrit depuis, il y a ${minutes} min, manque${goesOn ? ", sauf si son site était déjà fermé" : ""}`,
    formerSite: (incarnation, cluster) => `Le site ${incarnation} est sur le cluster ${cluster}.`,
    formerStops:
      "Un site d’avant qui tourne encore cesse de copier quand il le voit ; fermez-le, si vous pouvez l’atteindre.",
    notLast: (silent) => `les coffres ne donnent pas les derniers points. ${silent}`,
    staysShut: (context) =>
      `Le site que l’on a quitté reste fermé, avec ses données${context === undefined ? "" : ` (contexte ${context})`}.`,
    goOn: "Pour continuer, relancez commune relocate.",
    interrupted: "il a été interrompu.",
    stops: "Il s’arrête quand ce qui est en cours est fini.",
    siteCounts: (incarnation) => `Les coffres disent que le site ${incarnation} est celui qui compte.`,
    stateKept: (folder) => `L’état d’avant est gardé : ${folder}`,
    begins: "pulumi up commence.",
    isBack: (id, fingerprint) =>
      `${id} est de retour (graine ${fingerprint}). Faites mener ses noms ici : npx commune dns ${id} --address <adresse>`,
    noFirstPoint: (service, why) =>
      `${service} est de retour, et aucun point de restauration n’a pu en être pris. ${why}`,
    asOf: (point, first) => `il est comme au ${point} ; son premier point de restauration ici : ${first}`,
    notTaken: (failed) =>
      `les coffres ne prennent pas ce site pour celui de la commune : ${failed}. La réponse 403 dit que quelqu’un la fait revenir ailleurs en même temps.`,
  },
  en: {
    beginsEmpty: (name) => `${name} begins empty: nothing of it is at a vault`,
    noPoint: (service) => `${service} begins empty: it has no restore point`,
    staysInBucket: (service) =>
      `${service} has its files in its bucket still: no vault has them, and what is missing there is lost`,
    moves: (id, cluster, incarnation) => `${id} moves to the cluster ${cluster}, as its site ${incarnation}:`,
    shutFirst: (service) => `${service} is shut where it is now, and comes back with all that it has then`,
    untilNames:
      "Nobody can use them until their names lead to the new site. The site that is left stays shut, with its data.",
    comesBack: (id, cluster, incarnation, goesOn) =>
      `${id} ${goesOn ? "goes on to come" : "comes"} back on the cluster ${cluster}, as its site ${incarnation}:`,
    service: (service, hasRows, point, minutes, goesOn) =>
      `${service} with its ${hasRows ? "files and rows" : "files"} of ${point}: what was written since then, ${minutes} min ago, is missing${goesOn ? ", unless its site was shut by then" : ""}`,
    formerSite: (incarnation, cluster) => `Site ${incarnation} is on the cluster ${cluster}.`,
    formerStops:
      "A site of before that still runs stops copying when it sees that; shut its doors, if you can reach it.",
    notLast: (silent) => `the vaults do not give the last points. ${silent}`,
    staysShut: (context) =>
      `The site that was left stays shut, with its data${context === undefined ? "" : ` (context ${context})`}.`,
    goOn: "To go on with the move, run commune relocate again.",
    interrupted: "it was interrupted.",
    stops: "It stops when what runs has ended.",
    siteCounts: (incarnation) => `The vaults say that site ${incarnation} is the one that counts.`,
    stateKept: (folder) => `The state of before is kept: ${folder}`,
    begins: "pulumi up begins.",
    isBack: (id, fingerprint) =>
      `${id} is back (seed ${fingerprint}). Let its names lead here: npx commune dns ${id} --address <address>`,
    noFirstPoint: (service, why) => `${service} is back, and no restore point of it could be taken. ${why}`,
    asOf: (point, first) => `it is as of ${point}; its first restore point here: ${first}`,
    notTaken: (failed) =>
      `the vaults do not take this site for the commune's: ${failed}. Answer 403: somebody brings it back elsewhere at the same time.`,
  },
};
