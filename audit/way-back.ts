import type { Change } from "../components/commune/changes/change.ts";
import { phrasings } from "../components/commune/changes/phrasings.ts";
import { tell } from "../components/commune/changes/sentences.ts";
import { wordFor, words } from "../components/commune/changes/words.ts";
import type { Language } from "../components/foundation/language/language.ts";
import { number } from "../components/foundation/language/numbers.ts";
import { minutesOf } from "../components/recovery/points/minutes.ts";
import { footprints } from "../policies/footprint.ts";
import { table, text } from "./blocks.ts";
import type { Facts } from "./facts.ts";
import { labelOfFacts } from "./label.ts";
import type { Block } from "./report.ts";
import { Names } from "./summary/names.ts";
import { partTitle } from "./summary/summary.ts";
import { type Untold, untoldIn } from "./untold.ts";
import { texts } from "./words.ts";

const phrases = {
  untold: {
    fr: (title: string, count: string) => `${title} : objets qui changent (${count})`,
    en: (title: string, count: string) => `${title}: objects that change (${count})`,
  },
  /** Sentence for a change without a disk to bring back. */
  light: {
    fr: (away: number) => `Reprendre prend environ ${away} minutes, le temps d’une mise à jour (estimation).`,
    en: (away: number) => `Taking it back takes some ${away} minutes, which is an update (an estimate).`,
  },
  heavy: {
    fr: (most: string, all: string, away: number) =>
      `Reprendre la copie prend au plus ${most} minutes si les ${all} Gio de disque sont pleins, dont ${away} sans le service (estimation).`,
    en: (most: string, all: string, away: number) =>
      `Taking the copy back takes at most ${most} minutes if all ${all} GiB of disk are full, ${away} of them without the service (an estimate).`,
  },
  nothing: { fr: "Rien ne change.", en: "Nothing changes." },
  how: {
    fr: (id: string) =>
      `Ce qui est réversible se reprend, après la mise à jour, par : npx commune undo ${id}. Avant de commencer, il dit ce qui revient et en combien de minutes.`,
    en: (id: string) =>
      `What is reversible is taken back, after the update, by: npx commune undo ${id}. Before it begins, it says what comes back and in how many minutes.`,
  },
} as const;

/**
 * Sentence of a change in a row of its own. Commands say a refusal after its field, and it begins with a small letter:
 * the row has no field, and says whose it is.
 */
function rowOf(change: Change, names: Names, language: Language): string {
  const sentence = tell(change.told, phrasings[language]);
  const saysWhose = !/^\p{Ll}/u.test(sentence) || sentence.startsWith(change.name);
  if (change.effect !== "refused" || saysWhose) return sentence;
  const about = names.about(change)[language];
  return texts.labelled[language](`${about.charAt(0).toUpperCase()}${about.slice(1)}`, sentence);
}

/** `Nextcloud : objets qui changent (2)`. */
function untoldTitle({ service: name, objects }: Untold, language: Language): string {
  return phrases.untold[language](partTitle(name, language), number(objects, language));
}

/**
 * Blocks about the minutes that taking it back needs, without the time that a vault takes to answer: at most, with
 * full disks.
 */
function wayBack(facts: Facts, language: Language): Block[] {
  const label = labelOfFacts(facts);
  if (
    facts.changes.length + untoldIn(facts).length === 0 ||
    !["reversible", "needs a restore point"].includes(label)
  )
    return [];
  const needing = facts.changes.filter(({ effect }) => effect === "needs a restore point");
  const services = new Set(needing.flatMap(({ affected, name }) => [...affected, name]));
  const disks = footprints(facts.after.objects)
    .filter(({ service: name, storageGiB }) => services.has(name) && storageGiB > 0)
    .map(({ storageGiB }) => storageGiB);
  const { serving, away } = minutesOf(disks.map((size) => ({ bytes: size * 1024 ** 3, rows: { bytes: 0 } })));
  if (disks.length === 0) return [text(phrases.light[language](away))];
  const [all, most] = [
    number(
      disks.reduce((sum, size) => sum + size, 0),
      language,
    ),
    number(serving + away, language),
  ];
  return [text(phrases.heavy[language](most, all, away))];
}

/** Whether each thing can be taken back, by what, and in how many minutes. */
export const undoBlocks = (facts: Facts, language: Language): readonly Block[] => [
  table(
    [texts.what[language], texts.effect[language], texts.interruption[language]],
    [
      ...facts.changes.map((change) => [
        rowOf(change, new Names(facts), language),
        wordFor(words.effect, change.effect, language),
        wordFor(words.interruption, change.interruption, language),
      ]),
      ...untoldIn(facts).map((untold) => [
        untoldTitle(untold, language),
        wordFor(words.effect, untold.effect, language),
        wordFor(words.interruption, untold.without.length > 0 ? "short" : "none", language),
      ]),
    ],
    phrases.nothing[language],
  ),
  ...wayBack(facts, language),
  text(phrases.how[language](facts.after.declaration.id)),
];
