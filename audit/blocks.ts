import { titleOf } from "../components/commune/changes/words.ts";
import type { Language } from "../components/foundation/language/language.ts";
import type { Block } from "./report.ts";

/** A paragraph. */
export const text = (written: string): Block => ({ kind: "text", text: written });

/** A table; a sentence instead if it has no row. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], none: string): Block {
  return rows.length === 0 ? text(none) : { kind: "table", head, rows };
}

/** Name by which people know a service. */
export const service = (name: string, language: Language) => titleOf(name, language);
