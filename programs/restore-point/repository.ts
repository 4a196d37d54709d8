import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { filesRepository, pointsKind } from "../../components/recovery/points/generation.ts";
import { workFiles } from "../../components/recovery/points/settings.ts";
import { copyVault } from "../../components/recovery/vault/copy.ts";
import { freshGenerations } from "../../components/recovery/vault/generation.ts";
import {
  fileName,
  type Repository,
  readRepository,
  repositoryPath,
  seriesOf,
} from "../../components/recovery/vault/names.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { judgeOf, proveAt, readBackAt } from "./proof.ts";
import { environmentText, Restic, resticEnvironment } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";
import { messageOf } from "./vaults.ts";

/** The vaults that answer now: the first of them is written to. */
export interface Answering {
  first: OpenVault;
  others: readonly OpenVault[];
}

/** A repository that the newest point at a vault is in, with its configuration. The commune signed that. */
export interface NamedRepository {
  host: string;
  path: string;
  config: Buffer;
}

/**
 * Returns the repository that a point begins in, proved at the vault that is written to: restic does not upload again what
 * an index lists. Where it is not whole and no vault gives what is missing, a fresh one begins; a vault at which none can
 * begin is passed over, whatever its host does.
 *
 * What a vault lists says nothing here: only points that the commune signed say which repositories there are.
 *
 * @param vaults in the order in which they are tried.
 */
export async function provedRepository(
  vaults: readonly OpenVault[],
  named: readonly NamedRepository[],
  around: Surroundings,
): Promise<Answering & { repository: Repository }> {
  const { settings, now, say } = around;
  const names = named.flatMap(({ path }) => {
    const found = readRepository(path);
    return found?.service === settings.service ? [found.generation] : [];
  });
  const current = filesRepository(settings.service, now(), names);
  const fresh = freshGenerations(pointsKind, now(), names);
  const failed = new Set<OpenVault>();
  const problems: string[] = [];
  for (const { first, generation } of attempts(vaults, [current.generation, ...fresh])) {
    if (failed.has(first)) continue;
    const others = vaults.filter((vault) => vault !== first);
    const repository: Repository = { service: settings.service, generation };
    try {
      const problem = await prepared({ first, others }, { repository, named }, around);
      if (problem !== undefined) {
        problems.push(problem);
        say(problem);
        continue;
      }
    } catch (error) {
      failed.add(first);
      problems.push(messageOf(error));
      say(`nothing can be written at ${first.host}: ${messageOf(error)}`);
      continue;
    }
    if (generation !== current.generation)
      say(`${problems.at(-1)}. No vault gives what is missing: a fresh generation begins, ${generation}`);
    return { first, others, repository };
  }
  throw new Error(`no vault has a repository that a point can begin in. ${problems.join("; ")}`);
}

/**
 * Vaults and generations in the order in which they are tried. In a quarter's own generation a fresh one begins at the
 * first vault. After that the next vault is written to before another fresh one begins: otherwise a host that damages one
 * after the other would have all of it uploaded every day, to the other vaults too.
 */
function attempts(vaults: readonly OpenVault[], generations: readonly string[]) {
  const [current = ""] = generations;
  const all = vaults.flatMap((first) => generations.map((generation) => ({ first, generation })));
  if (seriesOf(current)?.period.includes("q") === true) return all;
  const order = (generation: string) => generations.indexOf(generation);
  return all.sort((one, other) => order(one.generation) - order(other.generation));
}

/** Makes the repository if no vault has it, and removes locks. Returns why it is not whole; undefined if it is. */
async function prepared(
  { first, others }: Answering,
  { repository, named }: { repository: Repository; named: readonly NamedRepository[] },
  around: Surroundings,
): Promise<string | undefined> {
  const path = repositoryPath(repository);
  const opens = around.access[first.host];
  if (opens === undefined) throw new Error(`nothing opens the vault at ${first.host}`);
  const environment = resticEnvironment(opens, path, around);
  writeFileSync(join(around.folders.work, workFiles.repository), environmentText(environment), {
    mode: 0o600,
  });
  const known = named.filter((each) => each.path === path);
  const problem =
    (await brought({ first, others }, { path, known }, around)) ??
    (await beginRepository(first, path, environment, around)) ??
    (await proveAt(first, others, { path, must: [] }, around)) ??
    (await readBackAt(first, others, path, around));
  if (problem !== undefined) return problem;
  // Nobody takes an exclusive one: nothing is ever removed. One that restic cannot open would stop every backup.
  if ((await first.list(path, "locks")).size > 0)
    await new Restic(around.restic, environment).run(["unlock", "--remove-all", "--quiet"]);
  return undefined;
}

