import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { toolkitFile } from "../../../components/foundation/toolkit.ts";
import manifest from "../../../package.json" with { type: "json" };

/**
 * Makes a folder of packages as npm would: links to those of another folder, and to this toolkit with its command. Nothing
 * is installed. The folder must not exist.
 */
export function linkPackages(from: string, to: string): void {
  const commands = ".bin";
  mkdirSync(join(to, commands), { recursive: true });
  const links = new Map<string, string>([
    ...[...readdirSync(from), ...readdirSync(join(from, commands)).map((entry) => join(commands, entry))]
      .filter((entry) => entry !== commands)
      .map((entry): [string, string] => [entry, join(from, entry)]),
    ...Object.entries(manifest.bin).map(([name, file]): [string, string] => [
      join(commands, name),
      toolkitFile(file),
    ]),
    [manifest.name, toolkitFile(".")],
  ]);
  for (const [name, target] of links) symlinkSync(target, join(to, name));
}
