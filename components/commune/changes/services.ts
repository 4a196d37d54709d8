import { servicesOf } from "../holders.ts";
import type { CommunePlan } from "../planned.ts";
import { namesOf } from "../publish.ts";
import type { Published, PublishedService } from "../published.ts";
import { type Change, change } from "./change.ts";
import { cannotMove } from "./moves.ts";
import { versionChange } from "./versions.ts";

type PlannedFacts = ReturnType<typeof servicesOf>[number];

/** Finds services that are added or come back, and differences of those that stay. */
export function serviceChanges(
  before: Published,
  plan: CommunePlan,
  restored: Readonly<Record<string, string>>,
): Change[] {
  const services = servicesOf(plan).flatMap((now) => {
    const was = before.services[now.service];
    return was === undefined
      ? comes(now.service, now.host, plan)
      : stays({ was, now, restored: restored[now.service] }, before, plan);
  });
  const doors = Object.entries(namesOf(plan)).flatMap(([section, host]) =>
    section in before.names ? returns(section, before, plan) : comes(section, host, plan),
  );
  return [...services, ...doors, ...domainChange(before, plan)];
}

function comes(service: string, host: string, plan: CommunePlan): Change[] {
  if (plan.retirements[service] !== undefined) return [];
  const told = { sentence: "serviceComes", with: { service, host } } as const;
  return [change({ what: "service", name: service, to: host, effect: "reversible", field: [service], told })];
}

/** Finds a retired service that comes back; departures.ts checks whether its rows still exist. */
function returns(service: string, before: Published, plan: CommunePlan): Change[] {
  const retired = before.retired[service];
  if (retired === undefined || plan.retirements[service] !== undefined) return [];
  const told = { sentence: "serviceReturns", with: { service, since: retired.since } } as const;
  return [
    change({
      what: "service",
      name: service,
      from: "retired",
      to: "in use",
      effect: "reversible",
      affected: [service],
      field: [service, "retired"],
      told,
    }),
  ];
}

interface Stays {
  was: PublishedService;
  now: PlannedFacts;
  /** The version to which its data was restored. */
  restored: string | undefined;
}

function stays({ was, now, restored }: Stays, before: Published, plan: CommunePlan): Change[] {
  const { service, title, versions } = now;
  const names = [
    { field: "subdomain", from: was.host, to: now.host, sign: "" },
    { field: "handles", from: was.handles, to: now.handles, sign: "@…@" },
  ];
  return [
    ...returns(service, before, plan),
    // Nothing runs that could migrate a retired service: departures.ts refuses it.
    ...(plan.retirements[service]
      ? []
      : versionChange({ service, title, versions, from: was.version, to: now.version, restored })),
    ...names.flatMap(({ field, from, to, sign }) =>
      from === to ? [] : [nameChange(service, field, `${sign}${from}`, `${sign}${to}`)],
    ),
    ...(cannotMove(was, now) ? [] : keysChange(service, was.keys, now.keys)),
  ];
}

function nameChange(service: string, field: string, from: string, to: string): Change {
  return change({
    what: "name",
    name: service,
    from,
    to,
    effect: "refused",
    affected: [service, "peers"],
    field: [service, field],
    told: { sentence: "nameChanges", with: { from, to } },
  });
}

/** Finds encryption keys that a service gains or loses: losing one is refused, so a gained one cannot simply be undone. */
function keysChange(service: string, was: readonly string[], now: readonly string[]): Change[] {
  const of = { what: "secret", affected: [service], field: [service] } as const;
  // Stacks last applied by an older toolkit published none.
  const come = was.length === 0 ? [] : without(now, was);
  return [
    ...without(was, now).map((key) =>
      change({
        ...of,
        name: key,
        from: key,
        effect: "refused",
        told: { sentence: "keyGone", with: { key } },
      }),
    ),
    ...come.map((key) =>
      change({
        ...{ ...of, name: key, to: key },
        effect: "needs a restore point",
        told: { sentence: "keyComes", with: { service, key } },
      }),
    ),
  ];
}

const without = (keys: readonly string[], others: readonly string[]) =>
  keys.filter((key) => !others.includes(key));

/** Refuses another domain: peers know the commune by it, whatever services it has. */
function domainChange({ declared }: Published, plan: CommunePlan): Change[] {
  const [from, to] = [declared?.domain, plan.domain];
  if (typeof from !== "string" || from === to) return [];
  return [
    change({
      what: "name",
      name: "domain",
      from,
      to,
      effect: "refused",
      affected: ["peers"],
      field: ["domain"],
      told: { sentence: "domainChanges", with: { from, to } },
    }),
  ];
}
