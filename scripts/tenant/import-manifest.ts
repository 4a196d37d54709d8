import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { DeclarationError } from "../../components/foundation/declaration/problem.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { type Draft, draftChart } from "../../components/tenants/yunohost/draft.ts";
import { readManifest } from "../../components/tenants/yunohost/manifest.ts";
import { freeLicences } from "../../policies/licences.ts";
import { spoken } from "../language.ts";

/** Writes a draft in one step: a folder that exists is whole. */
function writeDraft({ files }: Draft, folder: string, library: string): void {
  const draft = join(dirname(folder), `.${basename(folder)}.${process.pid}`);
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), text);
    }
    mkdirSync(join(draft, "charts"));
    symlinkSync(relative(join(resolve(folder), "charts"), library), join(draft, "charts", "app"));
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** `commune tenant import-manifest`: a chart that somebody can finish, from what YunoHost's packagers know already. */
export function importManifestCommand(charts: string): Command {
  return new Command("import-manifest")
    .description(
      "Draft a chart from the manifest.toml of a YunoHost package: licence, memory, database, volume, who may read it. What the manifest cannot say is marked TODO. Runs nothing of the package and contacts nothing.",
    )
    .argument("<manifest>", "manifest.toml of a package in format 2")
    .option("--to <folder>", "write the chart there; charts/<id> when absent")
    .option("--json", "print the draft as JSON, and write nothing")
    .action((file: string, { to, json }: { to?: string; json?: true }) => {
      const read = readManifest(file, readFileSync(file, "utf8"));
      if (!read.ok) throw new DeclarationError(read.problems);
      const draft = draftChart(read.manifest, (licence) => freeLicences.has(licence));
      if (json) {
        console.log(JSON.stringify(draft, undefined, 2));
        return;
      }
      const folder = to ?? join(charts, draft.chart);
      if (existsSync(folder))
        throw new TranslatedError({
          en: `${folder} is there already: remove it, or name another with --to. Nothing was written.`,
          fr: `${folder} existe déjà : supprimez-le, ou nommez-en un autre par --to. Rien n’a été écrit.`,
        });
      writeDraft(draft, folder, resolve(charts, "app"));
      const left = draft.todos.map(({ file: where, what }) => `  ${where}: ${what}`);
      console.log(
        [
          spoken({
            en: `${folder} is drafted. ${draft.todos.length} things are left, also in its TODO.md:`,
            fr: `${folder} est en brouillon. Il reste ${draft.todos.length} points, qui sont aussi dans son TODO.md :`,
          }),
          ...left,
        ].join("\n"),
      );
    });
}
