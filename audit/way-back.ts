import { languages } from "../components/commune/changes/languages.ts";
import { tell } from "../components/commune/changes/sentences.ts";
import { type Tongue, wordFor, words } from "../components/commune/changes/words.ts";
import { minutesOf } from "../components/recovery/points/minutes.ts";
import { table, text } from "./blocks.ts";
import { footprints } from "./footprint.ts";
import { number } from "./numbers.ts";
import { type Block, type Facts, labelOfFacts } from "./report.ts";
import { partTitle } from "./summary.ts";
import { type Untold, untoldIn } from "./untold.ts";
import { texts } from "./words.ts";

/** `Nextcloud : 2 objets`. */
function untoldTitle({ service: name, objects }: Untold, tongue: Tongue): string {
  const count = number(objects, tongue);
  return tongue === "fr"
    ? `${partTitle(name, tongue)} : objets qui changent (${count})`
    : `${partTitle(name, tongue)}: objects that change (${count})`;
}

/** In how many minutes it is taken back, as far as nobody has to ask a vault: with full disks at most. */
function wayBack(facts: Facts, tongue: Tongue): Block[] {
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
  if (disks.length === 0)
    return [
      text(
        tongue === "fr"
          ? `Reprendre prend environ ${away} minutes, le temps d’une mise à jour (estimation).`
          : `Taking it back takes some ${away} minutes, which is an update (an estimate).`,
      ),
    ];
  const [all, most] = [
    number(
      disks.reduce((sum, size) => sum + size, 0),
      tongue,
    ),
    number(serving + away, tongue),
  ];
  return [
    text(
      tongue === "fr"
        ? `Reprendre la copie prend au plus ${most} minutes si les ${all} Gio de disque sont pleins, dont ${away} sans le service (estimation).`
        : `Taking the copy back takes at most ${most} minutes if all ${all} GiB of disk are full, ${away} of them without the service (an estimate).`,
    ),
  ];
}

/** Whether each thing can be taken back, by what, and in how many minutes. */
export const undoBlocks = (facts: Facts, tongue: Tongue): readonly Block[] => [
  table(
    [texts.what[tongue], texts.effect[tongue], texts.interruption[tongue]],
    [
      ...facts.changes.map(({ told, effect, interruption }) => [
        tell(told, languages[tongue]),
        wordFor(words.effect, effect, tongue),
        wordFor(words.interruption, interruption, tongue),
      ]),
      ...untoldIn(facts).map((untold) => [
        untoldTitle(untold, tongue),
        wordFor(words.effect, untold.effect, tongue),
        wordFor(words.interruption, untold.without.length > 0 ? "short" : "none", tongue),
      ]),
    ],
    tongue === "fr" ? "Rien ne change." : "Nothing changes.",
  ),
  ...wayBack(facts, tongue),
  text(
    tongue === "fr"
      ? `Ce qui est réversible se reprend, après la mise à jour, par : npx commune undo ${facts.after.declaration.id}. Avant de commencer, il dit ce qui revient et en combien de minutes.`
      : `What is reversible is taken back, after the update, by: npx commune undo ${facts.after.declaration.id}. Before it begins, it says what comes back and in how many minutes.`,
  ),
];
