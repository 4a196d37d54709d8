import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { goEnvironment } from "../go.ts";
import { buildFlags } from "./go.ts";
import type { GoModule } from "./programs.ts";

/** A Go module that is part of a program, with the texts that its authors ask to be passed on. */
export interface Licensed {
  /** Path and version, such as `github.com/coredns/coredns v1.14.2`. */
  name: string;
  texts: string[];
}

const isLicence = (file: string) => /^((un)?licen[cs]e|copying|copyright|notice|patents)\b/i.test(file);

/** Returns the texts of a folder that say under which licence it is: files of their own, else what its README says of it. */
function textsIn(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? entry.name : [],
  );
  const read = (file: string) => readFileSync(join(folder, file), "utf8").trim();
  const own = files.filter(isLicence);
  if (own.length > 0) return own.map(read);
  return files
    .filter((file) => /^readme\b/i.test(file))
    .map(read)
    .filter((text) => /licen[cs]e/i.test(text));
}

/**
 * Returns every module that these packages are compiled of, Go's own library among them. Throws if one has no licence: what
 * nobody may pass on is in no package.
 */
export async function licensesOf(module: GoModule, packages: readonly string[]): Promise<Licensed[]> {
  const format = "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}";
  const go = (...words: string[]) => execa("go", words, { cwd: module.folder, env: goEnvironment });
  const { stdout } = await go("list", "-deps", "-f", format, ...buildFlags, ...packages);
  const { stdout: root } = await go("env", "GOROOT");
  const { stdout: version } = await go("env", "GOVERSION");
  const listed = [...new Set(stdout.split("\n"))].flatMap((line) => {
    const [path = "", release = "", folder = ""] = line.split("\t");
    // Modules below the toolkit's are its own.
    return path === "" || folder.startsWith(module.folder) ? [] : [{ name: `${path} ${release}`, folder }];
  });
  const found = [{ name: `the Go library ${version}`, folder: root }, ...listed].map(({ name, folder }) => ({
    name,
    texts: textsIn(folder),
  }));
  const without = found.filter(({ texts }) => texts.length === 0).map(({ name }) => name);
  if (without.length > 0) throw new Error(`no licence is in the folder of ${without.join(", ")}.`);
  return found;
}

/** Returns one text of all licences: each once, below the names of the modules that it is of. */
export function licencesText(licensed: readonly Licensed[]): string {
  const byText = new Map<string, string[]>();
  for (const { name, texts } of licensed)
    for (const text of texts) byText.set(text, [...(byText.get(text) ?? []), name]);
  return [...byText]
    .map(([text, names]) => `${names.join("\n")}\n\n${text}\n`)
    .join(`\n${"=".repeat(80)}\n\n`);
}
