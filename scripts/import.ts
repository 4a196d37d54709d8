import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { loadCommune } from "../components/commune/load.ts";
import { loadFederation } from "../components/federation/members.ts";
import { seedFingerprint } from "../components/foundation/seed/derive.ts";
import { checkout } from "../local/paths.ts";
import { askEngine } from "./approval/engine.ts";
import { placeOf } from "./approval/place.ts";
import {
  declarationFolder,
  type Export,
  filesOf,
  givenFile,
  readExport,
  returnFile,
  seedFile,
  settingsFile,
  verifySums,
} from "./export/folder.ts";

/** Where the command finds things. */
export interface Surroundings {
  /** Folder with the declarations. */
  stacks: string;
  /** What Pulumi's command line says of a commune's stack. */
  engine(id: string, words: readonly string[], input?: string): Promise<string>;
}

const ordinary: Surroundings = {
  stacks: join(checkout, "stacks"),
  engine: (id, words, input) => askEngine(placeOf(id), words, input),
};

/** `commune import`: what `commune export` wrote becomes a declaration and a stack again. */
export function importCommand(surroundings = ordinary): Command {
  return new Command("import")
    .description(
      "Take an exported commune over: compare every file with its sum, write its declaration into stacks/ and make its stack, with its settings and its seed. Nothing is applied, and no cluster is asked: it says the two commands that bring services and data.",
    )
    .argument("<folder>", "what `commune export` wrote")
    .addHelpText(
      "after",
      "\nIt may be run again when it was cut. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    )
    .action(async (words: string) => {
      const folder = resolve(words);
      const said = readExport(folder);
      const count = await verifySums(folder);
      console.log(
        `${count} files are as they were written, on ${said.exportedAt}, by version ${said.toolkit}.`,
      );
      const seed = readFileSync(join(folder, seedFile), "utf8").trim();
      if (seedFingerprint(seed, said.commune) !== said.seed) {
        throw new Error(`${join(folder, seedFile)} is not the seed of ${said.commune}. Nothing was changed.`);
      }
      refuseOthers(surroundings, folder, said.commune);
      refuseInvalid(surroundings, folder, said.commune);
      await refuseUsedStack(surroundings, said.commune);
      writeDeclaration(surroundings, folder, said.commune);
      await makeStack(surroundings, folder, { id: said.commune, seed });
      console.log(next(said, folder).join("\n"));
    });
}

/** Each file of a declaration, by its path below `stacks/`. */
function declared(folder: string): string[] {
  const from = join(folder, declarationFolder);
  return filesOf(from).filter((path) => join(declarationFolder, path) !== settingsFile);
}

/** A declaration that is there and is another one is nobody's to overwrite. */
function refuseOthers({ stacks }: Surroundings, folder: string, id: string): void {
  const own = declared(folder).filter((path) => path.startsWith(`${id}/`));
  const others = own.filter((path) => {
    const there = join(stacks, path);
    return (
      existsSync(there) && !readFileSync(there).equals(readFileSync(join(folder, declarationFolder, path)))
    );
  });
  const more = existsSync(join(stacks, id))
    ? readdirSync(join(stacks, id), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(stacks.length + 1))
        .filter((path) => !own.includes(path))
    : [];
  if (others.length + more.length === 0) return;
  throw new Error(
    `${join(stacks, id)} is there and is another declaration: ${[...others, ...more].map((path) => `stacks/${path}`).join(", ")}. Move it away first. Nothing was changed.`,
  );
}

/** A stack that has something in a cluster is a commune that runs. */
async function refuseUsedStack({ engine }: Surroundings, id: string): Promise<void> {
  if (!(await isListed(engine, id))) return;
  const state = JSON.parse(await engine(id, ["stack", "export", "-s", id])) as {
    deployment: { resources?: unknown[] | null };
  };
  const count = state.deployment.resources?.length ?? 0;
  if (count === 0) return;
  throw new Error(
    `the stack ${id} has ${count} resources: it runs somewhere. Where its state is kept is what PULUMI_BACKEND_URL says; name another place, or remove it first. Nothing was changed.`,
  );
}

async function isListed(engine: Surroundings["engine"], id: string): Promise<boolean> {
  const stacks = JSON.parse(await engine(id, ["stack", "ls", "--json"])) as { name: string }[];
  return stacks.some(({ name }) => name === id);
}

function writeDeclaration({ stacks }: Surroundings, folder: string, id: string): void {
  for (const path of declared(folder)) {
    const there = join(stacks, path);
    // What several communes share is here already, or comes with the first.
    if (!path.startsWith(`${id}/`) && existsSync(there)) continue;
    cpSync(join(folder, declarationFolder, path), there);
  }
}

/** What is not valid is not taken over, beside the communes that are here: where there is a metropolis, it is this one. */
function refuseInvalid({ stacks }: Surroundings, folder: string, id: string): void {
  const from = join(folder, declarationFolder);
  const loaded = loadCommune(from, id, () => loadFederation(stacks) ?? loadFederation(from));
  if (!loaded.ok) throw loaded.error;
}

async function makeStack(
  { engine }: Surroundings,
  folder: string,
  { id, seed }: { id: string; seed: string },
): Promise<void> {
  if (!(await isListed(engine, id))) await engine(id, ["stack", "init", id]);
  const read = (file: string) =>
    Object.entries(JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, string>);
  // By standard input: `ps` shows arguments, and a certificate begins with a dash, like an option.
  for (const [key, value] of read(settingsFile)) await engine(id, ["config", "set", key, "-s", id], value);
  const given: [string, string][] = [...read(givenFile), ["commune:seed", seed]];
  for (const [key, value] of given) await engine(id, ["config", "set", "--secret", key, "-s", id], value);
}

function next({ commune: id, services, empty }: Export, folder: string): string[] {
  return [
    `stacks/${id} and the stack ${id} are there, with the settings of the site that was left, but for its cluster. What is next, on a cluster without namespaces of ${id}:`,
    `  npx commune site check ${id}    # and the settings that fit this cluster`,
    `  npx pulumi up -s ${id}          # services, empty`,
    `  sh ${join(folder, returnFile)}    # their data, through kubectl's current context`,
    ...services.map(({ service, point }) => `  ${service} will be as of ${point}.`),
    ...(empty.length === 0 ? [] : [`  Empty: ${empty.join(", ")}.`]),
  ];
}
