import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { cacheWorkload } from "../../components/platform/cache/manifests.ts";
import { keeperWorkload } from "../../components/recovery/keeper/manifests.ts";
import { pointsName } from "../../components/recovery/points/manifests.ts";
import type { Leaving } from "./data-files.ts";
import { kubectl } from "./folder.ts";
import type { Applied, AppliedObject } from "./state.ts";

const componentLabel = "app.kubernetes.io/component";

/**
 * Objects that a commune takes along: all except restore points of before a change, which were taken. What writes to
 * the vaults is suspended, because two sites that write there under one name spoil each other's copies.
 */
export function takenAlong(id: string, applied: readonly Applied[]): Applied[] {
  return applied.flatMap((one): Applied[] => {
    const { object } = one;
    if (object.kind === "Job" && object.metadata.labels?.[componentLabel] === pointsName) return [];
    return [{ ...one, object: asleep(id, object) }];
  });
}

/** Commands of kubectl that resume the copies, once the site that was left is off for good. */
export function wakingCommands(id: string, applied: readonly Applied[]): string[] {
  return applied.flatMap(({ object }) => {
    const { name, namespace = "" } = object.metadata;
    if (isSchedule(object)) {
      return [
        `${kubectl} -n ${namespace} patch cronjob ${name} --type=merge --patch '{"spec":{"suspend":false}}'`,
      ];
    }
    return isKeeper(id, object) ? [`${kubectl} -n ${namespace} scale statefulset ${name} --replicas=1`] : [];
  });
}

function isSchedule({ kind, metadata: { name, labels } }: AppliedObject): boolean {
  return kind === "CronJob" && name.startsWith(pointsName) && labels?.[componentLabel] === name;
}

function isKeeper(commune: string, { kind, metadata: { labels } }: AppliedObject): boolean {
  const { component } = keeperWorkload({ commune, server: "database" });
  return kind === "StatefulSet" && labels?.[componentLabel] === component;
}

function asleep(id: string, object: AppliedObject): AppliedObject {
  const spec = object.spec as object;
  if (isSchedule(object)) return { ...object, spec: { ...spec, suspend: true } };
  if (isKeeper(id, object)) return { ...object, spec: { ...spec, replicas: 0 } };
  return object;
}

/** Components whose volumes hold nothing to miss: what waits in a cache, and what waits to be copied. */
function isPassing(commune: string, labels: Readonly<Record<string, string>> = {}): boolean {
  const passing = [
    cacheWorkload({ commune, service: "database" }).component,
    keeperWorkload({ commune, server: "database" }).component,
  ];
  return passing.includes(labels[componentLabel] ?? "");
}

/** Claims whose data no restore point has, which begin empty: `villeurbanne-hotspots/hotspots-state`. */
export function emptyClaims(
  id: string,
  applied: readonly Applied[],
  services: readonly Pick<Leaving, "points">[],
): string[] {
  const files = services.flatMap(({ points }) =>
    points.contents.volumes.map(({ name }) => `${namespaceOf(points)}/${name}`),
  );
  const servers = services.flatMap(({ points: { commune, rows } }) =>
    rows?.engine === "postgresql" && rows.server
      ? [namespaceOf({ commune, service: rows.server.server })]
      : [],
  );
  return applied.flatMap(({ object: { kind, metadata } }) => {
    const { name, namespace = "", labels } = metadata;
    const isCopied = files.includes(`${namespace}/${name}`) || servers.includes(namespace);
    const isEmpty = kind === "PersistentVolumeClaim" && !isCopied && !isPassing(id, labels);
    return isEmpty ? [`${namespace}/${name}`] : [];
  });
}
