import { mariadbVolume } from "../../platform/mariadb/manifests.ts";
import {
  dedicatedMariadb,
  mariadbServersOf,
  mariadbService,
  ownerOfMariadb,
} from "../../platform/mariadb/plan.ts";
import { findApplication } from "../../tenants/applications/list.ts";
import type { Declared } from "../declared.ts";
import { volumesOf } from "../holders.ts";
import type { CommunePlan } from "../planned.ts";
import { serverPodsOf } from "../publish.ts";
import type { Published } from "../published.ts";
import { type Change, change } from "./change.ts";
import type { DepartureFacts } from "./departures.ts";
import type { Told } from "./sentences.ts";

/**
 * Finds associations that are added or come back, and applications that would leave one with their data. Retired and
 * removed associations are reported with everything that holds data (departures.ts); other differences of an
 * association's file are reported as fields.
 */
export function tenantChanges(before: Published, plan: CommunePlan, facts: DepartureFacts): Change[] {
  const running = plan.tenants ?? [];
  return [
    ...running.flatMap(({ id, service, domain }) => {
      const of = { what: "tenant", name: id, to: domain, effect: "reversible" } as const;
      const since = before.retired[service]?.since;
      if (before.tenants[service] === undefined) {
        const told = { sentence: "serviceComes", with: { service, host: domain } } as const;
        return [change({ ...of, field: ["associations", id], told })];
      }
      if (since === undefined) return [];
      const told = { sentence: "serviceReturns", with: { service, since } } as const;
      return [change({ ...of, from: "retired", affected: [service], field: ["associations", id], told })];
    }),
    ...suspensions(before, plan),
    ...serverRestarts(before, plan),
    ...(facts.dataIsDisposable && before.data !== "protected"
      ? []
      : [...lostVolumes(before, plan), ...strandedRows(before, plan)]),
  ];
}

/** Finds associations that are suspended or resumed: all their data stays. */
function suspensions({ declared, tenants, retired }: Published, plan: CommunePlan): Change[] {
  return (plan.tenants ?? []).flatMap(({ id, service, suspendedSince: since }) => {
    const own = sectionAt(sectionAt(declared, "associations"), id);
    if (own === undefined || tenants[service] === undefined || service in retired) return [];
    const was = sectionAt(own, "suspended") !== undefined;
    const of = { what: "tenant", name: id, effect: "reversible", affected: [service] } as const;
    const field = ["associations", id, "suspended"];
    if (since !== undefined && !was) {
      const told = { sentence: "tenantSuspended", with: { service, since } } as const;
      return [change({ ...of, to: "suspended", interruption: "ended", field, told })];
    }
    if (since !== undefined || !was) return [];
    const told = { sentence: "tenantResumed", with: { service } } as const;
    return [change({ ...of, from: "suspended", field: field.slice(0, 2), told })];
  });
}

function sectionAt(section: Declared | undefined, name: string): Declared | undefined {
  const found = section?.[name];
  return typeof found === "object" ? found : undefined;
}

/** Finds MariaDB servers of associations that restart: the applications on them wait. */
function serverRestarts(before: Published, plan: CommunePlan): Change[] {
  const pods = serverPodsOf(plan);
  return mariadbServersOf(plan).flatMap(({ server, field }) => {
    const [from, to] = [before.serverPods[server], pods[server]];
    if (from === undefined || to === undefined || from === to) return [];
    const affected = (plan.tenants ?? []).flatMap(({ service, applications }) =>
      service in before.tenants && applications.some(({ database }) => database?.server === server)
        ? [service]
        : [],
    );
    const told: Told =
      ownerOfMariadb(server) === undefined
        ? { sentence: "associationsServerRestarts", with: { count: affected.length } }
        : { sentence: "ownServerRestarts", with: { server } };
    return [
      change({
        ...{ what: "database", name: server, field, affected, told },
        ...{ effect: "reversible", interruption: affected.length > 0 ? "short" : "none" },
      }),
    ];
  });
}

/** Refuses another server for rows: they do not move automatically, and an application would begin with none. */
function strandedRows(before: Published, plan: CommunePlan): Change[] {
  return (plan.tenants ?? []).flatMap(({ id, service, databaseServer }) => {
    const was = mariadbVolume(dedicatedMariadb(id)) in before.volumes ? dedicatedMariadb(id) : mariadbService;
    const had = sectionAt(sectionAt(sectionAt(before.declared, "associations"), id), "applications") ?? {};
    const hadRows = Object.keys(had).some((name) => findApplication(name)?.rows === "mariadb");
    if (before.tenants[service] === undefined || !hadRows || was === databaseServer) return [];
    return [
      change({
        ...{
          what: "tenant",
          name: id,
          from: was,
          to: databaseServer,
          effect: "refused",
          affected: [service],
        },
        field: ["associations", id, "dedicatedDatabase"],
        told: { sentence: "rowsStay", with: { isOwn: was !== mariadbService } },
      }),
    ];
  });
}

/**
 * Refuses to lose the volume of an application that is removed from an association: the engine would refuse to delete
 * it.
 */
function lostVolumes(before: Published, plan: CommunePlan): Change[] {
  const volumes = new Set(volumesOf(plan).map(({ name }) => name));
  return (plan.tenants ?? []).flatMap(({ id, service }) =>
    Object.keys(before.volumes)
      .filter((name) => before.tenants[service] !== undefined && name.startsWith(`${service}-`))
      .filter((name) => !volumes.has(name) && !isOfLongerName(name, service, before))
      .map((volume) =>
        change({
          ...{ what: "tenant", name: id, from: volume, effect: "refused", affected: [service] },
          field: ["associations", id, "applications"],
          told: { sentence: "applicationLeaves", with: { volume } },
        }),
      ),
  );
}

/** Whether a volume belongs to another association, whose id begins with this one's: `t-judo` and `t-judo-club`. */
function isOfLongerName(volume: string, service: string, { tenants }: Published): boolean {
  return Object.keys(tenants).some(
    (other) => other.length > service.length && volume.startsWith(`${other}-`),
  );
}
