import { join } from "node:path";
import { Command } from "commander";
import type { CommunePlan } from "../components/commune/plan.ts";
import { type Published, readPublished } from "../components/commune/published.ts";
import { uncopied } from "../components/commune/uncopied.ts";
import { seedFingerprint } from "../components/foundation/seed/derive.ts";
import { incarnationName } from "../components/recovery/incarnation.ts";
import { pointId } from "../components/recovery/points/head.ts";
import { checkout } from "../local/paths.ts";
import { askEngine } from "./approval/engine.ts";
import { placeOf } from "./approval/place.ts";
import { type StackSeed, stackSeed } from "./recovery/kit/stack-seed.ts";
import { takePoint } from "./recovery/point.ts";
import { type Surroundings as OfPoints, ordinary as ordinaryPoints, planOf } from "./recovery/points.ts";
import { Restoring } from "./recovery/restoring.ts";
import { clusterUid, namespacesOf } from "./relocate/cluster.ts";
import { type Copies, copiesOf, type NewestPoint } from "./relocate/copies.ts";
import { leave } from "./relocate/leave.ts";
import { logEnds } from "./relocate/log-ends.ts";
import { putAside } from "./relocate/state.ts";
import { refuseVersions } from "./relocate/versions.ts";
import { refuseWithoutYes } from "./restore.ts";
import { type Outputs, Stack, settingsFile, settingsIn } from "./stack.ts";

/** Where the command finds things. */
export interface Surroundings extends Omit<OfPoints, "outputsOf"> {
  seedOf(id: string, context: string | undefined): Pick<StackSeed, "read" | "give">;
  stackOf(
    id: string,
    context: string | undefined,
  ): Pick<Stack, "up" | "set"> & { outputs(): Promise<Partial<Outputs>> };
  /** The commune's settings in the settings file of its stack. */
  settingsOf(id: string): Record<string, string>;
  /** Keeps the state of a stack in a file and empties it; says the file, or nothing where it was empty. */
  putAside(id: string, context: string | undefined): Promise<string | undefined>;
  now(): Date;
}

const ordinary: Surroundings = {
  ...ordinaryPoints,
  seedOf: (id, context) => stackSeed(placeOf(id, context), id),
  stackOf: (id, context) => new Stack(id, placeOf(id, context).environment),
  settingsOf: (id) => settingsIn(settingsFile(id)),
  putAside: (id, context) =>
    putAside(
      (words, input) => askEngine(placeOf(id, context), words, input),
      id,
      join(checkout, ".local", "relocate"),
    ),
  now: () => new Date(),
};

interface Options {
  to?: string;
  lost: string[];
  planned?: true;
  yes?: true;
}

/** `commune relocate`: a commune whose site is lost comes back on another cluster, from its seed and its vaults. */
export function relocateCommand(surroundings = ordinary): Command {
  return new Command("relocate")
    .description(
      "Bring a commune back on another cluster, from its declaration, its seed and its vaults: each service with the files and the rows of its newest restore point. The site that is left stops copying to the vaults. Says first what will be missing.",
    )
    .argument("<commune>", "id of the commune")
    .option("--to <context>", "context of the kubeconfig of the new cluster; the current one when absent")
    .option("--lost <service...>", "services without a restore point, which begin empty", [])
    .option(
      "--planned",
      "the site that is left still answers: shut it first, and take a last restore point of each service there",
    )
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      "\nIt may be run again when it was cut, and goes on. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    )
    .action(async (id: string, options: Options) => {
      const move = await prepare(surroundings, id, options);
      await refuseWithoutYes(options, told(move, surroundings.now()).join("\n"));
      await carryOut(surroundings, id, move.leaving === undefined ? move : await left(surroundings, move));
    });
}

