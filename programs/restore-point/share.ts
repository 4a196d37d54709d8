import { pointsKind } from "../../components/recovery/points/generation.ts";
import { pointName } from "../../components/recovery/points/head.ts";
import { type PointManifest, snapshotsOf } from "../../components/recovery/points/manifest.ts";
import { judgePoint, openManifest } from "../../components/recovery/points/sealed.ts";
import { copyVault } from "../../components/recovery/vault/copy.ts";
import { readRepository, seriesOf } from "../../components/recovery/vault/names.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { type Answering, judgeOf, proveAt } from "./repository.ts";
import type { Surroundings } from "./surroundings.ts";
import { sequencesIn, type TakenPoint } from "./vaults.ts";

/** Snapshots that must be at each vault, by repository: those of points that are listed there. */
type Must = Record<string, string[]>;

/**
 * Brings each vault what another one has of a service's points, and proves everything that each lists. A failure at one
 * vault does not stop the others.
 *
 * @param taken repository and snapshots of the new point, at the first vault.
 */
export async function share(
  { first, others }: Answering,
  taken: { path: string; snapshots: string[] },
  around: Surroundings,
): Promise<Pick<TakenPoint, "proved" | "damaged"> & { failed: string[] }> {
  const failed = new Map<string, string>();
  const attempt = async ({ host }: OpenVault, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failed.set(host, `${host}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const must = { [taken.path]: taken.snapshots };
  for (const vault of others) {
    await attempt(vault, () => bringPoints(vault, first, { must: {}, around }));
    await attempt(vault, () => bringPoints(first, vault, { must, around }));
  }
  const proved: Record<string, string> = {};
  const damaged: string[] = [];
  const able = [first, ...others].filter(({ host }) => !failed.has(host));
  for (const vault of able) {
    const rest = able.filter((other) => other !== vault);
    await attempt(vault, async () => {
      const problems = await problemsAt(vault, rest, around);
      const own = problems.get(taken.path);
      if (own !== undefined) throw new Error(own);
      damaged.push(...problems.values());
      proved[vault.host] = around.now().toISOString();
    });
  }
  return { proved, damaged, failed: [...failed.values()] };
}

/**
 * Brings one vault the points that another has and it lacks, of earlier quarters too: first their repositories and then,
 * once their snapshots are there, their names, so that no point is listed without its data.
 *
 * @param must snapshots of the new point, which the other vault must give.
 */
async function bringPoints(
  from: OpenVault,
  to: OpenVault,
  { must, around }: { must: Must; around: Surroundings },
): Promise<void> {
  const { settings, say } = around;
  const kept = await keptRepositories(from, around);
  const { files, bytes } = await copyVault(from, to, { judge: judgeOf(around), only: kept, must });
  for (const path of kept) {
    const complete = await from.get(`${path}/complete`);
    if (complete && (await to.get(`${path}/complete`)) === undefined)
      await to.put(`${path}/complete`, complete);
  }
  const names = await to.once();
  const there = new Set(names);
  for (const sequence of sequencesIn(settings.service, await from.once()).reverse()) {
    const name = pointName(settings.service, sequence);
    const text = there.has(name) ? undefined : await from.get(`once/${name}`);
    const manifest = text && manifestIn(text, sequence, around);
    if (text && manifest && (await lacking(to, manifest)).length === 0) await to.put(`once/${name}`, text);
  }
  if (files > 0) say(`${to.host} has it too: ${files} files, ${bytes} bytes`);
}

/**
 * Proves every point that a vault lists: its snapshots are there, and their repositories are whole. Missing files come from
 * the others.
 *
 * @returns for each repository that is not whole, the reason, by its path.
 */
async function problemsAt(
  vault: OpenVault,
  others: readonly OpenVault[],
  around: Surroundings,
): Promise<Map<string, string>> {
  const { service } = around.settings;
  const must: Must = {};
  for (const path of await keptRepositories(vault, around)) must[path] = [];
  for (const sequence of sequencesIn(service, await vault.once())) {
    const text = await vault.get(`once/${pointName(service, sequence)}`);
    const manifest = text && manifestIn(text, sequence, around);
    for (const { repository, snapshot } of manifest ? snapshotsOf(manifest) : [])
      must[repository]?.push(snapshot);
  }
  const problems = new Map<string, string>();
  for (const [path, snapshots] of Object.entries(must)) {
    const problem = await proveAt(vault, others, { path, must: snapshots }, around);
    if (problem !== undefined) problems.set(path, problem);
  }
  return problems;
}

/** Returns the manifest of a point that the commune signed; undefined if it is none, or cannot be opened. */
function manifestIn(
  text: Buffer,
  sequence: number,
  { settings, identity, password }: Surroundings,
): PointManifest | undefined {
  const { point } = judgePoint(text.toString("utf8"), settings, identity.publicKey);
  if (point?.head.sequence !== sequence) return undefined;
  try {
    return openManifest(point, password);
  } catch {
    // Taken under another seed, or damaged: it counts for nothing, and is not copied further.
    return undefined;
  }
}

/** Returns the snapshots of a point that a vault does not list. */
async function lacking(vault: OpenVault, manifest: PointManifest): Promise<string[]> {
  const missing: string[] = [];
  for (const { repository, snapshot } of snapshotsOf(manifest)) {
    if (!(await vault.list(repository, "snapshots")).has(snapshot)) missing.push(snapshot);
  }
  return missing;
}

/** Returns the repositories of a service's points that a vault still keeps: those past their last day are deleted soon. */
async function keptRepositories(vault: OpenVault, { settings, now }: Surroundings): Promise<string[]> {
  const today = now().toISOString().slice(0, 10);
  const { generations } = await vault.status();
  return generations.flatMap(({ name, until }) => {
    const repository = readRepository(name);
    const isOurs =
      repository?.service === settings.service && seriesOf(repository.generation)?.kind === pointsKind;
    return isOurs && (until === undefined || until >= today) ? [name] : [];
  });
}