/**
 * Copies the repository from another vault if the first has none. Returns the conflict if there are two of one name, by
 * points that the commune signed. A vault that fails to give it is passed over.
 */
async function brought(
  { first, others }: Answering,
  { path, known }: { path: string; known: readonly NamedRepository[] },
  around: Surroundings,
): Promise<string | undefined> {
  const own = await first.get(`${path}/config`);
  const another = known.find(({ config }) => own !== undefined && !config.equals(own));
  if (another !== undefined)
    return `${path} at ${first.host} and at ${another.host} are two repositories: each was begun while the other vault was unavailable`;
  if (own !== undefined) return undefined;
  for (const other of others) {
    const config = known.find(({ host }) => host === other.host)?.config;
    if (config === undefined) continue;
    try {
      await copyVault(other, first, { judge: judgeOf(around), only: [path], configs: { [path]: [config] } });
      return undefined;
    } catch (error) {
      around.say(`${path} does not come from ${other.host}: ${messageOf(error)}`);
    }
  }
  return undefined;
}

const newRepository = z.strictObject({
  key: z.strictObject({ name: z.string().check(z.regex(fileName)), content: z.base64() }),
  config: z.base64(),
});

/** A new repository: restic's own two files. Both are encrypted. base64. */
type NewRepository = z.output<typeof newRepository>;

/**
 * Makes a repository here and uploads it, unless it is there. If `restic init` is killed at a vault that lets nobody delete,
 * it leaves a key without a repository, and the name could never be used again. So both files are first kept as one, under a
 * name that is created once, and whoever continues takes them from there.
 *
 * @returns why none can begin there; undefined if there is one.
 */
async function beginRepository(
  vault: OpenVault,
  path: string,
  environment: Readonly<Record<string, string>>,
  around: Surroundings,
): Promise<string | undefined> {
  if ((await vault.get(`${path}/config`)) !== undefined) return undefined;
  const name = `once/begun-${path.replace("/", "-")}`;
  if ((await vault.get(name)) === undefined) {
    const record = Buffer.from(JSON.stringify(await madeHere(environment, around)));
    await vault.put(name, record).catch(async (error: unknown) => {
      // Another run may have begun it meanwhile.
      if ((await vault.get(name)) === undefined) throw error;
    });
  }
  let made = await recorded(await vault.get(name), path, around);
  if (made === undefined) {
    // Whoever had the service's password may have written it.
    const told = `${name} at ${vault.host} is no beginning of a repository of this commune`;
    if ((await vault.list(path, "keys")).size > 0) return told;
    around.say(told);
    made = await madeHere(environment, around);
  }
  await vault.put(`${path}/?create=true`);
  await vault.put(`${path}/keys/${made.key.name}`, Buffer.from(made.key.content, "base64"));
  await vault.put(`${path}/config`, Buffer.from(made.config, "base64"));
  return undefined;
}

/** Makes a repository in a folder of this pod. */
async function madeHere(
  environment: Readonly<Record<string, string>>,
  { folders, restic }: Surroundings,
): Promise<NewRepository> {
  const folder = join(folders.work, "begun");
  rmSync(folder, { recursive: true, force: true });
  await new Restic(restic, { ...environment, RESTIC_REPOSITORY: folder }).run(["init", "--quiet"]);
  const [key = ""] = readdirSync(join(folder, "keys"));
  const file = (...parts: string[]) => readFileSync(join(folder, ...parts)).toString("base64");
  const made: NewRepository = { key: { name: key, content: file("keys", key) }, config: file("config") };
  rmSync(folder, { recursive: true });
  return made;
}

/** Returns the repository that a record is of; undefined if it is none that this commune's password opens. */
async function recorded(
  record: Buffer | undefined,
  path: string,
  around: Surroundings,
): Promise<NewRepository | undefined> {
  try {
    const made = newRepository.parse(JSON.parse(String(record)));
    const keys = new Map([[made.key.name, Buffer.from(made.key.content, "base64")]]);
    const opened = await judgeOf(around).open(path, Buffer.from(made.config, "base64"), keys);
    await opened.close();
    return made;
  } catch {
    return undefined;
  }
}