interface Move {
  id: string;
  plan: CommunePlan;
  /** Context of the site that is left while it still answers; nothing after a disaster. */
  leaving: { context: string | undefined } | undefined;
  copies: Copies;
  /** The services whose data is not back yet. */
  missing: readonly NewestPoint[];
  seed: string;
  context: string | undefined;
  /** Uid of the cluster that it goes to. */
  cluster: string;
  /** The number that the new site has. */
  incarnation: number;
  /** Whether a run before this one was cut after it had begun. */
  goesOn: boolean;
}

async function prepare(
  surroundings: Surroundings,
  id: string,
  { to, lost, planned }: Options,
): Promise<Move> {
  const plan = planOf(surroundings, id);
  const settings = surroundings.settingsOf(id);
  const context = to ?? settings.context;
  const seed = await surroundings.seedOf(id, context).read();
  if (seed === undefined) {
    throw new Error(
      `the stack ${id} has no seed: give it the one of the commune, npx commune recovery kit open ${id}, or npx pulumi config set --secret commune:seed -s ${id}. Nothing was changed.`,
    );
  }
  const cluster = await clusterUid(surroundings, context);
  const copies = await copiesOf(surroundings, plan, seed);
  const own = Number(settings.incarnation ?? 1);
  // What it wrote last before it was cut: its number is at the vaults, and no point has it yet.
  const isLatest = own === copies.incarnation && copies.cluster === cluster;
  const missing = copies.newest.filter(({ point }) => !isLatest || point.head.incarnation < own);
  const goesOn = isLatest && (missing.length > 0 || copies.newest.length === 0);
  const published = readPublished((await surroundings.stackOf(id, context).outputs()).published);
  if (published?.cluster === cluster && !goesOn) {
    throw new Error(
      `${id} runs on this cluster (${cluster}). Name the one that it goes to: --to <context>. Nothing was changed.`,
    );
  }
  const there = goesOn ? [] : await namespacesOf(surroundings, id, context);
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
  const incarnation = goesOn ? own : copies.incarnation + 1;
  return { id, plan, leaving, copies, missing, seed, context, cluster, incarnation, goesOn };
}

/** A planned move is from where the stack says that the commune runs. */
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

/** Shuts the site that is left, and finds the last points of it at the vaults. */
async function left(surroundings: Surroundings, move: Move): Promise<Move> {
  const { id, plan, seed, leaving } = move;
  let copies = move.copies;
  await leave(
    surroundings,
    { commune: id, points: plan.points, context: leaving?.context },
    (line) => console.log(line),
    async () => {
      copies = await copiesOf(surroundings, plan, seed);
      const before = new Map(move.copies.newest.map(({ points, point }) => [points.service, point.hash]));
      const isNew = plan.points.every(({ service }) =>
        copies.newest.some(
          ({ points, point }) => points.service === service && point.hash !== before.get(service),
        ),
      );
      if (!isNew) throw new Error(`the vaults do not give the last points. ${copies.silent.join("; ")}`);
    },
  );
  return { ...move, copies, missing: copies.newest };
}

function told({ id, copies, missing, incarnation, cluster, goesOn, ...move }: Move, now: Date): string[] {
  const empty = uncopied(move.plan).map((name) => `  ${name} begins empty: nothing of it is at a vault`);
  if (move.leaving !== undefined) {
    return [
      ...[...copies.findings, ...copies.silent].map((line) => `! ${line}`),
      `${id} moves to the cluster ${cluster}, as its site ${incarnation}:`,
      ...move.plan.points.map(
        ({ service }) => `  ${service} is shut where it is now, and comes back with all that it has then`,
      ),
      ...empty,
      "Nobody can use them until their names lead to the new site. The site that is left stays shut, with its data.",
    ];
  }
  const age = (takenAt: string) => `${Math.round((now.getTime() - Date.parse(takenAt)) / 60_000)} min`;
  return [
    ...[...copies.findings, ...copies.silent].map((line) => `! ${line}`),
    `${id} ${goesOn ? "goes on to come" : "comes"} back on the cluster ${cluster}, as its site ${incarnation}:`,
    ...missing.map(
      ({ points, point }) =>
        `  ${points.service} with its files and rows of ${pointId(point.head)}: what was written since then, ${age(point.head.takenAt)} ago, is missing`,
    ),
    ...copies.without.map((service) => `  ${service} begins empty: it has no restore point`),
    ...empty,
    ...(goesOn || copies.cluster === undefined
      ? []
      : [`Site ${copies.incarnation} is on the cluster ${copies.cluster}.`]),
    "A site of before that still runs stops copying when it sees that; shut its doors, if you can reach it.",
  ];
}

