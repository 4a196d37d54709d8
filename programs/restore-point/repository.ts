import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesRepository, pointsKind } from "../../components/recovery/points/generation.ts";
import { workFiles } from "../../components/recovery/points/settings.ts";
import { copyVault } from "../../components/recovery/vault/copy.ts";
import { freshGeneration } from "../../components/recovery/vault/generation.ts";
import { type Repository, readRepository, repositoryPath } from "../../components/recovery/vault/names.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { prove } from "../../components/recovery/vault/prove.ts";
import { ResticJudge } from "../../components/recovery/vault/restic-judge.ts";
import { environmentText, Restic, resticEnvironment } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";

/** The vaults that answer now: the first of them is written to. */
export interface Answering {
  first: OpenVault;
  others: readonly OpenVault[];
}

/**
 * Returns the repository that a point begins in, proved at the vault that is written to: restic does not upload again what
 * an index lists. If it is not whole and no vault gives what is missing, a fresh one begins.
 */
export async function provedRepository(vaults: Answering, around: Surroundings): Promise<Repository> {
  const { settings, now, say } = around;
  const names = await generationsAt(vaults, settings.service);
  const repository = filesRepository(settings.service, now(), names);
  const problem = await prepared(vaults, repository, around);
  if (problem === undefined) return repository;
  const generation = freshGeneration(pointsKind, now(), names);
  const told = `${problem}. No vault gives what is missing`;
  if (generation === undefined) throw new Error(`${told}, and today's and tomorrow's generations are taken`);
  say(`${told}: a fresh generation begins, ${generation}`);
  const fresh: Repository = { service: settings.service, generation };
  const again = await prepared(vaults, fresh, around);
  if (again !== undefined) throw new Error(again);
  return fresh;
}

/** Returns the names of a service's generations of points, at any of the vaults that answer. */
async function generationsAt({ first, others }: Answering, service: string): Promise<string[]> {
  const all = await Promise.all([first, ...others].map((vault) => vault.status()));
  return all.flatMap(({ generations }) =>
    generations.flatMap(({ name }) => {
      const found = readRepository(name);
      return found?.service === service ? [found.generation] : [];
    }),
  );
}

export function judgeOf({ restic, password }: Pick<Surroundings, "restic" | "password">): ResticJudge {
  return new ResticJudge({ restic, passwordOf: () => ({ RESTIC_PASSWORD: password }) });
}

/** Returns restic for a repository at a vault. Throws if there are no credentials for the vault. */
export function resticIn(vault: Pick<OpenVault, "host">, path: string, around: Surroundings): Restic {
  const opens = around.access[vault.host];
  if (opens === undefined) throw new Error(`nothing opens the vault at ${vault.host}`);
  return new Restic(around.restic, resticEnvironment(opens, path, around));
}

/**
 * Proves a repository of the service at a vault. Missing files may come from the others.
 *
 * @param must snapshots that must be there.
 * @returns why it is not whole; undefined if it is.
 */
export async function proveAt(
  vault: OpenVault,
  others: readonly OpenVault[],
  { path, must }: { path: string; must: readonly string[] },
  around: Surroundings,
): Promise<string | undefined> {
  const restic = resticIn(vault, path, around);
  const judge = judgeOf(around);
  const problem = await prove({ vault, others, path, must, judge, check: () => restic.check() });
  return problem?.message;
}

/** Makes the repository if no vault has it, and removes stale locks. Returns why it is not whole; undefined if it is. */
async function prepared(
  { first, others }: Answering,
  repository: Repository,
  around: Surroundings,
): Promise<string | undefined> {
  const path = repositoryPath(repository);
  const opens = around.access[first.host];
  if (opens === undefined) throw new Error(`nothing opens the vault at ${first.host}`);
  const environment = resticEnvironment(opens, path, around);
  writeFileSync(join(around.folders.work, workFiles.repository), environmentText(environment), {
    mode: 0o600,
  });
  const conflict = await brought({ first, others }, path, around);
  if (conflict !== undefined) return conflict;
  await beginRepository(first, path, environment, around);
  const restic = new Restic(around.restic, environment);
  if ((await first.list(path, "locks")).size > 0) await restic.run(["unlock", "--quiet"]);
  return proveAt(first, others, { path, must: [] }, around);
}

/** Copies the repository from another vault if the first has none. Returns the conflict if there are two of one name. */
async function brought(
  { first, others }: Answering,
  path: string,
  around: Surroundings,
): Promise<string | undefined> {
  const own = await first.get(`${path}/config`);
  for (const other of others) {
    const theirs = await other.get(`${path}/config`);
    if (theirs === undefined) continue;
    if (own !== undefined && !own.equals(theirs))
      return `${path} at ${first.host} and at ${other.host} are two repositories: each was begun while the other vault was unavailable`;
    if (own === undefined) {
      await copyVault(other, first, { judge: judgeOf(around), only: [path] });
      return undefined;
    }
  }
  return undefined;
}

/** A new repository: restic's own two files. Both are encrypted. base64. */
interface NewRepository {
  key: { name: string; content: string };
  config: string;
}

/**
 * Makes a repository here and uploads it, unless it is there. If `restic init` is killed at a vault that lets nobody delete,
 * it leaves a key without a repository, and the name could never be used again. So both files are first kept as one, under a
 * name that is created once, and whoever continues takes them from there.
 */
async function beginRepository(
  vault: OpenVault,
  path: string,
  environment: Readonly<Record<string, string>>,
  { folders, restic: program }: Surroundings,
): Promise<void> {
  if ((await vault.get(`${path}/config`)) !== undefined) return;
  const name = `once/begun-${path.replace("/", "-")}`;
  const folder = join(folders.work, "begun");
  if ((await vault.get(name)) === undefined) {
    rmSync(folder, { recursive: true, force: true });
    await new Restic(program, { ...environment, RESTIC_REPOSITORY: folder }).run(["init", "--quiet"]);
    const [key = ""] = readdirSync(join(folder, "keys"));
    const file = (...parts: string[]) => readFileSync(join(folder, ...parts)).toString("base64");
    const made: NewRepository = { key: { name: key, content: file("keys", key) }, config: file("config") };
    rmSync(folder, { recursive: true });
    await vault.put(name, Buffer.from(JSON.stringify(made)));
  }
  const { key, config } = JSON.parse(String(await vault.get(name))) as NewRepository;
  await vault.put(`${path}/?create=true`);
  await vault.put(`${path}/keys/${key.name}`, Buffer.from(key.content, "base64"));
  await vault.put(`${path}/config`, Buffer.from(config, "base64"));
}
