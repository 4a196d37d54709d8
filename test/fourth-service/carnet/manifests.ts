import type { Input } from "@pulumi/pulumi";
import type { Image } from "../../../components/foundation/image/catalogue.ts";
import {
  labelsOf,
  namespaceOf,
  selectorOf,
  type Workload,
} from "../../../components/foundation/manifest/labels.ts";
import type {
  Deployment,
  Metadata,
  NetworkPolicy,
  Secret,
} from "../../../components/foundation/manifest/manifest.ts";
import { resourceRequirements } from "../../../components/foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../../components/foundation/manifest/security.ts";
import { allowToPeers } from "../../../components/foundation/network-policy/manifests.ts";
import type { DataHolders } from "../../../components/foundation/site/data-holders.ts";
import type { DatabaseClient, DatabaseConnection } from "../../../components/platform/database/contract.ts";
import type { Outside } from "../../../components/services/service.ts";
import type { CarnetPlan } from "./plan.ts";

/** Port on which it answers plain HTTP. */
export const port = 8080;

export const images = {
  carnet: {
    reference: "docker.io/example/carnet:3.1.0",
    licence: "AGPL-3.0-or-later",
    source: "https://example.org/carnet",
  },
} satisfies Record<string, Image>;

export function workload(commune: string): Workload {
  return { commune, service: "carnet", component: "web", software: "carnet", data: "accounts.agenda" };
}

function metadata(commune: string, name: string): Metadata {
  const pods = workload(commune);
  return { name, namespace: namespaceOf(pods), labels: labelsOf(pods) };
}

export function carnetHolders({ commune, storageGiB, storageClass }: CarnetPlan): DataHolders {
  const pods = workload(commune);
  return {
    component: "commune:index:Carnet",
    namespace: {
      commune,
      service: "carnet",
      data: pods.data,
      quota: { memoryMiB: 256, storageGiB, pods: 2 },
    },
    volumes: [
      {
        workload: pods,
        name: "carnet-data",
        sizeGiB: storageGiB,
        storageClass,
        field: ["carnet", "storage"],
      },
    ],
    queue: undefined,
  };
}

export function carnetDatabaseClient({ commune }: { commune: string }): DatabaseClient {
  return { database: "carnet", workloads: [workload(commune)], extensions: [] };
}

export function carnetNetworkPolicies({ commune }: CarnetPlan, { peers }: Outside): NetworkPolicy[] {
  return [allowToPeers([workload(commune)], peers)];
}

export function carnetSecret(commune: string, secrets: Record<string, Input<string>>): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadata(commune, "carnet"),
    type: "Opaque",
    stringData: secrets,
  };
}

export function carnetDeployment({ commune, version }: CarnetPlan, database: DatabaseConnection): Deployment {
  const pods = workload(commune);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(commune, "carnet"),
    spec: {
      replicas: 1,
      selector: { matchLabels: selectorOf(pods) },
      template: {
        metadata: { labels: labelsOf(pods) },
        spec: {
          ...podBaseline(1000),
          containers: [
            {
              name: "carnet",
              image: images.carnet.reference.replace(/[^:]*$/, version),
              env: [{ name: "DATABASE_HOST", value: database.host }],
              ports: [{ name: "http", containerPort: port }],
              resources: resourceRequirements({ cpu: 0.05, requestMiB: 64, limitMiB: 128 }),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "data", mountPath: "/data" },
                { name: "secrets", mountPath: "/run/secrets/carnet", readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: "carnet-data" } },
            { name: "secrets", secret: { secretName: "carnet", defaultMode: 0o440 } },
          ],
        },
      },
    },
  };
}
