import { existsSync, readFileSync, rmSync } from "node:fs";
import { loadExceptions } from "../../audit/approval/exceptions.ts";
import { appliedFrom } from "../../audit/approval/history.ts";
import { pastOf } from "../../audit/approval/past.ts";
import { drillsOf } from "../../audit/drills/drills.ts";
import type { Facts } from "../../audit/facts.ts";
import { messagesSince } from "../../audit/messages.ts";
import { objectChanges } from "../../audit/objects.ts";
import type { Origin } from "../../audit/report.ts";
import { resolveRevision, stacksAt } from "../../audit/revision.ts";
import type { Side } from "../../audit/side.ts";
import type { Change } from "../../components/commune/changes/change.ts";
import { changesOf } from "../../components/commune/changes/changes.ts";
import { pointsBefore } from "../../components/commune/changes/points-before.ts";
import { podsOf, restartChanges } from "../../components/commune/changes/restarts.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { published } from "../../components/commune/publish.ts";
import { type Published, readPublished } from "../../components/commune/published.ts";
import { loadBuilds } from "../../components/commune/versions/builds.ts";
import { DeclarationError } from "../../components/foundation/declaration/problem.ts";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import type { RuleException } from "../../policies/exceptions.ts";
import { judge, withExceptions } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import type { Previewed } from "../approval/planned.ts";
import type { StackState } from "../approval/state.ts";
import type { objectsOf } from "../objects.ts";
import { objectsOfProgram, ownPubliccode, plannedAt, settledAt, sideAt } from "../side.ts";
import { underway } from "../underway.ts";

/** Side declared in a folder, with the builds that are locked there. */
async function lockedSide(stacks: string, id: string, objects: typeof objectsOf): Promise<Side> {
  const builds = loadBuilds(stacks, id);
  if (builds?.ok === false) throw new DeclarationError(builds.problems);
  const side = await sideAt(stacks, id, objects, builds?.images);
  // As it would be written: what is known later is not there.
  return { ...side, objects: JSON.parse(JSON.stringify(side.objects)) };
}

/** The side of a revision; undefined if the commune was not declared there. */
async function sideOfRevision(
  stacks: string,
  id: string,
  revision: string,
  objects: typeof objectsOf,
): Promise<Side | undefined> {
  const folder = await stacksAt(stacks, id, revision);
  try {
    return existsSync(inCommune(folder, id, "commune.yaml"))
      ? await lockedSide(folder, id, objects)
      : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function exceptionsOf(stacks: string, id: string, today: string): readonly RuleException[] {
  const loaded = loadExceptions(stacks, id, today);
  if (!loaded.ok) throw new DeclarationError(loaded.problems);
  return loaded.exceptions;
}

/** Values that a stack published, from the file that `pulumi stack output published --json` was written to. */
function publishedIn(file: string): Published {
  const read = readPublished(JSON.parse(readFileSync(file, "utf8")));
  if (read === undefined)
    throw new TranslatedError({
      en: `${file} is not what a stack publishes, or of another version of the toolkit.`,
      fr: `${file} n’est pas ce que publie une pile, ou est d’une autre version de l’outillage.`,
    });
  return read;
}

/** Values that a stack published, from its state; undefined before its first complete update. */
function publishedBy(id: string, { published }: Pick<StackState, "published">): Published | undefined {
  if (published === undefined) return undefined;
  const read = readPublished(published);
  if (read === undefined)
    throw new TranslatedError({
      en: `what the stack ${id} publishes is of another version of the toolkit: use that one.`,
      fr: `ce que publie la pile ${id} est d’une autre version de l’outillage : prenez celle-là.`,
    });
  return read;
}

/** Options of a report. */
export interface Asked {
  from: string;
  published?: string | undefined;
  because?: string | undefined;
  today: string;
  /** Preview of the engine, if it is asked. */
  preview?: Promise<Previewed> | undefined;
}

/** Gathers everything that a report is made of. Reads files and git, and contacts nothing. */
export async function auditFacts(
  stacks: string,
  id: string,
  { from, published: file, because, today, preview: asked }: Asked,
  objects: typeof objectsOf = objectsOfProgram,
): Promise<Facts> {
  const settled = settledAt(stacks, id);
  // An engine that is asked runs the program by itself, where the stack is settled.
  const [declared, previewed] = await Promise.all([
    asked && settled ? { ...plannedAt(stacks, id, settled), objects: [] } : lockedSide(stacks, id, objects),
    asked,
  ]);
  underway({
    en: `${id}: what is declared is compared with what was, and the rules are asked`,
    fr: `${id} : ce qui est déclaré est comparé à ce qui l’était, et les règles sont jugées`,
  });
  const revision = previewed ? undefined : await resolveRevision(stacks, from);
  const declaredBefore =
    revision === undefined ? undefined : await sideOfRevision(stacks, id, revision, objects);
  // The same seed on both sides: a declaration says nothing of it.
  const known = previewed
    ? publishedBy(id, previewed.state)
    : file === undefined
      ? declaredBefore && published(declaredBefore.plan, "00")
      : publishedIn(file);
  const before = previewed ? previewed.before && { objects: previewed.before } : declaredBefore;
  const after = previewed ? { ...declared, objects: previewed.after } : declared;
  const stack = (previewed && settled?.facts) ?? {
    moved: [],
    dataIsDisposable: known?.data === "disposable",
  };
  const changes = known
    ? [
        ...changesOf(known, declared.plan, { ...stack, today }),
        ...restarts(known, declared.plan, before?.objects, after.objects),
      ]
    : [];
  const findings = withExceptions(
    judge(rules, {
      ...after,
      kept: previewed?.kept,
      site: settled?.site,
      today,
      publiccode: ownPubliccode(),
      drills: drillsOf(stacks, id),
      changes: known && changes,
    }),
    exceptionsOf(stacks, id, today),
  );
  const origin: Origin =
    known !== undefined && previewed
      ? { kind: "state" }
      : file !== undefined
        ? { kind: "published" }
        : declaredBefore && revision
          ? { kind: "revision", revision }
          : { kind: "nothing" };
  return {
    today,
    origin,
    before,
    after,
    changes,
    points: known ? pointsTold(changes, known, after, origin) : [],
    findings,
    siteIsKnown: settled !== undefined,
    objects: objectChanges(before?.objects ?? [], after.objects, previewed?.engineChanges.secrets),
    plan: previewed?.plan,
    engineChanges: previewed?.engineChanges,
    because,
    messages: await messagesSince(stacks, id, previewed ? appliedFrom(previewed.history) : revision),
    past: pastOf(stacks, id, previewed?.history),
  };
}

/** Changes that people notice when pods restart, if the former objects show which do. */
function restarts(
  known: Published,
  plan: CommunePlan,
  before: readonly KubernetesObject[] | undefined,
  after: readonly KubernetesObject[],
): Change[] {
  if (before === undefined) return [];
  return restartChanges({ ...known, pods: podsOf(before, plan) }, plan, podsOf(after, plan));
}

/** The restore points before a change. Of a revision of git alone, nobody knows the names of their Jobs. */
function pointsTold(
  changes: Facts["changes"],
  known: Published,
  { plan }: Side,
  { kind }: Origin,
): Facts["points"] {
  return pointsBefore(changes, known, plan).told.map((each) =>
    kind === "revision" && each.sentence === "pointComes"
      ? { ...each, with: { service: each.with.service, job: undefined } }
      : each,
  );
}
