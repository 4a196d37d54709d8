import { type PostgresqlMajor, postgresqlImage, postgresqlMajors } from "../../foundation/image/catalogue.ts";
import type { Upstream } from "../../foundation/upstream/schema.ts";
import { versionIn } from "../../foundation/upstream/upstream.ts";
import { byVersion, newestVersions, seriesOf } from "../../foundation/upstream/versions.ts";
import type { DatabaseSpec } from "../../platform/database/manifests.ts";
import type { PlannedService } from "../../services/define.ts";
import { services } from "../../services/index.ts";
import type { VersionSeries } from "../../services/service.ts";
import { type Change, change } from "../changes/change.ts";
import { majorChange, servicesOn } from "../changes/data.ts";
import { pointsBefore } from "../changes/points-before.ts";
import type { NoPoint } from "../changes/sentences.ts";
import { softwareChange } from "../changes/surroundings.ts";
import { versionChange } from "../changes/versions.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";

/** One step on the way to a newer version. */
export interface Step {
  /** Declared value after the step: a version, or the major version of a database server. */
  to: string;
  /** The version that runs then. */
  version: string;
  /** The step as an update would report it: its effect, what people notice, who is concerned. */
  change: Change;
  /** `taken`: the update begins with a restore point. Otherwise why none is; undefined if none is needed. */
  point: "taken" | NoPoint | undefined;
}

/** Versions of some software from which to choose. */
export type Versions = Pick<Upstream, "parts" | "newest">;

/** Returns the way of a service: the newest of its own series, then series by series as far as one upgrade may go. */
export function serviceSteps(
  {
    service,
    title,
    versions,
    plan: { version },
  }: Pick<PlannedService, "service" | "title" | "versions" | "plan">,
  upstream: Versions | undefined,
  { plan, before }: Around,
): Step[] {
  const of = { parts: versions.series === "major version" ? 1 : 2 };
  const newest = newestOfSeries([...(upstream ? newestVersions(upstream) : []), ...versions.newest], of);
  const series: VersionSeries = { ...versions, newest };
  const goes = (from: string, to: string) => versionChange({ service, title, versions: series, from, to })[0];
  const steps: Step[] = [];
  const take = (from: string, to: string): string => {
    const found = goes(from, to);
    if (found === undefined || found.effect === "refused" || !isDeclarable(service, to)) return from;
    steps.push(stepOf(to, found, { plan, before }));
    return to;
  };
  const own = newest.find((each) => seriesOf(each, of) === seriesOf(version, of));
  let at = own === undefined || byVersion(own, version) <= 0 ? version : take(version, own);
  const last = newest.at(-1);
  while (last !== undefined && byVersion(last, at) > 0) {
    const told = goes(at, last)?.told;
    const next = told?.sentence === "versionSkips" ? told.with.next : last;
    const reached = next === undefined ? at : take(at, next);
    if (reached === at) break;
    at = reached;
  }
  return steps;
}

/** Whether this toolkit takes a version of a service: one that it cannot run is refused in its section. */
function isDeclarable(service: string, version: string): boolean {
  const section = services.find(({ name }) => name === service)?.section;
  return section?.safeParse({ version }).success ?? false;
}

/** Start of a step: the declared plan, and what its stack would publish. */
export interface Around {
  plan: CommunePlan;
  before: Published;
}

/** Returns the way of a database server: a newer release with a newer toolkit, then the newest major version that the toolkit has. */
export function serverSteps(
  { server, field }: { server: DatabaseSpec; field: readonly string[] },
  versions: { from: string; newest: string | undefined },
  { plan, before }: Around,
): Step[] {
  const { major: from, server: name } = server;
  const release = toolkitSteps(`postgresql-${from}`, versions.from, versions.newest, { plan, before });
  const major: PostgresqlMajor = postgresqlMajors.at(-1) ?? from;
  if (Number(major) <= Number(from)) return release;
  const to = { ...server, major, upgradeFrom: from };
  const found = majorChange(from, to, servicesOn(name, before, plan), [...field, "version"]);
  if (found.effect === "refused") return release;
  const version = versionIn(postgresqlImage(major));
  return [...release, { ...stepOf(major, found, { plan, before }), version }];
}

/** Returns the step of software that comes with the toolkit; none if there is nothing to go to. */
export function toolkitSteps(
  name: string,
  from: string,
  to: string | undefined,
  { plan, before }: Around,
): Step[] {
  return to === undefined ? [] : [stepOf(to, softwareChange(name, from, to, plan), { plan, before })];
}

/**
 * Returns the step of an application of associations, which comes with the toolkit too; none if there is nothing to go to.
 * Older software does not read what newer has written (components/recovery/points/reads.ts).
 */
export function applicationSteps(name: string, from: string, to: string | undefined): Step[] {
  if (to === undefined) return [];
  const told = { sentence: "softwareGoes", with: { software: name, from, to } } as const;
  const of = { what: "software", name, from, to, field: [], affected: ["associations"], told } as const;
  return [
    {
      ...{ to, version: to, point: undefined },
      change: change({ ...of, effect: "needs a restore point", interruption: "short" }),
    },
  ];
}

function stepOf(to: string, found: Change, { plan, before }: Around): Step {
  const [told] = pointsBefore([found], before, plan).told;
  const point =
    told?.sentence === "pointComes" ? "taken" : told?.sentence === "noPoint" ? told.with.why : undefined;
  return { to, version: to, change: found, point };
}

/** Returns the newest version of each series, oldest first. */
function newestOfSeries(versions: readonly string[], of: Pick<Upstream, "parts">): string[] {
  const newest = new Map(versions.toSorted(byVersion).map((version) => [seriesOf(version, of), version]));
  return [...newest.values()].sort(byVersion);
}
