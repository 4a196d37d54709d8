import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { loadCommune } from "../components/commune/load.ts";
import { loadFederation } from "../components/federation/members.ts";
import { showWord } from "../components/foundation/declaration/show.ts";
import {
  inCommune,
  inStacks,
  type SharedFile,
  sharedFiles,
} from "../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { seedFingerprint } from "../components/foundation/seed/derive.ts";
import { placeOf } from "./approval/place.ts";
import { askEngine } from "./engine.ts";
import {
  declarationFolder,
  type Export,
  filesOf,
  givenFile,
  readExport,
  readSettings,
  refuseStrangers,
  returnFile,
  seedFile,
  settingsFile,
  verifySums,
} from "./export/folder.ts";
import { spoken } from "./language.ts";

/** Folder and tools that the command works with. */
export interface Surroundings {
  /** Folder with the declarations. */
  stacks: string;
  /** Runs Pulumi's command line for a commune's stack, and returns what it prints. */
  engine(id: string, words: readonly string[], input?: string): Promise<string>;
}

const ordinary: Surroundings = {
  stacks: repositoryFile("stacks"),
  engine: (id, words, input) => askEngine(placeOf(id), words, input),
};

/** `commune import`: what `commune export` wrote becomes a declaration and a stack again. */
export function importCommand(surroundings = ordinary): Command {
  return new Command("import")
    .description(
      "Take an exported commune over: compare every file with its sum, write its declaration into stacks/ and make its stack, with its settings and its seed. Nothing is applied, and no cluster is asked: it says the two commands that bring services and data.",
    )
    .argument("<folder>", "what `commune export` wrote")
    .action(async (words: string) => {
      const folder = resolve(words);
      refuseStrangers(folder);
      const said = readExport(folder);
      const count = await verifySums(folder);
      console.log(
        spoken({
          en: `${count} files are as they were written, on ${said.exportedAt}, by version ${said.toolkit}.`,
          fr: `${count} fichiers sont comme ils ont été écrits, le ${said.exportedAt}, par la version ${said.toolkit}.`,
        }),
      );
      const seed = readFileSync(join(folder, seedFile), "utf8").trim();
      if (seedFingerprint(seed, said.commune) !== said.seed) {
        throw new TranslatedError({
          en: `${join(folder, seedFile)} is not the seed of ${said.commune}. Nothing was changed.`,
          fr: `${join(folder, seedFile)} n’est pas la graine de ${said.commune}. Rien n’a été changé.`,
        });
      }
      const files = declared(surroundings, folder, said.commune);
      const settings = { plain: readSettings(folder, settingsFile), given: readSettings(folder, givenFile) };
      refuseOthers(surroundings, files, said.commune);
      refuseInvalid(surroundings, folder, said.commune);
      await refuseUsedStack(surroundings, said.commune);
      writeDeclaration(files, said.commune);
      await makeStack(surroundings, settings, { id: said.commune, seed });
      console.log(next(said, folder).join("\n"));
    });
}

/** A file of a declaration that comes. */
interface Declared {
  /** Its path below `stacks/`. */
  path: string;
  from: string;
  there: string;
}

/** The files of a commune's declaration. Throws if there is more than an export has of one, or here leads elsewhere. */
function declared({ stacks }: Surroundings, folder: string, id: string): Declared[] {
  const root = join(folder, declarationFolder);
  const paths = filesOf(root).filter((path) => join(declarationFolder, path) !== settingsFile);
  const isShared = (path: string): path is SharedFile => (sharedFiles as readonly string[]).includes(path);
  const strange = paths.filter((path) => !path.startsWith(`${id}/`) && !isShared(path));
  if (strange.length > 0)
    throw new TranslatedError({
      en: `${root} has ${strange.map(showWord).join(", ")}, which is nothing of ${id}: an export has the folder of one commune, and ${sharedFiles.join(" and ")}. Nothing was changed.`,
      fr: `${root} a ${strange.map(showWord).join(", ")}, qui n’est rien de ${id} : un export a le dossier d’une commune, et ${sharedFiles.join(" et ")}. Rien n’a été changé.`,
    });
  return paths.map((path) => ({
    path,
    from: join(root, path),
    there: isShared(path) ? inStacks(stacks, path) : inCommune(stacks, id, path.slice(id.length + 1)),
  }));
}

