import { pointsKind } from "../../components/recovery/points/generation.ts";
import { pointName, sequencesIn } from "../../components/recovery/points/head.ts";
import { type PointManifest, snapshotsOf } from "../../components/recovery/points/manifest.ts";
import { judgePoint, openManifest } from "../../components/recovery/points/sealed.ts";
import { copyVault } from "../../components/recovery/vault/copy.ts";
import { readRepository, seriesOf } from "../../components/recovery/vault/names.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { isKept } from "../../components/recovery/vault/retention.ts";
import { judgeOf, proveAt, readBackAt } from "./proof.ts";
import type { Answering } from "./repository.ts";
import type { Surroundings } from "./surroundings.ts";
import { messageOf, type TakenPoint } from "./vaults.ts";

/** Snapshots that must be at each vault, by repository: those of points that are listed there. */
type Must = Record<string, string[]>;

/** A point as it lies at a vault, and its opened manifest. */
interface ListedPoint {
  text: Buffer<ArrayBuffer>;
  manifest: PointManifest;
}

/** Reason why each repository that was proved is not whole, by its path; undefined if it is. */
type Proofs = Map<string, string | undefined>;

/** Points by number. */
type ListedPoints = ReadonlyMap<number, ListedPoint>;

/**
 * Brings each vault what another one has of a service's points, and proves everything that each lists. A vault lists a point
 * once what the point is made of was proved there. A failure at one vault does not stop the others.
 *
 * Which repositories there are, and which is which, points say that the commune signed, and no host.
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
      failed.set(host, `${host}: ${messageOf(error)}`);
    }
  };
  const all = new Map<OpenVault, ListedPoints>();
  for (const vault of [first, ...others])
    await attempt(vault, async () => void all.set(vault, await pointsAt(vault, around)));
  const own = all.get(first);
  const must = { [taken.path]: taken.snapshots };
  for (const vault of others) {
    const theirs = all.get(vault);
    if (theirs === undefined || own === undefined) continue;
    await attempt(vault, () => bringRepositories(vault, first, { points: theirs, must: {}, around }));
    await attempt(vault, () => bringRepositories(first, vault, { points: own, must, around }));
  }
  const listed = new Map([...all].filter(([{ host }]) => !failed.has(host)));
  const paths = new Set([...listed.values()].flatMap((points) => Object.keys(configsIn(points))));
  const proved: Record<string, string> = {};
  const damaged: string[] = [];
  for (const [vault, points] of listed) {
    const rest = [...listed.keys()].filter((other) => other !== vault);
    await attempt(vault, async () => {
      const proofs = await proofsAt(vault, { others: rest, points, paths, taken: taken.path }, around);
      // The first one's was read before the point was begun there.
      if (vault !== first && proofs.get(taken.path) === undefined)
        proofs.set(taken.path, await readBackAt(vault, rest, taken.path, around));
      await listPoints(vault, { from: [...listed.values()], proofs }, around);
      const problem = proofs.get(taken.path);
      if (problem !== undefined) throw new Error(problem);
      damaged.push(...[...proofs.values()].filter((each) => each !== undefined));
      proved[vault.host] = around.now().toISOString();
    });
  }
  return { proved, damaged, failed: [...failed.values()] };
}

/**
 * Brings one vault the repositories of points that another has and it lacks, of earlier quarters too.
 *
 * @param points those that the other vault lists.
 * @param must snapshots of the new point, which the other vault must give.
 */
async function bringRepositories(
  from: OpenVault,
  to: OpenVault,
  { points, must, around }: { points: ListedPoints; must: Must; around: Surroundings },
): Promise<void> {
  const configs = configsIn(points);
  const kept = await keptRepositories(from, new Set(Object.keys(configs)), around);
  const { files, bytes } = await copyVault(from, to, { judge: judgeOf(around), only: kept, must, configs });
  if (files > 0) around.say(`${to.host} has it too: ${files} files, ${bytes} bytes`);
}

/** Returns the repositories that points are in, by path, with each configuration that one of them says it has. */
function configsIn(points: ListedPoints): Record<string, Buffer[]> {
  const configs: Record<string, Buffer[]> = {};
  for (const { manifest } of points.values()) {
    for (const [path, { config }] of Object.entries(manifest.repositories)) {
      const bytes = Buffer.from(config, "base64");
      configs[path] ??= [];
      if (!configs[path].some((each) => each.equals(bytes))) configs[path].push(bytes);
    }
  }
  return configs;
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

/**
 * Lists at a vault the points of others of which everything is there and whole, the oldest first, and then says of their
 * repositories that they hold one: its host may let go of earlier ones that are past their day.
 */
async function listPoints(
  vault: OpenVault,
  { from, proofs }: { from: readonly ListedPoints[]; proofs: Proofs },
  { settings }: Surroundings,
): Promise<void> {
  const names = new Set(await vault.once());
  const points = new Map(from.flatMap((each) => [...each]));
  const snapshots = new Map<string, ReadonlyMap<string, number>>();
  for (const [path, problem] of proofs)
    if (problem === undefined) snapshots.set(path, await vault.list(path, "snapshots"));
  const complete = new Map<string, string>();
  for (const [sequence, { text, manifest }] of [...points].sort(([one], [other]) => one - other)) {
    const name = pointName(settings.service, sequence);
    const parts = snapshotsOf(manifest);
    if (!parts.every(({ repository, snapshot }) => snapshots.get(repository)?.has(snapshot))) continue;
    if (!names.has(name)) await vault.put(`once/${name}`, text);
    for (const { repository } of parts) complete.set(repository, name);
  }
  for (const [path, name] of complete) {
    if ((await vault.get(`${path}/complete`)) === undefined)
      await vault.put(`${path}/complete`, Buffer.from(`${name}\n`));
  }
}

/**
 * Proves the repositories of points that a vault keeps: each is whole, and has the snapshots of the points that the vault
 * lists. Missing files come from the others.
 *
 * @param paths repositories that points are in, and the new point's: `taken`.
 */
async function proofsAt(
  vault: OpenVault,
  {
    others,
    points,
    paths,
    taken,
  }: { others: readonly OpenVault[]; points: ListedPoints; paths: ReadonlySet<string>; taken: string },
  around: Surroundings,
): Promise<Proofs> {
  const must: Must = { [taken]: [] };
  for (const path of await keptRepositories(vault, paths, around)) must[path] = [];
  for (const { manifest } of points.values()) {
    for (const { repository, snapshot } of snapshotsOf(manifest)) must[repository]?.push(snapshot);
  }
  const proofs = new Map<string, string | undefined>();
  for (const [path, snapshots] of Object.entries(must))
    proofs.set(path, await proveAt(vault, others, { path, must: snapshots }, around));
  return proofs;
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

/**
 * Returns the repositories of a service's points, of these, that a vault still keeps: those past their last day are deleted
 * soon.
 */
async function keptRepositories(
  vault: OpenVault,
  paths: ReadonlySet<string>,
  { settings, now }: Surroundings,
): Promise<string[]> {
  const { generations } = await vault.status();
  return generations.flatMap(({ name }) => {
    const { service, generation = "" } = readRepository(name) ?? {};
    const isOurs = service === settings.service && seriesOf(generation)?.kind === pointsKind;
    return isOurs && paths.has(name) && isKept(generation, vault.keepDays, now()) ? [name] : [];
  });
}
