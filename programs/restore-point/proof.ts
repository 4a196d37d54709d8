import { isNamed } from "../../components/recovery/vault/names.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { prove } from "../../components/recovery/vault/prove.ts";
import { ResticJudge } from "../../components/recovery/vault/restic-judge.ts";
import { sample } from "../../components/recovery/vault/sample.ts";
import { Restic, resticEnvironment } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";

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

/** Names of packs that a message contains at most. */
const mostNamed = 3;

/**
 * Reads the part of a repository's packs at a vault whose turn it is today. What changed there comes again from the others.
 *
 * @returns why it is not whole; undefined if it is.
 */
export async function readBackAt(
  vault: OpenVault,
  others: readonly OpenVault[],
  path: string,
  { now, say }: Pick<Surroundings, "now" | "say">,
): Promise<string | undefined> {
  const { packs, bytes, changed } = await sample(vault, path, now());
  if (packs > 0) say(`read back at ${vault.host}: ${packs} packs of ${path}, ${bytes} bytes`);
  if (changed.length === 0) return undefined;
  const lost: string[] = [];
  for (const pack of changed) {
    const giver = await replaced(vault, others, { path, pack });
    if (giver === undefined) lost.push(pack.slice(0, 8));
    else say(`${pack.slice(0, 8)} of ${path} at ${vault.host} had changed, and came again from ${giver}`);
  }
  if (lost.length === 0) return undefined;
  const named = `${lost.slice(0, mostNamed).join(", ")}${lost.length > mostNamed ? ", …" : ""}`;
  return `${path} at ${vault.host} is not whole: ${lost.length} of the packs read today are not what was brought there (${named}), and no other vault gives them`;
}

/** Brings a pack again. Returns the vault that gave it; undefined if none does. */
async function replaced(
  vault: OpenVault,
  others: readonly OpenVault[],
  { path, pack }: { path: string; pack: string },
): Promise<string | undefined> {
  for (const other of others) {
    const bytes = await other.get(`${path}/data/${pack}`).catch(() => undefined);
    if (bytes === undefined || !isNamed(pack, bytes)) continue;
    await vault.put(`${path}/data/${pack}`, bytes);
    return other.host;
  }
  return undefined;
}
