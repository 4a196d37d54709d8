import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import * as z from "zod";
import { schemaLine } from "../components/foundation/declaration/schema-line.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import manifest from "../package.json" with { type: "json" };
import { spoken } from "./language.ts";

/** Files of a new repository that are the same everywhere, each with its source in the toolkit. */
const copied = {
  "Pulumi.yaml": "scripts/new/Pulumi.yaml",
  ".gitignore": "scripts/new/gitignore",
  ".npmrc": "scripts/new/npmrc",
  "stacks/README.md": "scripts/new/README.md",
  ".forgejo/workflows/audit.yaml": "docs/examples/forgejo-audit.yaml",
  ".gitlab-ci.yml": "docs/examples/gitlab-ci.yaml",
} as const;

const text = (file: string) => readFileSync(toolkitFile(file), "utf8");

const written = z.looseObject({ dependencies: z.record(z.string(), z.string()).default({}) });

/**
 * Returns the package.json of a repository, with the toolkit as its one dependency: as `npm install` wrote it there (an
 * archive, an address), or else in the version of this toolkit.
 *
 * @param before text of the existing file, if any. Throws if it is no package.json.
 */
export function packageText(before: string | undefined): string {
  const { dependencies, ...rest } = written.parse(JSON.parse(before ?? "{}"));
  const own = {
    ...{ private: true, type: "module", ...rest },
    dependencies: { [manifest.name]: manifest.version, ...dependencies },
  };
  return `${JSON.stringify(own, undefined, 2)}\n`;
}

/** Returns every file of a new repository, by its path. */
export function repositoryFiles(folder: string): Record<string, string> {
  const packageFile = join(folder, "package.json");
  const before = existsSync(packageFile) ? readFileSync(packageFile, "utf8") : undefined;
  const stacks = join(folder, "stacks");
  return {
    "package.json": packageText(before),
    "index.js": `export { default } from "${manifest.name}/program";\n`,
    "stacks/federation.yaml": `${schemaLine("federation", stacks, 0)}\n${text("scripts/new/federation.yaml")}`,
    ...Object.fromEntries(Object.entries(copied).map(([path, source]) => [path, text(source)])),
  };
}

/** Copies the toolkit's own declarations, with their schemas and without settings of stacks. */
function copyExample(stacks: string): void {
  cpSync(toolkitFile("stacks"), stacks, {
    recursive: true,
    filter: (path) => !basename(path).startsWith("Pulumi."),
  });
}

/** Returns the commands that follow, without those whose result is there already. */
function nextCommands(folder: string): string[] {
  const path = relative(process.cwd(), folder);
  const isThere = (name: string) => existsSync(join(folder, name));
  return [
    ...(path === "" ? [] : [`cd ${path}`]),
    ...(isThere(join("node_modules", manifest.name)) ? [] : ["npm install"]),
    ...(isThere(".git") ? [] : ["git init"]),
    "npx commune init <commune>",
  ];
}

/** `commune new <folder>`: a repository in which communes are declared, with this toolkit as its one package. */
export function newCommand(): Command {
  return new Command("new")
    .description(
      "Make a repository for the declarations of communes, with this toolkit as its one package and with jobs for a forge: check, report, drift. Writes files only; of those that exist it changes package.json alone.",
    )
    .argument("<folder>", "a new folder, or . where npm install has put this package")
    .option("--example", "with the communes of the demo and of its tour in stacks/")
    .option("--json", "print the result as JSON")
    .action((name: string, { example, json }: { example?: true; json?: true }, command: Command) => {
      const folder = resolve(name);
      const files = Object.entries(repositoryFiles(folder));
      const there = files
        .map(([path]) => path)
        .filter((path) => path !== "package.json" && existsSync(join(folder, path)));
      if (there.length > 0)
        command.error(
          spoken({
            en: `error: ${folder} has ${there.join(", ")} already. Name a new folder. Nothing was changed.`,
            fr: `error: ${folder} a déjà ${there.join(", ")}. Nommez un nouveau dossier. Rien n’a été changé.`,
          }),
          { exitCode: 1 },
        );
      for (const [path, content] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      if (example) copyExample(join(folder, "stacks"));
      const paths = files.map(([path]) => path);
      const next = nextCommands(folder).join(" && ");
      if (json) console.log(JSON.stringify({ folder, files: paths }, undefined, 2));
      else
        console.log(
          spoken({
            en: `${folder}: ${paths.join("  ")}\n\n  Next    ${next}\n          and write that id as COMMUNE in .forgejo/workflows/audit.yaml or .gitlab-ci.yml`,
            fr: `${folder} : ${paths.join("  ")}\n\n  Ensuite ${next}\n          et écrivez cet identifiant comme COMMUNE dans .forgejo/workflows/audit.yaml ou .gitlab-ci.yml`,
          }),
        );
    });
}
