import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { pointsOfServices } from "../../components/commune/points.ts";
import { readPublished } from "../../components/commune/published.ts";
import { deriveSecret, seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { inVersion } from "../../components/foundation/seed/labels.ts";
import { hostsOf, manifestOf, newest, type Point } from "../../components/recovery/points/chain.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { repositoryPassword } from "../../components/recovery/vault/secrets.ts";
import { plannedServices } from "../../components/services/index.ts";
import { contextOf } from "../reach.ts";
import type { StackSeed } from "../recovery/kit/stack-seed.ts";
import { chainsOf, type Surroundings as OfPoints, planOf } from "../recovery/points.ts";
import type { Outputs } from "../stack.ts";
import { withNamed } from "../undo/before.ts";
import type { Stream } from "./data.ts";
import { dataFiles, type Leaving } from "./data-files.ts";
import { takenAlong } from "./leaving.ts";
import { begunIn, type Progress, takenIn } from "./progress.ts";
import { returnOf } from "./return.ts";
import { type Applied, appliedObjects } from "./state.ts";

/** Folders and tools that the command works with. */
export interface Surroundings extends Omit<OfPoints, "outputsOf"> {
  outputsOf(id: string): Promise<Pick<Outputs, "vaults" | "federation" | "published">>;
  seedOf(id: string, context: string | undefined): Pick<StackSeed, "read">;
  /** Runs Pulumi's command line for a commune's stack, and returns what it prints. */
  engine(id: string, context: string | undefined, words: readonly string[]): Promise<string>;
  stream: Stream;
  /** Bytes that can be written below a folder. */
  room(folder: string): number;
  now(): Date;
}

/** Options that people give beside the commune. */
export interface Options {
  to: string;
  point: string[];
  without: string[];
  context?: string;
}

/** A service that leaves with its data, and the vaults that have it. */
interface LeavingFrom extends Leaving {
  hosts: readonly string[];
}

/** An export, with all that is known of it before anything is written. */
export interface Departure {
  id: string;
  name: string;
  context: string | undefined;
  target: string;
  seed: string;
  applied: readonly Applied[];
  services: readonly LeavingFrom[];
  without: readonly string[];
  titles: ReadonlyMap<string, string>;
}

/** Looks at everything that can be looked at before anything is written. Throws with all that is wrong. */
export async function prepare(surroundings: Surroundings, id: string, options: Options): Promise<Departure> {
  const context = contextOf(id, options.context, dirname(surroundings.stacks));
  const target = resolve(options.to);
  if (existsSync(target))
    throw new Error(`${target} is there already. Name a folder that is not. Nothing was written.`);
  if (!existsSync(dirname(target)))
    throw new Error(`there is no folder ${dirname(target)}. Nothing was written.`);
  const begun = begunIn(`${target}.part`, id);
  if (begun) refuseOtherChoice(begun, options, `${target}.part`);
  const plan = planOf(surroundings, id);
  const published = readPublished((await surroundings.outputsOf(id)).published);
  const services = plannedServices(plan);
  const others = services.flatMap(({ service, plan: { version } }) => {
    const applied = published?.services[service]?.version;
    return applied === version
      ? []
      : [`  ${service}: ${version} is declared, and ${applied ?? "nothing"} runs`];
  });
  if (others.length > 0) {
    throw new Error(
      `what is declared for ${id} does not run. First: npx pulumi up -s ${id}. Nothing was written.\n${others.join("\n")}`,
    );
  }
  refuseRestored(plan, id);
  const seed = await surroundings.seedOf(id, context).read();
  if (seed === undefined)
    throw new Error(`the stack ${id} has no seed: npx pulumi up -s ${id}. Nothing was written.`);
  const state = await surroundings.engine(id, context, ["stack", "export", "--show-secrets", "-s", id]);
  const applied = takenAlong(id, appliedObjects(id, state));
  const titles = new Map(services.map(({ service, title }) => [service, title]));
  const leaving = await servicesOf(surroundings, plan, {
    ...options,
    point: begun?.points ?? options.point,
    seed,
    titles,
  });
  // What the data comes back with is there, or nothing is begun.
  for (const each of leaving) returnOf(applied, each);
  const with_ = leaving.map(({ points: { service } }) => service);
  const departure: Departure = {
    ...{ id, context, target, seed, applied, titles, services: leaving },
    name: plan.federation.settings.name,
    without: services.flatMap(({ service }) => (with_.includes(service) ? [] : [service])),
  };
  refuseWithoutRoom(surroundings, departure);
  return departure;
}

/** Throws if an export was begun with other points: it is not completed with these. */
function refuseOtherChoice({ points }: Progress, { point, without }: Options, part: string): void {
  const dropped = points.some((each) => without.includes(each.split("=")[0] ?? ""));
  if (!dropped && point.every((each) => points.includes(each))) return;
  throw new Error(
    `${part} was begun with ${points.join(", ")}. Run it again as it was, or remove it first: rm -r ${part}. Nothing was written.`,
  );
}

/** Rows that a server of ours goes back to at its first start would be fetched from a vault, in the place of those of the point. */
function refuseRestored(plan: CommunePlan, id: string): void {
  const shared = plan.database !== undefined && "ours" in plan.database ? plan.database.ours : undefined;
  const servers = [shared, ...plannedServices(plan).map(({ dedicatedDatabase }) => dedicatedDatabase)];
  const restored = servers.filter((server) => server?.restoreFrom !== undefined);
  if (restored.length === 0) return;
  throw new Error(
    `stacks/${id}/commune.yaml has restoreFrom: for ${restored.map((server) => server?.server).join(", ")}, which an empty cluster would fetch from its vault. It was done: take the line out, npx pulumi up -s ${id}, and export then. Nothing was written.`,
  );
}

interface Choice extends Pick<Options, "point" | "without"> {
  seed: string;
  titles: ReadonlyMap<string, string>;
}

/** The services that leave with their data, each with its restore point opened. Throws with all that is missing. */
async function servicesOf(
  surroundings: Surroundings,
  plan: CommunePlan,
  { point: named, without, seed, titles }: Choice,
): Promise<LeavingFrom[]> {
  const { id } = plan.federation.settings;
  const unknown = without.find((name) => !titles.has(name));
  if (unknown !== undefined) {
    throw new Error(
      `--without ${unknown}: ${id} has no such service. It has: ${[...titles.keys()].join(", ")}. Nothing was written.`,
    );
  }
  const asked = pointsOfServices(plan).filter(({ service }) => !without.includes(service));
  const chosen = withNamed([], named, asked);
  const chains =
    asked.length === 0
      ? []
      : await chainsOf(surroundings, plan, { service: asked.map(({ service }) => service) });
  const problems = [...titles.keys()]
    .filter((service) => !without.includes(service) && !asked.some((points) => points.service === service))
    .map((service) => `${service}: it has no restore points (docs/recovery.md)`);
  const found = asked.flatMap((points): LeavingFrom[] => {
    const { service } = points;
    const one = chains.find((each) => each.service === service);
    const want = chosen.find((each) => each.points.service === service)?.id;
    const point =
      want === undefined
        ? one && newest(one.chain)
        : one?.chain.points.find(({ head }) => pointId(head) === want);
    if (point === undefined) {
      const wrong = [...(one?.chain.findings ?? []).map(({ message }) => message), ...(one?.silent ?? [])];
      problems.push(
        `${service}: there is no complete restore point${want === undefined ? "" : ` ${want}`}${wrong.length === 0 ? "" : ` (${wrong.join("; ")})`}. Take one: npx commune recovery point ${id} --service ${service}`,
      );
      return [];
    }
    const manifest = opened(point, plan, seed);
    const { version } = points.settings.running;
    if (manifest.running.version !== version) {
      problems.push(
        `${service}: ${pointId(manifest)} is of ${manifest.running.version}, and ${version} runs, which would migrate or not read it. Take one of now: npx commune recovery point ${id} --service ${service}`,
      );
    }
    const lacking = manifest.keys.filter((key) => !points.settings.keys.includes(key));
    if (manifest.seed !== seedFingerprint(seed, id) || lacking.length > 0) {
      problems.push(
        `${service}: ${pointId(manifest)} needs ${lacking.length > 0 ? `keys that are not these any more (${lacking.join(", ")})` : "another seed"}. Take one of now: npx commune recovery point ${id} --service ${service}`,
      );
    }
    return [{ points, title: titles.get(service) ?? service, manifest, hosts: hostsOf(point) }];
  });
  if (problems.length === 0) return found;
  throw new Error(
    `${id} cannot leave with all of its data:\n${problems.map((each) => `  ${each}`).join("\n")}\nTo leave without that of a service: --without <service>. Nothing was written.`,
  );
}

function opened(point: Point, plan: CommunePlan, seed: string) {
  const { id } = plan.federation.settings;
  const label = inVersion(repositoryPassword(point.head.service), plan.secretVersions);
  return manifestOf(point, deriveSecret(seed, id, label));
}

/** Bytes that a file takes in an archive beside its content. */
const perFile = 1024;
/** Manifests, and what file systems keep for themselves. */
const beside = 64 * 1024 ** 2;

function refuseWithoutRoom(surroundings: Surroundings, { target, services }: Departure): void {
  const sizes = services.flatMap((leaving) =>
    dataFiles(leaving).map(
      ({ bytes, content }) => bytes + (content.kind === "files" ? content.files * perFile : 0),
    ),
  );
  const needed = sizes.reduce((sum, size) => sum + size, beside) - takenIn(`${target}.part`);
  const free = surroundings.room(dirname(target));
  if (free >= needed) return;
  const [has, takes] = [free, needed].map((bytes) => Math.ceil(bytes / 1024 ** 2));
  throw new Error(
    `${dirname(target)} has ${has} MiB left, and the export takes ${takes} MiB. Nothing was written.`,
  );
}
