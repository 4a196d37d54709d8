import { dirname } from "node:path";
import { Command } from "commander";
import type { Change } from "../components/commune/changes/change.ts";
import { changesOf } from "../components/commune/changes/changes.ts";
import { phrasings } from "../components/commune/changes/phrasings.ts";
import { tell } from "../components/commune/changes/sentences.ts";
import { digestOf } from "../components/commune/history.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import { type Published, readPublished } from "../components/commune/published.ts";
import { inCommune } from "../components/foundation/declaration/stacks.ts";
import type { Language } from "../components/foundation/language/language.ts";
import type { SecretVersions } from "../components/foundation/seed/labels.ts";
import { pointId } from "../components/recovery/points/head.ts";
import { minutesOf } from "../components/recovery/points/minutes.ts";
import type { RestorePreview } from "../components/recovery/points/settings.ts";
import { languageHere } from "./language.ts";
import { contextHelp, contextOf, reachOf } from "./reach.ts";
import { type DoorwayOptions, doorwayHelp, through } from "./recovery/doorway.ts";
import { knownPoint } from "./recovery/known-point.ts";
import { takePoint } from "./recovery/point.ts";
import { type Surroundings as OfPoints, ordinary as ordinaryPoints, planOf } from "./recovery/points.ts";
import { Restoring } from "./recovery/restoring.ts";
import { refuseWithoutYes } from "./restore.ts";
import { type Outputs, Stack } from "./stack.ts";
import { underway } from "./underway.ts";
import { ago } from "./undo/ago.ts";
import { type FoundPoint, namedPoints, pointsInCluster, withNamed } from "./undo/before.ts";
import { targetOf, writeBack } from "./undo/declaration.ts";
import { withVersionsOf, writeVersions } from "./undo/secrets.ts";
import { sentences } from "./undo/sentences.ts";

/** Folders and tools that the command works with. */
export interface Surroundings extends OfPoints {
  stackOf(id: string): Pick<Stack, "up" | "set"> & { outputs(): Promise<Pick<Outputs, "published">> };
}

const ordinary: Surroundings = {
  ...ordinaryPoints,
  stackOf: (id) => new Stack(id, reachOf(id, undefined).environment),
};

interface Options extends DoorwayOptions {
  point: string[];
  keepData?: true;
  yes?: true;
  context?: string;
}

/** `commune undo`: back to before the last `pulumi up`, with the versions and the data of then. */
export function undoCommand(ownSurroundings = ordinary): Command {
  return new Command("undo")
    .description(
      "Go back to before the last pulumi up: the declaration of then and, where a restore point was taken before it, the version and the data of then. Says first what it costs; what was there is kept aside.",
    )
    .argument("<commune>", "id of the commune")
    .option(
      "--point <service=id...>",
      "the restore point of a service, where the cluster does not know it",
      [],
    )
    .option("--keep-data", "the declaration alone: data stays as it is")
    .option("--yes", "do not ask")
    .option("--context <name>", contextHelp)
    .option("--address <host:port>", doorwayHelp.address)
    .option("--ca <file>", doorwayHelp.ca)
    .action(async (id: string, options: Options) => {
      const surroundings = through(ownSurroundings, options);
      const context = contextOf(id, options.context, dirname(surroundings.stacks));
      const undo = await prepare(surroundings, id, { ...options, ...(context && { context }) });
      await refuseWithoutYes(options, told(undo, surroundings.now(), languageHere()).join("\n"), context);
      await carryOut(surroundings, id, undo);
    });
}

/** One service that goes back with its data. */
interface Back extends FoundPoint {
  preview: RestorePreview;
  restoring: Restoring;
}

interface Undo {
  published: Published;
  /** Whether the last update was not completed. */
  isUnfinished: boolean;
  target: CommunePlan;
  isWritten: boolean;
  /** Commit that the declaration is written back from. */
  commit: string | undefined;
  raised: SecretVersions;
  services: readonly Back[];
  /** Changes of the stack, as its next update would report them. */
  changes: readonly Change[];
  context: string | undefined;
}

async function prepare(surroundings: Surroundings, id: string, options: Options): Promise<Undo> {
  const say = sentences[languageHere()];
  const { published: output } = await surroundings.stackOf(id).outputs();
  const published = readPublished(output);
  if (published === undefined) {
    throw new Error(say.saysNothing(id));
  }
  const { context } = options;
  const written = planOf(surroundings, id);
  const found = await pointsInCluster(surroundings, written.points, published, context);
  const away = differences(published, written);
  const isUnfinished =
    found.some((each) => each.isUnfinished) || (away.length > 0 && !isAsBefore(published, written));
  const wanted = isUnfinished
    ? { revision: published.revision, declared: published.declared && digestOf(published.declared) }
    : { revision: published.previous?.revision, declared: published.previous?.declared };
  if (!isUnfinished && published.previous === undefined) {
    throw new Error(say.nothingBefore(id));
  }
  // An update that was not completed published nothing, and may have set the passwords that it raised.
  const tried = isUnfinished ? withVersionsOf(published, written) : published;
  const goal = await targetOf(surroundings.stacks, id, wanted, away, tried);
  const { plan: target, isWritten, raised } = goal;
  const chosen = options.keepData
    ? []
    : withNamed(
        found.filter((each) => !isUnfinished || each.isUnfinished),
        options.point,
        target.points,
      );
  // The cluster knows nothing of a point that is named: a vault says whether it is that one.
  for (const { points, id: point } of options.keepData ? [] : namedPoints(options.point, target.points)) {
    await knownPoint(surroundings, target, { ...options, service: points.service, point });
  }
  const services = await Promise.all(
    chosen.map(async ({ points, ...point }): Promise<Back> => {
      const of = target.points.find(({ service }) => service === points.service) ?? points;
      const restore = { commune: id, points: of, sequence: point.sequence, context, withRows: true };
      const restoring = new Restoring(surroundings, restore);
      return { ...point, points: of, restoring, preview: await restoring.preview() };
    }),
  );
  const changes = differences(published, target, restoredBy(services));
  refuseOtherVersions(services, target);
  refuseWhatIsRefused(changes, services);
  const commit = wanted.revision?.commit;
  return { published, isUnfinished, target, isWritten, commit, raised, services, changes, context };
}

