import type { Tongue } from "../components/commune/changes/words.ts";
import { table, text } from "./blocks.ts";
import { hidden, type ObjectChanges } from "./objects.ts";
import type { Beneath, Block } from "./report.ts";
import { texts } from "./words.ts";

/** Every object and value. */
export function technicalBlocks(
  { created, removed, changed }: ObjectChanges,
  tongue: Tongue,
  { released, outputs }: Pick<Beneath, "released" | "outputs"> = { released: [], outputs: [] },
): readonly Block[] {
  const unshown = (value = "") =>
    value === hidden || value === JSON.stringify(hidden) ? texts.hidden[tongue] : value;
  const named = (title: string, names: readonly string[]): Block[] =>
    names.length === 0 ? [] : [text(`${title} : ${names.length}`), { kind: "list", items: names }];
  return [
    ...named(texts.created[tongue], created),
    ...named(texts.removed[tongue], removed),
    table(
      [texts.changed[tongue], texts.value[tongue], texts.before[tongue], texts.after[tongue]],
      changed.flatMap(({ object, values }) =>
        values.map(({ path, from, to }) => [object, path, unshown(from), unshown(to)]),
      ),
      tongue === "fr" ? "Aucun objet n’est modifié." : "No object is changed.",
    ),
    ...changed.flatMap(({ object, values }) =>
      values.flatMap(({ path, lines = { gone: [], come: [] } }) => [
        ...named(`${object}, ${path}. ${texts.linesGone[tongue]}`, lines.gone),
        ...named(`${object}, ${path}. ${texts.linesCome[tongue]}`, lines.come),
      ]),
    ),
    ...named(texts.released[tongue], released),
    ...named(texts.outputs[tongue], outputs),
  ];
}
