import { servicesOf } from "../holders.ts";
import { partOf, parts, thingNamed } from "../parts.ts";
import type { CommunePlan } from "../planned.ts";
import { rowsAfter } from "../publish.ts";
import { isServed, type Published, rowsOn } from "../published.ts";
import { type Change, change } from "./change.ts";
import { fieldOf, heldBefore, heldBy, isFollowing, isOnShared, lineOf, mayGo, ownersOf } from "./leaving.ts";
import type { Rows, Told } from "./sentences.ts";

/** Facts that decide how something may leave a stack. */
export interface DepartureFacts {
  /** Whether nothing is protected, so that whatever is removed from a declaration is deleted. */
  dataIsDisposable: boolean;
  /** Today, as `2026-11-25`, for the line that a message proposes. */
  today: string;
}

/**
 * Finds what leaves, what would leave with its data, and what would come back without it. Data holders are protected:
 * the engine would refuse to delete them too, but without advice, and without a preview only after it has deleted
 * everything unprotected.
 */
export function departures(before: Published, plan: CommunePlan, facts: DepartureFacts): Change[] {
  return [
    ...leaving(before, plan, facts),
    ...releasedUnretired(before, plan),
    ...droppedInUse(before, plan),
    ...migratedWhileRetired(before, plan),
    ...backWithoutRows(before, plan),
    ...retirements(before, plan),
    ...rowsDropped(before, plan),
  ];
}

/** Whether nothing was protected before this update: that is the protection that the engine follows. */
function wasDisposable({ data }: Published, { dataIsDisposable }: DepartureFacts): boolean {
  return dataIsDisposable && data !== "protected";
}

/** Finds what is no longer in the declaration: it is removed if it may be, and refused otherwise. */
function leaving(before: Published, plan: CommunePlan, facts: DepartureFacts): Change[] {
  const held = heldBy(plan);
  const left = heldBefore(before).filter((name) => !held.includes(name));
  const mayLeave = (name: string) => wasDisposable(before, facts) || mayGo(name, before);
  const refused = left.filter((name) => !mayLeave(name));
  return left.flatMap((name) => {
    const field = [thingNamed(name)?.goneFrom ?? fieldOf(name)[0]].flatMap((section) => section ?? []);
    if (mayLeave(name)) return isServed(name, before) ? [gone(name, before)] : [];
    // A server stays with the services on it, and a volume with its service: one message is enough.
    if (ownersOf(name, before).some((owner) => refused.includes(owner))) return [];
    const told = refusal(name, before, facts);
    return [
      change({ what: "service", name, from: "in use", effect: "refused", affected: [name], field, told }),
    ];
  });
}

function gone(service: string, { retired }: Published): Change {
  return change({
    ...{ what: "service", name: service, from: "in use", field: [service], affected: [service] },
    effect: "irreversible",
    interruption: service in retired ? "none" : "ended",
    told: { sentence: "serviceGoes", with: { service } },
  });
}

function refusal(
  name: string,
  { retired }: Published,
  { today, dataIsDisposable: disposable }: DepartureFacts,
): Told {
  const since = retired[name]?.since;
  if (since === undefined) {
    return { sentence: "leaves", with: { name, line: lineOf(name, today), disposable } };
  }
  const [kept, released] = [lineOf(name, since), lineOf(name, since, ", data: released")];
  return { sentence: "leavesRetired", with: { name, since, kept, released, disposable } };
}

/** Refuses to release data that is in use: an application that runs would go on writing without its rows. */
function releasedUnretired(before: Published, plan: CommunePlan): Change[] {
  const held = heldBefore(before);
  return Object.entries(plan.retirements).flatMap(([name, { since, data }]) => {
    if (data === "kept" || isFollowing(name, plan)) return [];
    if (!held.includes(name) || before.retired[name] !== undefined) return [];
    return [
      change({
        ...{ what: "service", name, from: "in use", to: "released", affected: [name], field: fieldOf(name) },
        effect: "refused",
        told: { sentence: "releasedInUse", with: { name, line: lineOf(name, since) } },
      }),
    ];
  });
}

/**
 * Refuses to drop rows in use. A move and the removal of what it left are two updates: the first may fail and be
 * reverted.
 */
function droppedInUse(before: Published, plan: CommunePlan): Change[] {
  return plan.drops.flatMap((service) => {
    if (!isInUse(service, before) || plan.retirements[service] !== undefined) return [];
    return [
      change({
        ...{ what: "rows", name: service, from: "in use", affected: [service], field: ["database", "drop"] },
        effect: "refused",
        told: { sentence: "droppedInUse", with: { service } },
      }),
    ];
  });
}

