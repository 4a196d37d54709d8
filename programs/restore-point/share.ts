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

/** A point as it lies at a vault, and its opened manifest. */
interface ListedPoint {
  text: Buffer<ArrayBuffer>;
  manifest: PointManifest;
}

/** Points by number. */
type ListedPoints = ReadonlyMap<number, ListedPoint>;

/**
 * Brings each vault what another one has of a service's points, and proves everything that each lists. A vault lists a point
 * once what the point is made of was proved there. A failure at one vault does not stop the others.
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
    await attempt(vault, () => bringRepositories(vault, first, { must: {}, around }));
    await attempt(vault, () => bringRepositories(first, vault, { must, around }));
  }
  const listed = new Map<OpenVault, ListedPoints>();
  for (const vault of [first, ...others].filter(({ host }) => !failed.has(host))) {
    await attempt(vault, async () => void listed.set(vault, await pointsAt(vault, around)));
  }
  const proved: Record<string, string> = {};
  const damaged: string[] = [];
  for (const [vault, points] of listed) {
    const rest = [...listed.keys()].filter((other) => other !== vault);
    await attempt(vault, async () => {
      const problems = await problemsAt(vault, { others: rest, points }, around);
      await listPoints(vault, { from: [...listed.values()], problems }, around);
      const own = problems.get(taken.path);
      if (own !== undefined) throw new Error(own);
      damaged.push(...problems.values());
      proved[vault.host] = around.now().toISOString();
    });
  }
  return { proved, damaged, failed: [...failed.values()] };
}

/**
 * Brings one vault the repositories of points that another has and it lacks, of earlier quarters too.
 *
 * @param must snapshots of the new point, which the other vault must give.
 */
async function bringRepositories(
  from: OpenVault,
  to: OpenVault,
  { must, around }: { must: Must; around: Surroundings },
): Promise<void> {
  const kept = await keptRepositories(from, around);
  const { files, bytes } = await copyVault(from, to, { judge: judgeOf(around), only: kept, must });
  for (const path of kept) {
    const complete = await from.get(`${path}/complete`);
    if (complete && (await to.get(`${path}/complete`)) === undefined)
      await to.put(`${path}/complete`, complete);
  }
  if (files > 0) around.say(`${to.host} has it too: ${files} files, ${bytes} bytes`);
}

/** Returns the points that a vault lists, of those that the commune signed. */
async function pointsAt(vault: OpenVault, around: Surroundings): Promise<ListedPoints> {
  const { service } = around.settings;
  const points = new Map<number, ListedPoint>();
  for (const sequence of sequencesIn(service, await vault.once())) {
    const text = await vault.get(`once/${pointName(service, sequence)}`);
    const manifest = text && manifestIn(text, sequence, around);
    if (text && manifest) points.set(sequence, { text, manifest });
  }
  return points;
}

/** Lists at a vault the points of others of which everything is there and whole, the oldest first. */
async function listPoints(
  vault: OpenVault,
  { from, problems }: { from: readonly ListedPoints[]; problems: ReadonlyMap<string, string> },
  { settings }: Surroundings,
): Promise<void> {
  const names = new Set(await vault.once());
  const points = new Map(from.flatMap((each) => [...each]));
  for (const [sequence, { text, manifest }] of [...points].sort(([one], [other]) => one - other)) {
    const name = pointName(settings.service, sequence);
    const isWhole = snapshotsOf(manifest).every(({ repository }) => !problems.has(repository));
    if (!names.has(name) && isWhole && (await lacking(vault, manifest)).length === 0)
      await vault.put(`once/${name}`, text);
  }
}

/**
 * Proves every repository of points that a vault keeps: it is whole, and has the snapshots of the points that the vault
 * lists. Missing files come from the others.
 *
 * @returns for each repository that is not whole, the reason, by its path.
 */
async function problemsAt(
  vault: OpenVault,
  { others, points }: { others: readonly OpenVault[]; points: ListedPoints },
  around: Surroundings,
): Promise<Map<string, string>> {
  const must: Must = {};
  for (const path of await keptRepositories(vault, around)) must[path] = [];
  for (const { manifest } of points.values()) {
    for (const { repository, snapshot } of snapshotsOf(manifest)) must[repository]?.push(snapshot);
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