/** Throws if a declaration exists here and differs: it is not overwritten. */
function refuseOthers({ stacks }: Surroundings, files: readonly Declared[], id: string): void {
  const own = files.filter(({ path }) => path.startsWith(`${id}/`));
  const others = own.flatMap(({ path, from, there }) =>
    existsSync(there) && !readFileSync(there).equals(readFileSync(from)) ? [path] : [],
  );
  const folder = inCommune(stacks, id);
  const more = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(stacks.length + 1))
        .filter((there) => !own.some(({ path }) => path === there))
    : [];
  if (others.length + more.length === 0) return;
  throw new TranslatedError({
    en: `${folder} is there and is another declaration: ${[...others, ...more].map((path) => `stacks/${path}`).join(", ")}. Move it away first. Nothing was changed.`,
    fr: `${folder} existe et est une autre déclaration : ${[...others, ...more].map((path) => `stacks/${path}`).join(", ")}. Déplacez-la d’abord. Rien n’a été changé.`,
  });
}

/** A stack that has something in a cluster is a commune that runs. */
async function refuseUsedStack({ engine }: Surroundings, id: string): Promise<void> {
  if (!(await isListed(engine, id))) return;
  const state = JSON.parse(await engine(id, ["stack", "export", "-s", id])) as {
    deployment: { resources?: unknown[] | null };
  };
  const count = state.deployment.resources?.length ?? 0;
  if (count === 0) return;
  throw new TranslatedError({
    en: `the stack ${id} has ${count} resources: it runs somewhere. Where its state is kept is what PULUMI_BACKEND_URL says; name another place, or remove it first. Nothing was changed.`,
    fr: `la pile ${id} a ${count} ressources : elle tourne quelque part. Où son état est gardé, PULUMI_BACKEND_URL le dit ; nommez un autre endroit, ou supprimez-la d’abord. Rien n’a été changé.`,
  });
}

async function isListed(engine: Surroundings["engine"], id: string): Promise<boolean> {
  const stacks = JSON.parse(await engine(id, ["stack", "ls", "--json"])) as { name: string }[];
  return stacks.some(({ name }) => name === id);
}

function writeDeclaration(files: readonly Declared[], id: string): void {
  for (const { path, from, there } of files) {
    // What several communes share is here already, or comes with the first.
    if (!path.startsWith(`${id}/`) && existsSync(there)) continue;
    cpSync(from, there);
  }
}

/**
 * Throws if the declaration is not valid beside the communes that are here: if there is a metropolis, it is this one.
 */
function refuseInvalid({ stacks }: Surroundings, folder: string, id: string): void {
  const from = join(folder, declarationFolder);
  const loaded = loadCommune(from, id, () => loadFederation(stacks) ?? loadFederation(from));
  if (!loaded.ok) throw loaded.error;
}

async function makeStack(
  { engine }: Surroundings,
  { plain, given }: Record<"plain" | "given", ReturnType<typeof readSettings>>,
  { id, seed }: { id: string; seed: string },
): Promise<void> {
  if (!(await isListed(engine, id))) await engine(id, ["stack", "init", id]);
  // By standard input: `ps` shows arguments, and a certificate begins with a dash, like an option.
  for (const [key, value] of Object.entries(plain)) await engine(id, ["config", "set", key, "-s", id], value);
  for (const [key, value] of Object.entries({ ...given, "commune:seed": seed }))
    await engine(id, ["config", "set", "--secret", key, "-s", id], value);
}

function next({ commune: id, services, empty }: Export, folder: string): string[] {
  return [
    spoken({
      en: `stacks/${id} and the stack ${id} are there, with the settings of the site that was left, but for its cluster. What is next, on a cluster without namespaces of ${id}:`,
      fr: `stacks/${id} et la pile ${id} sont là, avec les réglages du site que l’on a quitté, sauf son cluster. La suite, sur un cluster sans espaces de ${id} :`,
    }),
    spoken({
      en: `  npx commune site check ${id}    # and the settings that fit this cluster`,
      fr: `  npx commune site check ${id}    # et les réglages qui vont à ce cluster`,
    }),
    spoken({
      en: `  npx pulumi up -s ${id}          # services, empty`,
      fr: `  npx pulumi up -s ${id}          # les services, vides`,
    }),
    spoken({
      en: `  sh ${join(folder, returnFile)} --context <name>    # their data, on the cluster of that context`,
      fr: `  sh ${join(folder, returnFile)} --context <nom>    # leurs données, sur le cluster de ce contexte`,
    }),
    ...services.map(({ service, point }) =>
      spoken({ en: `  ${service} will be as of ${point}.`, fr: `  ${service} sera comme au ${point}.` }),
    ),
    ...(empty.length === 0
      ? []
      : [spoken({ en: `  Empty: ${empty.join(", ")}.`, fr: `  Vides : ${empty.join(", ")}.` })]),
  ];
}
