import type { Input } from "@pulumi/pulumi";
import type { Image } from "../../../components/foundation/image/catalogue.ts";
import {
  labelsOf,
  namespaceOf,
  selectorOf,
  type Workload,
} from "../../../components/foundation/manifest/labels.ts";
import type { Deployment, Metadata, Secret } from "../../../components/foundation/manifest/manifest.ts";
import { resourceRequirements } from "../../../components/foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../../components/foundation/manifest/security.ts";
import type { SecretLabel } from "../../../components/foundation/seed/labels.ts";
import type { DataHolders } from "../../../components/foundation/site/data-holders.ts";
import type { GardensPlan } from "./plan.ts";

export const port = 8080;

export const image: Image = {
  name: "Plots",
  reference: "docker.io/example/plots:1.2.0",
  licence: "AGPL-3.0-or-later",
  source: "https://example.org/plots",
};

export const gardenersKey: SecretLabel = {
  ...{ service: "gardens", purpose: "session-key", version: 1, rotation: "by itself" },
  description: "keeps who is logged in",
};

export function workload(commune: string): Workload {
  return { commune, service: "gardens", component: "web", software: "plots", data: "accounts" };
}

function metadata(commune: string, name: string): Metadata {
  const pods = workload(commune);
  return { name, namespace: namespaceOf(pods), labels: labelsOf(pods) };
}

export function gardensHolders({ commune, storageGiB, storageClass }: GardensPlan): DataHolders {
  const pods = workload(commune);
  const quota = { memoryMiB: 256, storageGiB, pods: 2 };
  return {
    component: "commune:index:Gardens",
    namespace: { commune, service: "gardens", data: pods.data, quota },
    volumes: [
      {
        ...{ workload: pods, name: "gardens-data", sizeGiB: storageGiB, storageClass },
        field: ["gardens", "storage"],
      },
    ],
    queue: undefined,
  };
}

export function gardensSecret(commune: string, key: Input<string>): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadata(commune, "gardens"),
    type: "Opaque",
    stringData: { "session-key": key },
  };
}

export function gardensDeployment({ commune }: GardensPlan): Deployment {
  const pods = workload(commune);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(commune, "gardens"),
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: selectorOf(pods) },
      template: {
        metadata: { labels: labelsOf(pods) },
        spec: {
          ...podBaseline(1000),
          containers: [
            {
              name: "plots",
              image: image.reference,
              ports: [{ name: "http", containerPort: port }],
              resources: resourceRequirements({ cpu: 0.05, requestMiB: 64, limitMiB: 128 }),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "data", mountPath: "/data" },
                { name: "secrets", mountPath: "/run/secrets/gardens", readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: "gardens-data" } },
            { name: "secrets", secret: { secretName: "gardens", defaultMode: 0o440 } },
          ],
        },
      },
    },
  };
}
