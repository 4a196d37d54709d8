import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesRepository } from "../../components/recovery/points/generation.ts";
import { hashOf, pointName } from "../../components/recovery/points/head.ts";
import { openManifest } from "../../components/recovery/points/sealed.ts";
import { type Begun, workFiles } from "../../components/recovery/points/settings.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { repositoryPath } from "../../components/recovery/vault/names.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { freezeAfterFirstPass } from "./freeze.ts";
import { environmentText, Restic, resticEnvironment, writeRoots } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";
import { compareClocks, firstNames, later, newestAt, openVaults, refuseFenced } from "./vaults.ts";

/**
 * Finds out how the point begins: its number, its predecessor, and its vaults. The first vault must answer, because
 * of two points with one number it accepts only one; the others are asked what they know.
 */
export async function begin(around: Surroundings): Promise<Begun> {
  const { settings, folders, now, say } = around;
  const [first, ...others] = openVaults(around);
  if (first === undefined) throw new Error("no vault is declared");
  const names = await firstNames(first, around);
  refuseFenced(names, first.host, settings.incarnation);
  const taken = new Set(names);
  let newest = await newestAt(first, names, around);
  for (const vault of others) {
    try {
      const theirs = await vault.once();
      refuseFenced(theirs, vault.host, settings.incarnation);
      for (const name of theirs) taken.add(name);
      newest = later(newest, await newestAt(vault, theirs, around));
    } catch (error) {
      say(`the vault at ${vault.host} says nothing now: ${error instanceof Error ? error.message : error}`);
    }
  }
  const vaultDate = await dateOf(around.access[first.host], around);
  compareClocks(vaultDate, around, first.host);
  const repository = filesRepository(settings.service, now());
  prepareFor(around);
  const restic = await prepare(first, repositoryPath(repository), around);
  const begun: Begun = {
    host: first.host,
    repository,
    sequence: firstFree((newest?.head.sequence ?? 0) + 1, taken, settings.service),
    previous: newest === undefined ? null : hashOf(newest.head),
    vaultDate,
    filesBefore: newest && filesIn(newest, around),
  };
  writeFileSync(join(folders.work, workFiles.begun), JSON.stringify(begun));
  say(
    `restore point ${begun.sequence} of ${settings.service} begins in ${repositoryPath(repository)} at ${first.host}`,
  );
  await freezeAfterFirstPass(restic, around);
  return begun;
}

/** The first number from one on whose name nobody has: one that was taken without a point stops no later one. */
function firstFree(from: number, taken: ReadonlySet<string>, service: string): number {
  let sequence = from;
  while (taken.has(pointName(service, sequence))) sequence += 1;
  return sequence;
}

/** Writes what restic needs in every step: the authorities of the vaults' certificates. */
export function prepareFor(around: Surroundings): void {
  const certificates = process.env.NODE_EXTRA_CA_CERTS;
  writeRoots(around, certificates === undefined ? "" : readFileSync(certificates, "utf8"));
}

/** The clock of a vault, as its answers have it. */
async function dateOf(access: VaultAccess | undefined, { now }: Surroundings): Promise<string> {
  const answer = access && (await fetch(`${access.address}/healthz`, { redirect: "error" }));
  const said = answer?.headers.get("date");
  return (said ? new Date(said) : now()).toISOString();
}

/** Makes the repository of this quarter if it does not exist yet. */
async function prepare(vault: OpenVault, path: string, around: Surroundings): Promise<Restic> {
  const { access, folders } = around;
  const opens = access[vault.host];
  if (opens === undefined) throw new Error(`nothing opens the vault at ${vault.host}`);
  const environment = resticEnvironment(opens, path, around);
  writeFileSync(join(folders.work, workFiles.repository), environmentText(environment), { mode: 0o600 });
  if ((await vault.get(`${path}/config`)) === undefined)
    await beginRepository(vault, path, environment, around);
  return new Restic(around.restic, environment);
}

/** A new repository: restic's own two files. Both are encrypted. base64. */
interface NewRepository {
  key: { name: string; content: string };
  config: string;
}

/**
 * Makes a repository here and uploads it. If `restic init` is killed at a vault that lets nobody delete, it leaves a
 * key without a repository, and the name could never be used again. So both files are first kept as one, under a name
 * that is created once, and whoever goes on takes them from there.
 */
async function beginRepository(
  vault: OpenVault,
  path: string,
  environment: Readonly<Record<string, string>>,
  { folders, restic: program }: Surroundings,
): Promise<void> {
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

/** Number of files in the point before; undefined if it cannot be read. */
function filesIn(
  point: Parameters<typeof openManifest>[0],
  { password, say }: Surroundings,
): number | undefined {
  try {
    const { parts } = openManifest(point, password);
    return parts.reduce((sum, part) => sum + (part.kind === "files" ? part.files : 0), 0);
  } catch (error) {
    say(`the point before cannot be compared with: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
