import type { Translated } from "../../components/foundation/language/language.ts";

/** Notes of commands below their options, by their names as in examples: how they end, and what they need. */
export const notes: Readonly<Record<string, Translated>> = {
  check: {
    en: "Exit code: 0 when all are valid, 1 when a declaration is refused, 2 for wrong usage. Rules that are advisory refuse nothing.",
    fr: "Code de sortie : 0 si toutes sont valables, 1 si une déclaration est refusée, 2 mal demandé. Une règle qui conseille ne refuse rien.",
  },
  pin: {
    en: "Registries that want a login are given that of docker, podman or skopeo.",
    fr: "Aux registres qui demandent un compte est donné celui de docker, podman ou skopeo.",
  },
  updates: {
    en: "Exit code: 0 when nothing needs attention, 1 when a security notice or an end of life does, or when what is known is too old to say, 2 for wrong usage. Newer versions alone are no reason for 1.",
    fr: "Code de sortie : 0 si rien ne demande d’attention, 1 si un avis de sécurité ou une fin de vie en demande, ou si ce que l’on sait est trop ancien pour le dire, 2 mal demandé. Une version plus récente ne suffit pas pour finir par 1.",
  },
  "site check": {
    en: "Exit code: 0 when a commune can come up there, or the bucket can be what it is declared for, 1 when something stops it or the namespace of the trial is still there, 2 for wrong usage.",
    fr: "Code de sortie : 0 si une commune peut y tourner, ou si l’espace de stockage peut servir à ce pour quoi il est déclaré, 1 si quelque chose s’y oppose ou si l’espace de l’essai est encore là, 2 mal demandé.",
  },
  publish: {
    en: "The file's first line is its title (# …). It is named after today and its title, unless its name says a day.\nExit code: 0 all is published and posted, 1 refused, failed, or something waits (run it again), 2 wrong usage.",
    fr: "La première ligne du fichier est son titre (# …). Il prend le nom d’aujourd’hui et de son titre, sauf si son nom dit un jour.\nCode de sortie : 0 tout est publié et envoyé, 1 refusé, échoué, ou quelque chose attend (relancez), 2 mal demandé.",
  },
  report: {
    en: "Exit code: 0 when the change could be applied, 1 when it or a rule refuses it, 2 for wrong usage.",
    fr: "Code de sortie : 0 si le changement pourrait être appliqué, 1 s’il est refusé ou si une règle le refuse, 2 mal demandé.",
  },
  undo: {
    en: "Without --yes it says what it would do, and asks. It may be run again when it was cut. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    fr: "Sans --yes, dit ce qui serait fait, et demande. Interrompu, il peut être relancé. Code de sortie : 0 fait, 1 refusé ou échoué, 2 mal demandé.",
  },
  drift: {
    en: "Exit code: 0 when everything is as it was applied, 1 when something is not or the cluster does not answer, 2 for wrong usage.",
    fr: "Code de sortie : 0 si tout est comme cela a été appliqué, 1 sinon ou si le cluster ne répond pas, 2 mal demandé.",
  },
  "verify-log": {
    en: "Exit code: 0 when all holds, 1 when a line does not, lines are missing, or an update was not approved, 2 for wrong usage.",
    fr: "Code de sortie : 0 si tout tient, 1 si une ligne ne tient pas, s’il manque des lignes, ou si une mise à jour n’a pas été approuvée, 2 mal demandé.",
  },
  "vault rewind": {
    en: "After an interruption, run it again: it continues. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    fr: "Après une interruption, relancez : il continue. Code de sortie : 0 fait, 1 refusé ou échoué, 2 mal demandé.",
  },
  restore: {
    en: "Without --yes it says what would change, and asks. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    fr: "Sans --yes, dit ce qui changerait, et demande. Code de sortie : 0 fait, 1 refusé ou échoué, 2 mal demandé.",
  },
  relocate: {
    en: "It may be run again when it was cut, and goes on. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    fr: "Interrompu, il peut être relancé, et continue. Code de sortie : 0 fait, 1 refusé ou échoué, 2 mal demandé.",
  },
  drill: {
    en: "Ctrl-C takes the copy away too. Exit code: 0 it came back, 1 refused or failed, 2 wrong usage.",
    fr: "Ctrl-C retire aussi la copie. Code de sortie : 0 elle est revenue, 1 refusé ou échoué, 2 mal demandé.",
  },
  export: {
    en: "What was cut is in <folder>.part, and goes on when it is run again. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    fr: "Ce qui a été interrompu est dans <dossier>.part, et continue si on relance. Code de sortie : 0 fait, 1 refusé ou échoué, 2 mal demandé.",
  },
  import: {
    en: "It may be run again when it was cut. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    fr: "Interrompu, il peut être relancé. Code de sortie : 0 fait, 1 refusé ou échoué, 2 mal demandé.",
  },
  "lessons check": {
    en: "Exit code: 0 when all may be shared, 1 when one is refused, 2 for wrong usage.",
    fr: "Code de sortie : 0 si toutes peuvent être partagées, 1 si une est refusée, 2 mal demandé.",
  },
  "lessons build": {
    en: "Exit code: 0 when written, 1 when a lesson is refused (nothing is written), 2 for wrong usage.",
    fr: "Code de sortie : 0 si c’est écrit, 1 si une leçon est refusée (rien n’est écrit), 2 mal demandé.",
  },
  "wifi simulate": {
    en: "Exit code: 0 when everything would comply, 1 when something would not, 2 for wrong usage.",
    fr: "Code de sortie : 0 si tout serait en règle, 1 si quelque chose ne le serait pas, 2 mal demandé.",
  },
  "wifi prepare": {
    en: "Reads the stack output on its input:\n  pulumi stack output hotspots --json --show-secrets -s <commune> | npx commune wifi prepare <commune> <hotspot> --output point.tar.gz",
    fr: "Lit sur son entrée ce que publie la pile :\n  pulumi stack output hotspots --json --show-secrets -s <commune> | npx commune wifi prepare <commune> <borne> --output point.tar.gz",
  },
  workstation: {
    en: "It needs dpkg-deb, which every Debian machine has. Exit code: 0 built, 1 refused, 2 wrong usage.",
    fr: "A besoin de dpkg-deb, que toute machine Debian a. Code de sortie : 0 fait, 1 refusé, 2 mal demandé.",
  },
};