async function carryOut(surroundings: Surroundings, id: string, move: Move): Promise<void> {
  const { copies, incarnation, context, cluster, seed } = move;
  const said = (line: string) => console.log(line);
  await fence(copies, incarnation, cluster);
  said(`The vaults say that site ${incarnation} is the one that counts.`);
  const stack = surroundings.stackOf(id, context);
  if (!move.goesOn) {
    // A drawn seed is in the state that is put aside.
    await surroundings.seedOf(id, context).give(seed);
    const kept = await surroundings.putAside(id, context);
    if (kept !== undefined) said(`The state of before is kept: ${kept}`);
    if (context !== undefined) await stack.set("context", context);
    await stack.set("incarnation", String(incarnation));
  }
  said("pulumi up begins.");
  await stack.up(() => undefined);
  const ended = await Promise.allSettled(move.missing.map((each) => comeBack(surroundings, move, each)));
  const failed = ended.flatMap((each) => (each.status === "rejected" ? [messageOf(each.reason)] : []));
  if (failed.length > 0) {
    throw new Error(`${failed.join("\n")}\nRun it again: it goes on.`);
  }
  const first = move.missing.map(({ point }) => point.head.takenAt).sort()[0];
  const after = { context, after: first ?? surroundings.now().toISOString() };
  for (const line of move.leaving === undefined ? await logEnds(surroundings, move.plan, after) : [])
    said(line);
  said(
    `${id} is back (seed ${seedFingerprint(seed, id)}). Let its names lead here: npx commune dns ${id} --address <address>`,
  );
}

const messageOf = (reason: unknown) => (reason instanceof Error ? reason.message : String(reason));

/** One service gets its data; several do at the same time, because each mostly waits for pods. */
async function comeBack(
  surroundings: Surroundings,
  { id, context }: Move,
  { points, point }: NewestPoint,
): Promise<void> {
  const { service } = points;
  const said = (line: string) => console.log(`${service}: ${line}`);
  const { sequence } = point.head;
  const restoring = new Restoring(surroundings, { commune: id, points, sequence, context, withRows: true });
  await restoring.bring(said);
  await restoring.exchange("there", said);
  const { head, said: why } = await takePoint(surroundings, context, {
    commune: id,
    service,
    maySmaller: true,
  });
  // Until there is one, a run that goes on finds the data in place by what is aside, and touches it no more.
  if (head === undefined)
    throw new Error(`${service} is back, and no restore point of it could be taken. ${why}`);
  await restoring.release();
  said(`it is as of ${pointId(point.head)}; its first restore point here: ${pointId(head)}`);
}

/** Who is second, on another cluster, is refused by the vault: a name is created once. */
async function fence(copies: Copies, incarnation: number, cluster: string): Promise<void> {
  const vaults = copies.vaultsAs(incarnation);
  const body = Buffer.from(JSON.stringify({ cluster }));
  const failed: string[] = [];
  for (const vault of vaults) {
    await vault
      .put(`once/${incarnationName(incarnation)}`, body)
      .catch((error: Error) => failed.push(error.message));
  }
  if (failed.length < vaults.length && !failed.some((message) => message.includes(" 403 "))) return;
  throw new Error(
    `the vaults do not take this site for the commune's: ${failed.join("; ")}. Answer 403: somebody brings it back elsewhere at the same time.`,
  );
}
