import type { CommunePlan } from "../../components/commune/planned.ts";
import { type Published, readPublished } from "../../components/commune/published.ts";
import { uncopied } from "../../components/commune/uncopied.ts";
import type { Language } from "../../components/foundation/language/language.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { bucketSecrets } from "../../components/recovery/vault/plan.ts";
import { currentContext } from "../reach.ts";
import type { StackSeed } from "../recovery/kit/stack-seed.ts";
import { type Surroundings as OfPoints, planOf } from "../recovery/points.ts";
import type { Outputs, Stack } from "../stack.ts";
import { clusterUid, namespacesOf } from "./cluster.ts";
import { type Copies, copiesOf, type NewestPoint } from "./copies.ts";
import { sentences } from "./sentences.ts";
import { refuseVersions } from "./versions.ts";

/** Folders and tools that the command works with. */
export interface Surroundings extends Omit<OfPoints, "outputsOf"> {
  seedOf(id: string, context: string | undefined): Pick<StackSeed, "read" | "give" | "given">;
  stackOf(
    id: string,
    context: string | undefined,
  ): Pick<Stack, "up" | "set"> & { outputs(): Promise<Partial<Outputs>> };
  /** The commune's settings in the settings file of its stack. */
  settingsOf(id: string): Record<string, string>;
  /** Keeps the state of a stack in a file and empties it; returns the file, or undefined if the state was empty. */
  putAside(id: string, context: string | undefined): Promise<string | undefined>;
  now(): Date;
}

/** Options of the command. */
export interface Options {
  to?: string;
  lost: string[];
  planned?: true;
  yes?: true;
}

/** A move, with all that has to be known of it before anything is changed. */
export interface Move {
  id: string;
  plan: CommunePlan;
  /** Context of the site that is left while it still answers; undefined after a disaster. */
  leaving: { context: string | undefined } | undefined;
  copies: Copies;
  /** The services, and applications of associations, whose data is not back yet. */
  missing: readonly NewestPoint[];
  seed: string;
  /** Keys to its buckets, by the names of the stack's secrets. */
  given: Readonly<Record<string, string>>;
  context: string | undefined;
  /** Uid of the cluster that it goes to. */
  cluster: string;
  /** The number that the new site has. */
  incarnation: number;
  /** Whether a former run was interrupted after the vaults learned of the new site. */
  goesOn: boolean;
  /** Whether the stack is still the one of the site before. */
  isOfBefore: boolean;
}

