import type { Path } from "../declaration/position.ts";
import { labelsOf, namespaceOf, type Workload } from "../manifest/labels.ts";
import type { PersistentVolumeClaim } from "../manifest/manifest.ts";
import type { Retirement } from "../retirement/declaration.ts";

/** A volume that holds what citizens and agents wrote. */
export interface VolumeSpec {
  workload: Workload;
  name: string;
  sizeGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** A volume of a plan, and the field of the declaration that sizes it. */
export interface PlannedVolume extends VolumeSpec {
  field: Path;
  /** Since when nothing mounts it any more although its service runs, and what becomes of it. */
  retirement?: Retirement | undefined;
}

/**
 * A volume, declared apart from the pods that mount it: it shows in a diff, is protected, and can grow. The volumes in
 * a StatefulSet's template could not change.
 */
export function volumeClaim({ workload, name, sizeGiB, storageClass }: VolumeSpec): PersistentVolumeClaim {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
      // The pod waits for its volume anyway; the provider would wait five minutes for one that is bound already.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      resources: { requests: { storage: `${sizeGiB}Gi` } },
    },
  };
}
