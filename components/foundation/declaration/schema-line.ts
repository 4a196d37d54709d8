import { existsSync } from "node:fs";
import { join, relative } from "node:path";

/** A schema for editors: stacks/<name>.schema.json of the toolkit. */
export type EditorSchema = "commune" | "tenant" | "federation";

/**
 * First line of a declaration, by which editors find its schema: beside the declarations, as in the toolkit's own
 * repository; in another one, in the package that its root has. The path is relative, so that it holds on every machine.
 *
 * @param folder of the declaration, `stacks` or below.
 */
export function schemaLine(name: EditorSchema, stacks: string, folder: string): string {
  const file = `${name}.schema.json`;
  const beside = join(stacks, file);
  const packed = join(stacks, "..", "node_modules", "commune-cloud", "stacks", file);
  return `# yaml-language-server: $schema=${relative(folder, existsSync(beside) ? beside : packed)}`;
}
