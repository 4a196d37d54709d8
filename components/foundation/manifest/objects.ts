import { metadataOf, type Workload } from "./labels.ts";
import type { ConfigMap, Secret } from "./manifest.ts";

/** A ConfigMap with the labels of the workload that reads it, in its namespace. */
export function configMapOf(workload: Workload, name: string, data: ConfigMap["data"]): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadataOf(workload, name), data };
}

/** A Secret with the labels of the workload that reads it, in its namespace. */
export function secretOf(workload: Workload, name: string, stringData: Secret["stringData"]): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadataOf(workload, name),
    type: "Opaque",
    stringData,
  };
}
