import type { Change } from "../../components/commune/changes/change.ts";
import type { Sentences } from "../../components/commune/changes/sentences.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { of } from "./french.ts";
import type { Names } from "./names.ts";

/** Functions that say why a change is not made, without the commands that help: those stand below, with each change. */
type Refusals = {
  [Name in keyof Sentences]?: (told: Sentences[Name], service: Translated, names: Names) => Translated;
};

const leaves = (_: unknown, { fr, en }: Translated) => ({
  fr: `${fr} ne peut pas être retiré ainsi : ses données partiraient avec lui`,
  en: `${en} cannot be taken out like that: its data would leave with it`,
});
const inUse = (_: unknown, { fr, en }: Translated) => ({
  fr: `on ne peut pas renoncer aux données ${of(fr)}, qui sert encore`,
  en: `the data of ${en} cannot be released: people still use it`,
});
const older = (_: unknown, { fr, en }: Translated) => ({
  fr: `${fr} ne peut pas prendre une version plus ancienne, qui ne lirait plus ses données`,
  en: `${en} cannot take an older version, which could not read its data`,
});
const empty = (_: unknown, { fr, en }: Translated) => ({
  fr: `${fr} repartirait sans ses données, qui ne sont pas encore copiées là où il les chercherait`,
  en: `${en} would start without its data, which is not copied yet to where it would look for it`,
});

/** One for each sentence that can be refused. */
const refusals = {
  leaves,
  leavesRetired: leaves,
  applicationLeaves: (_, { fr, en }) => ({
    fr: `un outil ${of(fr)} ne peut pas être retiré ainsi : ses données partiraient avec lui`,
    en: `an application of ${en} cannot be taken out like that: its data would leave with it`,
  }),
  releasedInUse: inUse,
  droppedInUse: inUse,
  migratedRetired: (_, { fr, en }) => ({
    fr: `${fr} est arrêté : ses données ne peuvent pas passer à une autre version`,
    en: `${en} is retired: its data cannot go to another version`,
  }),
  returnsWithoutRows: (_, { fr, en }) => ({
    fr: `${fr} ne peut pas revenir : le contenu de sa base a été effacé`,
    en: `${en} cannot come back: what was in its database is deleted`,
  }),
  rowsStay: empty,
  rowsMove: empty,
  filesMove: empty,
  versionBack: older,
  postgresqlBack: older,
  versionSkips: (_, { fr, en }) => ({
    fr: `${fr} ne peut pas sauter une version : ses données ne suivraient pas`,
    en: `${en} cannot skip a version: its data would not follow`,
  }),
  nameChanges: ({ from }, { fr, en }) => ({
    fr: `${fr} ne peut pas changer d’adresse : d’autres ont retenu ${from}`,
    en: `${en} cannot change its address: others keep ${from}`,
  }),
  domainChanges: ({ from }) => ({
    fr: `la commune ne peut pas quitter le domaine ${from}, que les autres communes ont retenu`,
    en: `the commune cannot leave the domain ${from}, which other communes keep`,
  }),
  doorMoves: ({ all, to }) => ({
    fr: `${all.fr} ne trouveraient plus leur serveur, qui passerait à ${to}`,
    en: `${all.en} would not find their server, which would be at ${to}`,
  }),
  volumeShrinks: ({ from, to }, { fr, en }) => ({
    fr: `le disque ${of(fr)} ne peut pas passer de ${from} à ${to} Gio : un disque ne rétrécit pas`,
    en: `the disk of ${en} cannot go from ${from} to ${to} GiB: a disk does not shrink`,
  }),
  postgresqlUnread: ({ to }, { fr, en }) => ({
    fr: `${fr} ne peut pas passer ainsi à PostgreSQL ${to}, qui ne saurait pas lire les données déjà là`,
    en: `${en} cannot go like that to PostgreSQL ${to}, which could not read the data that is there`,
  }),
  serverStays: empty,
  queueStays: (_, { fr, en }) => ({
    fr: `${fr} ne peut pas revenir ainsi sur une seule machine : du travail en attente pourrait se perdre`,
    en: `${en} cannot go back to a single machine like that: waiting work could be lost`,
  }),
  keyGone: (_, { fr, en }) => ({
    fr: `${fr} ne lirait plus ce qu’il a chiffré`,
    en: `${en} could not read what it has encrypted`,
  }),
  secretBack: (_, { fr, en }) => ({
    fr: `un mot de passe ou une clé ${of(fr)}, déjà remplacé, ne peut pas revenir`,
    en: `a password or key of ${en} that was replaced cannot come back`,
  }),
  keyMoves: () => ({
    fr: "les appareils déjà installés ne croiraient plus la commune, qui signerait avec une autre clé",
    en: "devices already installed would not believe the commune, which would sign with another key",
  }),
  seedChanges: () => ({
    fr: "tous les mots de passe et toutes les clés changeraient, et les données chiffrées seraient perdues",
    en: "all passwords and keys would change, and encrypted data would be lost",
  }),
  incarnationGoesBack: () => ({
    fr: "la commune ne copierait plus rien chez ses voisines",
    en: "the commune would copy nothing to its neighbours any more",
  }),
  storageClassChanges: () => ({
    fr: "le type des disques ne peut plus changer une fois qu’ils contiennent des données",
    en: "the kind of disk cannot change once there is data on them",
  }),
  seedNowhereElse: ({ hosts }, _, names) => ({
    fr: `pourrait être effacé ce qui, seul, ouvre les copies gardées par ${names.peers(hosts).fr}`,
    en: `what alone opens the copies at ${names.peers(hosts).en} could be deleted`,
  }),
} as const satisfies Refusals;

/** Words for a refused change. */
export function refusal({ told, ...change }: Change, names: Names): Translated {
  return worded(told, names.title(names.subject(change)), names);
}

function worded<Name extends keyof Sentences>(
  { sentence, with: parameters }: { sentence: Name; with: Sentences[Name] },
  service: Translated,
  names: Names,
): Translated {
  const all: Refusals = refusals;
  const other = {
    fr: `${service.fr} ne peut pas changer ainsi`,
    en: `${service.en} cannot change like that`,
  };
  return all[sentence]?.(parameters, service, names) ?? other;
}
