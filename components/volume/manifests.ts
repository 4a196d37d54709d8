import { labelsOf, namespaceOf, type Workload } from "../manifest/labels.ts";
import type { PersistentVolumeClaim } from "../manifest/manifest.ts";

/** A volume that holds what citizens and agents wrote. */
export interface VolumeSpec {
  workload: Workload;
  name: string;
  sizeGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/**
 * A volume as an object of its own, so that it shows in a diff, is protected, and can grow: a StatefulSet's
 * template of volumes is immutable.
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
