import type { Language } from "../components/foundation/language/language.ts";
import { table, text } from "./blocks.ts";
import type { EngineChanges } from "./facts.ts";
import { hidden, type ObjectChanges } from "./objects.ts";
import type { Block } from "./report.ts";
import { texts } from "./words.ts";

const unchanged = { fr: "Aucun objet n’est modifié.", en: "No object is changed." } as const;

/** Every object and value. */
export function technicalBlocks(
  { created, removed, changed }: ObjectChanges,
  language: Language,
  { released, outputs }: Pick<EngineChanges, "released" | "outputs"> = { released: [], outputs: [] },
): readonly Block[] {
  const unshown = (value = "") =>
    value === hidden || value === JSON.stringify(hidden) ? texts.hidden[language] : value;
  const named = (title: string, names: readonly string[]): Block[] =>
    names.length === 0 ? [] : [text(`${title} : ${names.length}`), { kind: "list", items: names }];
  return [
    ...named(texts.created[language], created),
    ...named(texts.removed[language], removed),
    table(
      [texts.changed[language], texts.value[language], texts.before[language], texts.after[language]],
      changed.flatMap(({ object, values }) =>
        values.map(({ path, from, to }) => [object, path, unshown(from), unshown(to)]),
      ),
      unchanged[language],
    ),
    ...changed.flatMap(({ object, values }) =>
      values.flatMap(({ path, lines = { gone: [], come: [] } }) => [
        ...named(`${object}, ${path}. ${texts.linesGone[language]}`, lines.gone),
        ...named(`${object}, ${path}. ${texts.linesCome[language]}`, lines.come),
      ]),
    ),
    ...named(texts.released[language], released),
    ...named(texts.outputs[language], outputs),
  ];
}
