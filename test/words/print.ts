import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkout } from "../../local/paths.ts";
import { modulesIn, sharedNames } from "./names.ts";
import { type Finding, findAll, shownFinding } from "./odd.ts";

// `npm run words` counts the odd kinds of docs/style.md by folder, the words of pages, and names with several meanings;
// `-- --list <kind>` prints where one kind is, `-- --names` the names and their modules.

/** Words of the pages of a folder, those below it left out. */
function wordsIn(folder: string): number {
  const pages = readdirSync(join(checkout, folder)).filter((file) => file.endsWith(".md"));
  const texts = pages.map((file) => readFileSync(join(checkout, folder, file), "utf8"));
  return texts.join(" ").split(/\s+/).filter(Boolean).length;
}

/** A table of kinds by folder, with sums. */
function tableOf(findings: readonly Finding[]): string {
  const folderOf = ({ file }: Finding) => file.split("/", file.startsWith("components/") ? 2 : 1).join("/");
  const folders = [...new Set(findings.map(folderOf))].sort();
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  const rows = [...kinds, "all"].map((kind) => {
    const own = kind === "all" ? findings : findings.filter((finding) => finding.kind === kind);
    const counts = folders.map((folder) => own.filter((finding) => folderOf(finding) === folder).length);
    return [kind, ...counts, own.length].map(String);
  });
  const table = [["", ...folders, "all"], ...rows];
  // Kinds are columns: there are more folders than fit a line.
  const turned = (table[0] ?? []).map((_, column) => table.map((row) => row[column] ?? ""));
  const widths = (turned[0] ?? []).map((_, column) =>
    Math.max(...turned.map((row) => row[column]?.length ?? 0)),
  );
  return turned
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

const { values } = parseArgs({ options: { list: { type: "string" }, names: { type: "boolean" } } });
const findings = findAll(checkout);
const names = sharedNames(modulesIn(checkout));
if (values.names) {
  for (const { name, files } of names) console.log(`${name}: ${files.join(", ")}`);
} else if (values.list === undefined) {
  console.log(tableOf(findings));
  const counts = ["docs", "docs/fr", "docs/decisions"].map((folder) => `${folder} ${wordsIn(folder)}`);
  console.log(`\nWords of pages: ${counts.join(", ")}`);
  const types = names.filter(({ name }) => /^[A-Z]/.test(name)).length;
  console.log(`Names that several modules export: ${names.length}, of which ${types} types (-- --names)`);
} else
  for (const finding of findings.filter(({ kind }) => kind === values.list))
    console.log(shownFinding(finding));