/** Asks everything that can be known. Throws, with what to do, if the move cannot be made; changes nothing. */
export async function prepare(
  surroundings: Surroundings,
  id: string,
  { to, lost, planned }: Options,
): Promise<Move> {
  const plan = planOf(surroundings, id);
  const settings = surroundings.settingsOf(id);
  const context = to ?? settings.context ?? currentContext();
  const seed = await surroundings.seedOf(id, context).read();
  if (seed === undefined) {
    throw new Error(
      `the stack ${id} has no seed: give it the one of the commune, npx commune recovery kit open ${id}, or npx pulumi config set --secret commune:seed -s ${id}. Nothing was changed.`,
    );
  }
  const cluster = await clusterUid(surroundings, context);
  const given = await surroundings.seedOf(id, context).given(bucketSecrets(plan.keptVaults));
  const copies = await copiesOf(surroundings, plan, { seed, given });
  const own = Number(settings.incarnation ?? 1);
  const isHere = copies.cluster === cluster;
  // A run that was cut wrote its number at the vaults first. The stack was told it next, and a service's point has it last.
  const isLatest = isHere && own <= copies.incarnation;
  const isOfBefore = own !== copies.incarnation || !isHere;
  const missing = copies.newest.filter(
    ({ point }) => !isLatest || point.head.incarnation < copies.incarnation,
  );
  const goesOn = isLatest && (isOfBefore || missing.length > 0 || copies.newest.length === 0);
  const published = readPublished((await surroundings.stackOf(id, context).outputs()).published);
  if (published?.cluster === cluster && !goesOn) {
    throw new Error(
      `${id} runs on this cluster (${cluster}). Name the one that it goes to: --to <context>. Nothing was changed.`,
    );
  }
  const there = goesOn && !isOfBefore ? [] : await namespacesOf(surroundings, id, context);
  if (there.length > 0 && isHere) {
    throw new Error(
      `site ${copies.incarnation} of ${id} is on this very cluster, with its namespaces, and commune:incarnation of this stack is ${own}: it was brought here with another stack or another machine's settings. Go on with those. Nothing was changed.`,
    );
  }
  if (there.length > 0) {
    throw new Error(
      `this cluster has namespaces of ${id}: ${there.join(", ")}. What is in them is not what comes back, so they must go first: look into them, and kubectl delete namespace ${there.join(" ")}. Nothing was changed.`,
    );
  }
  if (goesOn && copies.silent.length > 0) {
    throw new Error(
      `a run before this one has begun, and only all vaults together tell whose data is back: ${copies.silent.join("; ")}. Let them answer, or take out of recovery.vaults what is gone for good. Nothing was changed.`,
    );
  }
  refuseVersions(missing, id);
  const wrong = [...copies.findings, ...copies.silent];
  const leaving = planned && !goesOn ? { context: settings.context } : undefined;
  if (leaving !== undefined) await refuseSilentSite(surroundings, id, { leaving, published, cluster });
  const unnamed = leaving ? [] : copies.without.filter((service) => !lost.includes(service));
  if (unnamed.length > 0) {
    throw new Error(
      `${unnamed.join(", ")}: there is no restore point${wrong.length > 0 ? ` (${wrong.join("; ")})` : ""}. To go on without ${unnamed.length > 1 ? "their" : "its"} data: --lost ${unnamed.join(" ")}. Nothing was changed.`,
    );
  }
  const incarnation = goesOn ? copies.incarnation : copies.incarnation + 1;
  return {
    id,
    plan,
    leaving,
    copies,
    missing,
    seed,
    given,
    context,
    cluster,
    incarnation,
    goesOn,
    isOfBefore,
  };
}

/** Throws if a planned move does not leave the site on which the stack says that the commune runs. */
async function refuseSilentSite(
  surroundings: Surroundings,
  id: string,
  move: { leaving: { context: string | undefined }; published: Published | undefined; cluster: string },
): Promise<void> {
  const { leaving, published, cluster } = move;
  const now = await clusterUid(surroundings, leaving.context).catch(() => undefined);
  if (now !== undefined && now !== cluster && now === published?.cluster) return;
  throw new Error(
    `the site where ${id} runs does not answer through ${leaving.context === undefined ? "the current context" : `the context ${leaving.context}`} of the stack's settings, so nothing can be shut there. After a disaster leave out --planned: it comes back from what the vaults have. Nothing was changed.`,
  );
}

/** Text that a person reads before they agree. */
export function told(
  { id, copies, missing, incarnation, cluster, goesOn, ...move }: Move,
  now: Date,
  language: Language,
): string[] {
  const say = sentences[language];
  const empty = uncopied(move.plan).map((name) => `  ${say.beginsEmpty(name)}`);
  if (move.leaving !== undefined) {
    return [
      ...[...copies.findings, ...copies.silent].map((line) => `! ${line}`),
      say.moves(id, cluster, incarnation),
      ...move.plan.points.map(({ service }) => `  ${say.shutFirst(service)}`),
      ...empty,
      say.untilNames,
    ];
  }
  const age = (takenAt: string) => Math.round((now.getTime() - Date.parse(takenAt)) / 60_000);
  return [
    ...[...copies.findings, ...copies.silent].map((line) => `! ${line}`),
    say.comesBack(id, cluster, incarnation, goesOn),
    ...missing.map(
      ({ points, point }) =>
        `  ${say.service(points.service, points.rows !== undefined, pointId(point.head), age(point.head.takenAt), goesOn)}`,
    ),
    ...copies.without.map((service) => `  ${say.noPoint(service)}`),
    ...empty,
    ...(goesOn || copies.cluster === undefined ? [] : [say.formerSite(copies.incarnation, copies.cluster)]),
    say.formerStops,
  ];
}
