import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../local/paths.ts";

/** A line of a list, and the import that it takes. */
export interface AddedLine {
  /** The file of the list, from the root. */
  file: string;
  imported: string;
  line: string;
  /** The line that ends the list. */
  end: string;
}

/** Files and folders of which programs and commands are made. */
const copied = [
  ...["audit", "charts", "components", "docs", "local", "policies", "programs", "scripts", "stacks"],
  ...["test/doubles", "test/registrations", "compile.js", "preload.js", "loader.js"],
  ...["package.json", "tsconfig.json", "Pulumi.yaml"],
];

/**
 * This checkout in a folder of its own, with one line more in a list. The folder is the caller's to delete.
 *
 * @param more further paths of the checkout: what the line loads.
 * @throws Error where the list has no such end.
 */
export function copiedCheckout(name: string, more: readonly string[], added: AddedLine): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  for (const path of [...copied, ...more])
    cpSync(join(checkout, path), join(folder, path), { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  const file = join(folder, added.file);
  const lines = readFileSync(file, "utf8").split("\n");
  const end = lines.indexOf(added.end);
  if (end === -1) throw new Error(`${added.file} has no line ${added.end}`);
  writeFileSync(file, [added.imported, ...lines.toSpliced(end, 0, added.line)].join("\n"));
  return folder;
}