/** Whether a service's rows are on the commune's own shared server. */
function isInUse(service: string, { services, retired }: Published): boolean {
  const known = services[service];
  return known !== undefined && retired[service] === undefined && isOnShared({ service, ...known });
}

/** Refuses another version of a retired service: nothing runs that could migrate its data. */
function migratedWhileRetired(before: Published, plan: CommunePlan): Change[] {
  return servicesOf(plan).flatMap(({ service, version }) => {
    const known = before.services[service];
    if (plan.retirements[service] === undefined || known === undefined || known.version === version)
      return [];
    return [
      change({
        ...{ what: "version", name: service, from: known.version, to: version, field: [service, "version"] },
        effect: "refused",
        told: { sentence: "migratedRetired", with: { from: known.version } },
      }),
    ];
  });
}

/** Refuses a service's return without its rows: files alone are of no use. */
function backWithoutRows(before: Published, plan: CommunePlan): Change[] {
  return servicesOf(plan).flatMap(({ service }) => {
    const isBack =
      before.retired[service]?.data === "released" && plan.retirements[service]?.data !== "released";
    const known = before.services[service];
    const rowsWere = known !== undefined && rowsOn({ services: { [service]: known } }).length > 0;
    if (!isBack || !rowsWere || rowsOn(before).includes(service)) return [];
    return [
      change({
        ...{ what: "service", name: service, from: "released", to: "in use", field: [service] },
        effect: "refused",
        told: { sentence: "returnsWithoutRows", with: {} },
      }),
    ];
  });
}

/** Finds what this update retires or releases. */
function retirements(before: Published, plan: CommunePlan): Change[] {
  const held = heldBefore(before);
  const changed = Object.entries(plan.retirements).filter(
    ([name, { data }]) => held.includes(name) && before.retired[name]?.data !== data,
  );
  return changed.flatMap(([name, { since, data }]) => {
    const of = { what: "service", name, to: since, field: fieldOf(name) } as const;
    // A service's own server goes with it, and needs no sentence.
    if (isFollowing(name, plan) && name !== "database") return [];
    if (data === "kept") {
      if (isFollowing(name, plan)) return [];
      if (!isServed(name, before)) {
        return [
          change({ ...of, effect: "reversible", told: { sentence: "leftBehind", with: { name, since } } }),
        ];
      }
      const goesOn = partOf(name)?.afterRetirement?.(plan.retired);
      return [
        change({
          ...of,
          effect: "reversible",
          interruption: "ended",
          affected: [name],
          told: { sentence: "retired", with: { name, since, goesOn } },
        }),
      ];
    }
    const told: Told = isFollowing(name, plan)
      ? { sentence: "serverReleased", with: {} }
      : { sentence: "released", with: releasedWith(name, before, plan) };
    return [change({ ...of, from: before.retired[name]?.since, effect: "irreversible", told })];
  });
}

function releasedWith(name: string, before: Published, plan: CommunePlan) {
  const service = servicesOf(plan).find((each) => each.service === name);
  const isOutside = plan.database && "outside" in plan.database && service?.database.includes(":");
  const isDropped = parts.some((part) => part.dropsRowsOf?.(name, plan, plan.retired));
  const rows: Rows =
    plan.drops.includes(name) || isDropped
      ? { are: "dropped" }
      : isOutside && service
        ? { are: "outside", server: service.database }
        : { are: "elsewhere" };
  const bucket = service?.media.includes("://") ? service.media : undefined;
  return { name, since: before.retired[name]?.since ?? "", rows, bucket };
}

/** Finds rows that are removed by name; those of a released service are reported with it. */
function rowsDropped(before: Published, plan: CommunePlan): Change[] {
  return rowsOn(before).flatMap((service) => {
    const isTold = plan.retirements[service]?.data === "released" || isInUse(service, before);
    if (!plan.drops.includes(service) || isTold) return [];
    return [
      change({
        ...{ what: "rows", name: service, from: "left", field: ["database", "drop"] },
        effect: "irreversible",
        told: { sentence: "rowsDropped", with: { service } },
      }),
    ];
  });
}

/**
 * Returns the sentence about rows that nothing uses. It is no change: it is repeated at every update until somebody
 * removes them.
 */
export function rowsLeft(before: Published, plan: CommunePlan): Told[] {
  const services = rowsAfter(before, plan).filter(
    (service) => !servicesOf(plan).some((now) => now.service === service && isOnShared(now)),
  );
  return services.length === 0 ? [] : [{ sentence: "rowsLeft", with: { services } }];
}
