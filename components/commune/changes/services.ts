import { servicesOf } from "../holders.ts";
import type { CommunePlan } from "../plan.ts";
import { namesOf } from "../publish.ts";
import type { Published, PublishedService } from "../published.ts";
import { type Change, change } from "./change.ts";
import { versionChange } from "./versions.ts";

type PlannedFacts = ReturnType<typeof servicesOf>[number];

/** Services that come or come back, and what is otherwise of those that stay. */
export function serviceChanges(before: Published, plan: CommunePlan): Change[] {
  const services = servicesOf(plan).flatMap((now) => {
    const was = before.services[now.service];
    return was === undefined ? comes(now.service, now.host, plan) : stays(was, now, before, plan);
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

/** One that was retired; whether its rows are still there is for departures.ts to say. */
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

function stays(was: PublishedService, now: PlannedFacts, before: Published, plan: CommunePlan): Change[] {
  const { service, title, versions } = now;
  const names = [
    { field: "subdomain", from: was.host, to: now.host, sign: "" },
    { field: "handles", from: was.handles, to: now.handles, sign: "@…@" },
  ];
  return [
    ...returns(service, before, plan),
    // Nothing runs that could migrate what was retired: departures.ts refuses it.
    ...(plan.retirements[service]
      ? []
      : versionChange({ service, title, versions, from: was.version, to: now.version })),
    ...names.flatMap(({ field, from, to, sign }) =>
      from === to ? [] : [nameChange(service, field, `${sign}${from}`, `${sign}${to}`)],
    ),
    ...was.keys.filter((key) => !now.keys.includes(key)).map((key) => keyGone(service, key)),
    // Stacks that an older toolkit applied last say nothing of any.
    ...(was.keys.length === 0 ? [] : now.keys)
      .filter((key) => !was.keys.includes(key))
      .map((key) => keyComes(service, key)),
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

function keyGone(service: string, key: string): Change {
  return change({
    what: "secret",
    name: key,
    from: key,
    effect: "refused",
    affected: [service],
    field: [service],
    told: { sentence: "keyGone", with: { key } },
  });
}

function keyComes(service: string, key: string): Change {
  return change({
    what: "secret",
    name: key,
    to: key,
    effect: "needs a restore point",
    affected: [service],
    field: [service],
    told: { sentence: "keyComes", with: { service, key } },
  });
}

/** Peers know the commune by its domain, whatever it has. */
function domainChange({ declared }: Published, plan: CommunePlan): Change[] {
  const [from, to] = [declared?.domain, plan.federation.settings.domain];
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
