import { existsSync } from "node:fs";
import { join, relative } from "node:path";

/** A schema for editors: stacks/<name>.schema.json of the toolkit. */
export type EditorSchema = "commune" | "tenant" | "federation";

/**
 * Returns the first line of a declaration, by which editors find its schema: beside the declarations in the toolkit's own
 * repository, in the installed package elsewhere. The path is relative, so that it holds on every machine.
 *
 * @param folder of the declaration, `stacks` or below.
 */
export function schemaLine(name: EditorSchema, stacks: string, folder: string): string {
  const file = `${name}.schema.json`;
  const beside = join(stacks, file);
  const packed = join(stacks, "..", "node_modules", "commune-cloud", "stacks", file);
  return `# yaml-language-server: $schema=${relative(folder, existsSync(beside) ? beside : packed)}`;
}
