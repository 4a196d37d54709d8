import type { Availability } from "../../foundation/availability/availability.ts";
import type { Path } from "../../foundation/declaration/position.ts";
import type { DatabaseSpec } from "../../platform/database/manifests.ts";
import { ownerOfDatabase } from "../../platform/database/plan.ts";
import { volumesOf } from "../holders.ts";
import { parts } from "../parts.ts";
import type { CommunePlan } from "../planned.ts";
import { serverPodsOf } from "../publish.ts";
import { isServed, type Published } from "../published.ts";
import { databaseServersOf } from "../servers.ts";
import { type Change, change } from "./change.ts";
import { effectOf } from "./effect.ts";
import type { Told } from "./sentences.ts";

/** Finds volumes that are added, grow, shrink or are removed. */
export function volumeChanges(before: Published, plan: CommunePlan): Change[] {
  const planned = volumesOf(plan);
  const left = Object.entries(before.volumes).filter(
    ([name]) => !planned.some((volume) => volume.name === name),
  );
  return [
    ...planned.flatMap(({ name, sizeGiB, field }) => sized(name, field, before.volumes[name], sizeGiB)),
    ...left.map(([name, sizeGiB]) =>
      change({
        ...{ what: "volume", name, from: sizeGiB, field: [] },
        effect: "irreversible",
        told: { sentence: "volumeGoes", with: { volume: name, sizeGiB } },
      }),
    ),
  ];
}

function sized(volume: string, field: Path, from: number | undefined, to: number): Change[] {
  const of = { what: "volume", name: volume, from, to, field } as const;
  if (from === undefined) {
    const told = { sentence: "volumeComes", with: { volume, sizeGiB: to } } as const;
    return [change({ ...of, effect: "reversible", told })];
  }
  if (to === from) return [];
  const refused = refusedSize(volume, from, to);
  if (refused !== undefined) return [change({ ...of, effect: "refused", told: refused })];
  const told = { sentence: "volumeGrows", with: { volume, from, to } } as const;
  // Shrinking it again takes a new volume, and a copy.
  return [change({ ...of, effect: effectOf(refusedSize(volume, to, from)), told })];
}

/** Returns the reason why a volume cannot have this size; undefined if it can. */
function refusedSize(volume: string, from: number, to: number): Told | undefined {
  return to < from ? { sentence: "volumeShrinks", with: { volume, from, to } } : undefined;
}

/** Finds our database servers that are added, are removed, restart, or get another major version. */
export function serverChanges(before: Published, plan: CommunePlan): Change[] {
  const servers = databaseServersOf(plan);
  const pods = serverPodsOf(plan);
  const gone = Object.entries(before.postgresql).filter(
    ([name]) => !servers.some(({ server }) => server.server === name),
  );
  return [
    ...servers.flatMap(({ field, server }) => serverChange(before, plan, { field, server, pods })),
    ...gone.map(([server, major]) =>
      change({
        ...{ what: "database", name: server, from: major, field: [] },
        effect: "irreversible",
        told: { sentence: "serverGoes", with: { server, major } },
      }),
    ),
  ];
}

interface PlannedPods {
  field: string[];
  server: DatabaseSpec;
  pods: Readonly<Record<string, string>>;
}

function serverChange(before: Published, plan: CommunePlan, { field, server, pods }: PlannedPods): Change[] {
  const { server: name, major } = server;
  const [from, pod] = [before.postgresql[name], before.serverPods[name]];
  const waiting = servicesOn(name, before, plan);
  const of = { what: "database", name, field, affected: waiting } as const;
  if (from === undefined) {
    const told = { sentence: "serverComes", with: { server: name, major } } as const;
    return [change({ ...of, to: major, effect: "reversible", told })];
  }
  const was: Availability = before.spread?.includes(name) ? "node-loss" : "single";
  const is = server.availability ?? "single";
  if (was !== is) {
    const told = { sentence: "serverStays", with: { server: name, from: was, to: is } } as const;
    return [change({ ...of, from: was, to: is, effect: "refused", told, field: [...field, "availability"] })];
  }
  if (from !== major) return [majorChange(from, server, waiting, [...field, "version"])];
  if (pod === undefined || pod === pods[name]) return [];
  return [
    change({
      ...of,
      effect: "reversible",
      interruption: waiting.length > 0 ? "short" : "none",
      told:
        ownerOfDatabase(name) === undefined
          ? { sentence: "serverRestarts", with: { waiting } }
          : { sentence: "ownServerRestarts", with: { server: name } },
    }),
  ];
}

/** Returns the services and associations that wait for a server; a new server has none yet. */
export function servicesOn(server: string, before: Published, plan: CommunePlan): string[] {
  const all = parts.flatMap((part) => Object.entries(part.rowsAt?.(plan) ?? {}));
  return all.flatMap(([service, at]) => (at === server && isServed(service, before) ? [service] : []));
}

/** Returns the effect of another major version of a server: its data is dumped and restored, or the change is refused. */
export function majorChange(
  from: string,
  { server, major: to, upgradeFrom }: DatabaseSpec,
  waiting: string[],
  field: string[],
): Change {
  const of = { what: "database", name: server, from, to, affected: waiting, field } as const;
  const refused = refusedMajor(from, to, upgradeFrom);
  if (refused !== undefined) return change({ ...of, effect: "refused", told: refused });
  return change({
    ...of,
    effect: effectOf(refusedMajor(to, from, to)),
    interruption: waiting.length > 0 ? "until restored" : "none",
    told: { sentence: "postgresqlGoes", with: { from, to, waiting } },
  });
}

/** Returns the reason why data of one major version cannot become another's; undefined if it can. */
function refusedMajor(from: string, to: string, upgradeFrom: string | undefined): Told | undefined {
  if (Number(from) > Number(to)) return { sentence: "postgresqlBack", with: { from, to } };
  return upgradeFrom === from ? undefined : { sentence: "postgresqlUnread", with: { from, to } };
}
