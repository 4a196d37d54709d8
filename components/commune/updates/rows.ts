import type { Image } from "../../foundation/image/catalogue.ts";
import type { Notice, Upstream } from "../../foundation/upstream/schema.ts";
import { type Knowledge, upstreamOf, versionIn } from "../../foundation/upstream/upstream.ts";
import { byVersion, newestVersions, seriesOf } from "../../foundation/upstream/versions.ts";
import { plannedServices } from "../../services/index.ts";
import { runningImages } from "../../tenants/tenant/images.ts";
import { titleOf } from "../changes/words.ts";
import type { CommunePlan } from "../planned.ts";
import { published } from "../publish.ts";
import { serversInUse } from "../servers.ts";
import { toolkitSoftware } from "../software.ts";
import { knownOf } from "./state.ts";
import {
  type Around,
  applicationSteps,
  type Step,
  serverSteps,
  serviceSteps,
  toolkitSteps,
} from "./steps.ts";

/** Declarer of a software's version: the commune, for a service or a database server, or its toolkit. */
type Declares = "service" | "database server" | "toolkit" | "application";

/** One piece of software that a commune runs, with upstream's statements about it. */
export interface UpdateRow {
  /** Common name: `Nextcloud`. */
  name: string;
  /** Name that tells it from others: `the commune's database server`; undefined if there is only one. */
  where?: string;
  kind: Declares;
  /** The field that declares its version, below `commune.yaml`; none of what comes with the toolkit. */
  field: readonly string[];
  reference: string;
  version: string;
  /** Last day on which upstream fixes its series, ISO 8601; undefined if it is not known. */
  until: string | undefined;
  isPastEnd: boolean;
  /** Notices of security that it is affected by. */
  notices: readonly Notice[];
  /** The way to what is newer, in order; none if nothing is newer that is known. */
  steps: readonly Step[];
  /** Number of steps until no notice and no end of life is left; undefined if the known steps do not suffice. */
  needed: number | undefined;
  /** Day of what is known of it, ISO 8601; undefined if nothing is. */
  read: string | undefined;
}

/** Days after which knowledge says nothing by its silence: upstream releases every month. */
const freshDays = 90;

/** Whether somebody has to do something about it: it is affected by a notice, or past its end. */
export function needsAttention({ notices, isPastEnd }: Pick<UpdateRow, "notices" | "isPastEnd">): boolean {
  return notices.length > 0 || isPastEnd;
}

/** Whether what is known is too old to say that nothing has to be done. */
export function isStale({ read }: Pick<UpdateRow, "read">, today: string): boolean {
  return read !== undefined && daysBetween(read, today) > freshDays;
}

/** Days from one day to another, both ISO 8601. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/**
 * Returns what a commune runs and what is newer, services first. Pure: what upstream says is given.
 *
 * @param today ISO 8601.
 */
export function updateRows(plan: CommunePlan, knowledge: Knowledge, today: string): UpdateRow[] {
  // What the stack would publish: which seed it has changes nothing here.
  const around: Around = { plan, before: published(plan, "") };
  const known = { knowledge, today };
  const servers = serversInUse(plan);
  const ownPostgresql = new Set(servers.map(({ server: { major } }) => `postgresql-${major}`));
  return [
    ...plannedServices(plan).flatMap((service) => {
      const [image] = service.images;
      if (image === undefined) return [];
      const version = service.plan.version;
      const upstream = upstreamOf(image.reference, knowledge);
      const of = { name: service.title, kind: "service", field: [service.service, "version"] } as const;
      return [rowOf(of, image, version, serviceSteps(service, upstream, around), known)];
    }),
    ...servers.map((planned) => {
      const { server, major } = planned.server;
      const image = postgresql(plan, major);
      const version = versionIn(image.reference);
      const upstream = upstreamOf(image.reference, knowledge);
      const newest = newer(version, upstream?.newest[major]?.version);
      const of = {
        ...{ name: image.name ?? "PostgreSQL", where: titleOf(server, "en") },
        kind: "database server",
        field: [...planned.field, "version"],
      } as const;
      return rowOf(of, image, version, serverSteps(planned, { from: version, newest }, around), known);
    }),
    ...toolkitSoftware(plan)
      .filter(({ name }) => !ownPostgresql.has(name))
      .map(({ name, image }) => {
        const version = versionIn(image.reference);
        const steps = toolkitSteps(name, version, goal(image, version, known), around);
        return rowOf({ name: image.name ?? name, kind: "toolkit", field: [] }, image, version, steps, known);
      }),
    ...runningImages(plan).map((image) => {
      const [name, version] = [image.name ?? image.reference, versionIn(image.reference)];
      const steps = applicationSteps(name, version, goal(image, version, known));
      return rowOf({ name, kind: "application", field: [] }, image, version, steps, known);
    }),
  ];
}

interface Known {
  knowledge: Knowledge;
  today: string;
}

function rowOf(
  of: Pick<UpdateRow, "name" | "where" | "kind" | "field">,
  image: Image,
  version: string,
  steps: readonly Step[],
  { knowledge, today }: Known,
): UpdateRow {
  const upstream = upstreamOf(image.reference, knowledge);
  const { until, isPastEnd, notices } = stateOf(image, version, upstream, today);
  const isRight = (at: string) => !needsAttention(stateOf(image, at, upstream, today));
  const first = steps.findIndex((step) => isRight(step.version));
  return {
    ...of,
    ...{ reference: image.reference, version, until, isPastEnd, notices, steps },
    needed: isRight(version) ? 0 : first < 0 ? undefined : first + 1,
    read: upstream?.read,
  };
}

/** Returns the findings about a version of some software. */
function stateOf(image: Image, version: string, upstream: Upstream | undefined, today: string) {
  const known = knownOf(image, version, upstream);
  return { ...known, isPastEnd: known.until !== undefined && today > known.until };
}

/** The version that a newer toolkit should bring: the oldest of newer ones that needs no attention, or the newest; undefined if none is newer. */
function goal(image: Image, version: string, { knowledge, today }: Known): string | undefined {
  const upstream = upstreamOf(image.reference, knowledge);
  const all = upstream ? newestVersions(upstream).filter((each) => newer(version, each)) : [];
  const right = all.find((each) => !needsAttention(stateOf(image, each, upstream, today)));
  const isRight = !needsAttention(stateOf(image, version, upstream, today));
  const own = upstream?.newest[seriesOf(version, upstream)]?.version;
  return isRight ? newer(version, own) : (right ?? all.at(-1));
}

/** A version, if it is newer than another. */
function newer(than: string, version: string | undefined): string | undefined {
  return version !== undefined && byVersion(version, than) > 0 ? version : undefined;
}

/** The image of a major version of PostgreSQL, with what the catalogue says of it. */
function postgresql(plan: CommunePlan, major: string): Image {
  const found = toolkitSoftware(plan).find(({ name }) => name === `postgresql-${major}`);
  if (found === undefined) throw new RangeError(`No software of the plan is postgresql-${major}.`);
  return found.image;
}
