import { keeperWorkload } from "../../components/recovery/keeper/manifests.ts";
import { pointsName } from "../../components/recovery/points/manifests.ts";
import type { Applied, AppliedObject } from "./state.ts";

const componentLabel = "app.kubernetes.io/component";

/**
 * What a commune takes along: everything, but for restore points of before a change, which were taken; and what writes to
 * the vaults sleeps, because two sites that write there under one name spoil each other's copies.
 */
export function takenAlong(id: string, applied: readonly Applied[]): Applied[] {
  return applied.flatMap((one): Applied[] => {
    const { object } = one;
    if (object.kind === "Job" && object.metadata.labels?.[componentLabel] === pointsName) return [];
    return [{ ...one, object: asleep(id, object) }];
  });
}

/** What wakes the copies up again, as commands of kubectl: when the site that was left is off for good. */
export function wakingCommands(id: string, applied: readonly Applied[]): string[] {
  return applied.flatMap(({ object }) => {
    const { name, namespace = "" } = object.metadata;
    if (isSchedule(object)) {
      return [
        `kubectl -n ${namespace} patch cronjob ${name} --type=merge --patch '{"spec":{"suspend":false}}'`,
      ];
    }
    return isKeeper(id, object) ? [`kubectl -n ${namespace} scale statefulset ${name} --replicas=1`] : [];
  });
}

function isSchedule({ kind, metadata: { name, labels } }: AppliedObject): boolean {
  return kind === "CronJob" && name === pointsName && labels?.[componentLabel] === pointsName;
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

/** Claims whose data no restore point has, which begin empty: `villeurbanne-hotspots/record`. */
export function emptyClaims(applied: readonly Applied[], copied: ReadonlySet<string>): string[] {
  return applied.flatMap(({ object: { kind, metadata } }) => {
    const name = `${metadata.namespace}/${metadata.name}`;
    return kind === "PersistentVolumeClaim" && !copied.has(name) ? [name] : [];
  });
}
