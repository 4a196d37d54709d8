import { plannedServices } from "../../services/index.ts";
import type { CommunePlan } from "../planned.ts";
import { newsOf, publishedLinks, softwareOf } from "../publish.ts";
import type { Published } from "../published.ts";
import { type Change, change } from "./change.ts";
import type { PlaceKind, PointAspect, Told } from "./sentences.ts";

type Values = Readonly<Record<string, string>>;

/** Returns the names of two records, each with its value in both. */
function both<Value>(
  before: Readonly<Record<string, Value>>,
  now: Readonly<Record<string, Value>>,
): { name: string; from: Value | undefined; to: Value | undefined }[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].map((name) => ({ name, from: before[name], to: now[name] }));
}

/** Finds links that open, close, or are for other services. */
export function linkChanges({ links: before }: Published, plan: CommunePlan): Change[] {
  if (before === undefined) return [];
  return both(before, publishedLinks(plan)).flatMap(({ name: peer, from, to }) => {
    const of = (told: Told, values: Pick<Change, "from" | "to">): Change =>
      change({
        ...{ what: "link", name: peer, affected: ["peers"], field: ["federation"] },
        ...values,
        effect: "reversible",
        told,
      });
    if (from === undefined || to === undefined) {
      const services = (from ?? to)?.services ?? "";
      const sentence = from === undefined ? "linkOpens" : "linkCloses";
      return [
        of(
          { sentence, with: { peer, services } },
          from ? { from: services, to: undefined } : { from: undefined, to: services },
        ),
      ];
    }
    const told: Told[] = [
      ...(from.services === to.services
        ? []
        : [{ sentence: "linkChanges" as const, with: { peer, from: from.services, to: to.services } }]),
      ...(from.domain === to.domain
        ? []
        : [{ sentence: "linkMoves" as const, with: { peer, from: from.domain, to: to.domain } }]),
      // A stack's key is not known everywhere.
      ...(from.key === undefined || to.key === undefined || from.key === to.key
        ? []
        : [{ sentence: "linkKey" as const, with: { peer } }]),
    ];
    return told.map((each) => of(each, { from: from.services, to: to.services }));
  });
}

/** Finds differences of hotspots, white zones, quarters and spaces. */
export function placeChanges({ placed: before }: Published, { placed: now }: CommunePlan): Change[] {
  if (before === undefined) return [];
  const none = { points: {}, quarters: {}, zones: {}, spaces: {} };
  const { points, quarters, zones, spaces } = now ?? none;
  return [
    ...both(before.points, points).flatMap(({ name, from, to }) => pointChanges(name, from, to)),
    ...drawn("quarter", before.quarters, quarters),
    ...drawn("zone", before.zones, zones),
    ...drawn("space", before.spaces, spaces),
  ];
}

type Points = NonNullable<Published["placed"]>["points"][string];

const aspects: readonly PointAspect[] = ["devices", "places", "radios", "hours"];

function pointChanges(quarter: string, before: Points | undefined, now: Points | undefined): Change[] {
  const [from, to] = [before?.count ?? 0, now?.count ?? 0];
  const of = (told: Told): Change =>
    change({
      ...{ what: "place", name: `points of ${quarter}`, from, to, field: ["hotspots"], told },
      effect: "reversible",
      affected: ["visitors", "residents"],
    });
  if (from !== to) {
    return [of({ sentence: from < to ? "pointsCome" : "pointsGo", with: { quarter, from, to } })];
  }
  if (before === undefined || now === undefined) return [];
  // Digests cover all hotspots of a quarter: if the set of hotspots differs, the other digests cannot be compared.
  if (before.ids !== now.ids) return [of({ sentence: "pointsReplaced", with: { quarter, count: to } })];
  return aspects
    .filter((aspect) => before[aspect] !== now[aspect])
    .map((aspect) => of({ sentence: "pointsChange", with: { quarter, count: to, aspect } }));
}

function drawn(kind: PlaceKind, before: Values, now: Values): Change[] {
  return both(before, now).flatMap(({ name: id, from, to }) => {
    if (from === to) return [];
    const sentence = from === undefined ? "placeComes" : to === undefined ? "placeGoes" : "placeChanges";
    return [
      change({
        ...{ what: "place", name: `${kind} ${id}`, from, to, field: [] },
        effect: "reversible",
        affected: kind === "zone" ? ["residents"] : ["readers"],
        told: { sentence, with: { kind, id } },
      }),
    ];
  });
}

/** Finds differences on the commune's own pages: everybody may read them, and nothing is interrupted. */
export function newsChanges({ news: before }: Published, { portal }: CommunePlan): Change[] {
  if (before === undefined || portal === undefined) return [];
  return both(before, newsOf(portal)).flatMap(({ name: id, from, to }) => {
    if (from === to) return [];
    const sentence = from === undefined ? "newsComes" : to === undefined ? "newsGoes" : "newsChanges";
    return [
      change({
        ...{ what: "news", name: id, from, to, field: [] },
        effect: "reversible",
        affected: ["readers"],
        told: { sentence, with: { id } },
      }),
    ];
  });
}

/** Software that holds data, and whose older versions may not read what newer ones wrote. */
const holdsData = /^(postgresql|mariadb|slapd|valkey)/;

/** Finds other versions of the software that comes with the toolkit, apart from applications. */
export function softwareChanges({ software: before }: Published, plan: CommunePlan): Change[] {
  if (before === undefined) return [];
  return both(before, softwareOf(plan)).flatMap(({ name, from, to }) =>
    from === undefined || to === undefined || from === to ? [] : [softwareChange(name, from, to, plan)],
  );
}

/** Returns the effect of another version of software that comes with the toolkit. */
export function softwareChange(name: string, from: string, to: string, plan: CommunePlan): Change {
  return change({
    ...{ what: "software", name, from, to, field: [] },
    effect: holdsData.test(name) ? "needs a restore point" : "reversible",
    interruption: "short",
    affected: usersOf(name, plan),
    told: { sentence: "softwareGoes", with: { software: name, from, to } },
  });
}

/** Returns the services whose data is on a database server of ours. */
function usersOf(software: string, { database, ...plan }: CommunePlan): string[] {
  const shared = database && "ours" in database ? database.ours.major : undefined;
  return plannedServices(plan).flatMap(({ service, dedicatedDatabase }) =>
    software === `postgresql-${dedicatedDatabase?.major ?? shared}` ? [service] : [],
  );
}

/** Finds changes of the site in the stack's own settings. */
export function siteChanges(before: Published, now: Values | undefined): Change[] {
  const settings = before.site && now ? both(before.site, now) : [];
  return settings.flatMap(({ name, from, to }) => (from === to ? [] : [siteChange(name, from, to, before)]));
}

function siteChange(
  key: string,
  from: string | undefined,
  to: string | undefined,
  before: Published,
): Change {
  const hasVolumes = Object.keys(before.volumes).length > 0;
  const of = { what: "site", name: key, from, to, field: [] } as const;
  if (key === "storageClass" && hasVolumes) {
    return change({
      ...of,
      effect: "refused",
      told: { sentence: "storageClassChanges", with: { from, to } },
    });
  }
  // The vaults know the latest incarnation, and accept nothing from an earlier one.
  if (key === "incarnation" && Number(to ?? 1) < Number(from ?? 1)) {
    return change({
      ...of,
      effect: "refused",
      told: { sentence: "incarnationGoesBack", with: { from: from ?? "1", to: to ?? "1" } },
    });
  }
  return change({ ...of, effect: "reversible", told: { sentence: "siteChanges", with: { key, from, to } } });
}