/**
 * Whether the declaration is again as before the last update: written by somebody, or by a run that was interrupted.
 */
function isAsBefore({ previous }: Published, { declared }: CommunePlan): boolean {
  return previous?.declared !== undefined && digestOf(declared) === previous.declared;
}

/** The versions that the data is put back to, where those are older than what is published. */
function restoredBy(services: readonly Back[]): Record<string, string> {
  return Object.fromEntries(services.map(({ points, preview }) => [points.service, preview.version]));
}

function differences(
  published: Published,
  plan: CommunePlan,
  restored: Readonly<Record<string, string>> = {},
): Change[] {
  const dataIsDisposable = published.data === "disposable";
  const today = new Date().toISOString().slice(0, 10);
  const changes = changesOf(published, plan, { moved: [], restored, dataIsDisposable, today });
  // What the commune has said stays said.
  return changes.filter(({ what }) => what !== "news");
}

function refuseOtherVersions(services: readonly Back[], target: CommunePlan): void {
  for (const { points, id, preview } of services) {
    const declared = target.points.find(({ service }) => service === points.service)?.settings.running
      .version;
    if (declared === preview.version) continue;
    throw new Error(sentences[languageHere()].otherPoint(id, points.service, preview.version, declared));
  }
}

/** Throws, before anything is touched, if the undo would do what no update may do. */
function refuseWhatIsRefused(changes: readonly Change[], services: readonly Back[]): void {
  const refused = changes.filter(({ effect }) => effect === "refused");
  if (refused.length === 0) return;
  const versions = refused.filter(
    ({ what, name }) => what === "version" && !services.some(({ points }) => points.service === name),
  );
  const language = languageHere();
  throw new Error(
    sentences[language].refused(
      refused.map(({ field, told: change }) => `  ${field.join(".")}: ${tell(change, phrasings[language])}`),
      versions.map(({ name }) => name),
    ),
  );
}

function told(undo: Undo, now: Date, language: Language): string[] {
  const { published, isUnfinished, isWritten, commit = "", raised, services, changes } = undo;
  const say = sentences[language];
  const applied = published.revision;
  const name = (revision: typeof applied) =>
    revision === undefined ? say.noCommit : say.commit(revision.commit.slice(0, 12), revision.isDirty);
  const before = isUnfinished ? applied : published.previous?.revision;
  const { serving, away } = minutesOf(services.map(({ preview }) => preview));
  const names = services.map(({ points }) => points.service);
  return [
    isUnfinished ? say.unfinished(name(before)) : say.ran(name(applied), name(before)),
    `  ${isWritten ? say.written : say.writtenBack(commit.slice(0, 12))}`,
    ...Object.entries(raised).map(([secret, version]) => `  ${say.secretKept(secret, version)}`),
    ...changes.map((change) => `  ${tell(change.told, phrasings[language])}`),
    ...services.map(
      ({ points, id, takenAt, preview: { version, undone, aside } }) =>
        `  ${say.dataBack({ service: points.service, id, version, since: ago(takenAt, now, language), files: undone + aside })}`,
    ),
    ...(services.length === 0 ? [`  ${say.dataStays}`] : []),
    services.length === 0 ? say.takes(serving + away) : say.takesWithout(serving + away, names, away),
  ];
}

async function carryOut(surroundings: Surroundings, id: string, undo: Undo): Promise<void> {
  const said = (line: string) => console.log(line);
  const say = sentences[languageHere()];
  const { services, context } = undo;
  const stack = surroundings.stackOf(id);
  // Data that an update left half-way would be a point that nothing can read.
  if (!undo.isUnfinished) for (const each of services) await takeNow(surroundings, each, context);
  for (const { restoring } of services) await restoring.bring(said);
  if (!undo.isWritten && undo.commit !== undefined) {
    await writeBack(surroundings.stacks, id, undo.commit, said);
  }
  writeVersions(inCommune(surroundings.stacks, id, "commune.yaml"), undo.raised);
  const restored = Object.entries(restoredBy(services)).map(([service, version]) => `${service}=${version}`);
  if (restored.length > 0) await stack.set("restored", restored.join(","));
  for (const { restoring } of services) {
    await restoring.standstill.shut();
    await restoring.standstill.stop(said);
    await restoring.swap("there", said);
  }
  said(say.begins);
  await stack.up(underway);
  for (const { restoring } of services) {
    await restoring.standstill.start(said);
    await restoring.tell("before people return", said);
    await restoring.standstill.open();
    await restoring.tell("while it serves", said);
  }
  if (restored.length > 0) await stack.set("restored", undefined);
  said(say.isBack(id));
  for (const { points, id: point } of services) {
    said(say.keptAside(id, points.service, point));
  }
}

/** Takes a point of the present, unless the former one is in place already: an interrupted run goes on. */
async function takeNow(
  surroundings: Surroundings,
  { points, preview }: Back,
  context: string | undefined,
): Promise<void> {
  if (preview.isInPlace) return;
  const { service } = points;
  const { head, said } = await takePoint(surroundings, context, { points, maySmaller: true });
  const say = sentences[languageHere()];
  if (head === undefined) throw new Error(say.noPointNow(service, said));
  console.log(say.asItIsNow(service, pointId(head)));
}
