import { type EditorSchema, schemaFrom } from "./stacks.ts";

/**
 * Returns the first line of a declaration, by which editors find its schema. The path is relative, so that it holds on
 * every machine.
 *
 * @param depth of the declaration's folder below `stacks`: 0 for `stacks` itself.
 */
export function schemaLine(name: EditorSchema, stacks: string, depth: number): string {
  return `# yaml-language-server: $schema=${"../".repeat(depth)}${schemaFrom(stacks, name)}`;
}
