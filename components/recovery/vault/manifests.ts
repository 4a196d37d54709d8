import { checksum } from "../../foundation/manifest/checksum.ts";
import { metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import {
  programConfigMap,
  programContainer,
  programDeployment,
  programVolume,
} from "../../foundation/program/manifests.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { type VaultPlan, vaultService } from "./plan.ts";
import {
  type VaultSettings,
  vaultFolder,
  vaultMetricsPort,
  vaultPort,
  vaultSettingsFile,
} from "./settings.ts";

/** Measured: docs/measurements.md. */
const resources = { cpu: 0.02, requestMiB: 64, limitMiB: 192 };
/** Limit of the heap, MiB. The rest of the memory is buffers for reading and writing. */
export const heapMiB = 64;

/** The share of a volume that a file system needs for itself. */
const reserved = 1 / 16;

type Named = Pick<VaultPlan, "host" | "guest">;

/**
 * Labels of a vault's pod. What it holds is encrypted and the host has no key: for the host it is nobody's personal
 * data.
 */
export function vaultWorkload({ host, guest }: Named): Workload {
  return {
    commune: host,
    service: vaultService(guest),
    component: "server",
    software: "commune-cloud",
    data: "encrypted-copies",
  };
}

/** Returns the namespace and the volume of one guest's copies. They hold nobody else's. */
export function vaultHolders(vault: Named & Pick<VaultPlan, "spaceGiB" | "storageClass">): DataHolders {
  const workload = vaultWorkload(vault);
  const { service } = workload;
  return {
    component: "commune:index:Vault",
    namespace: {
      commune: vault.host,
      service,
      data: workload.data,
      // The old pod ends before the new one starts: the volume has one writer.
      quota: { memoryMiB: 2 * resources.limitMiB, storageGiB: vault.spaceGiB, pods: 2 },
    },
    volumes: [
      {
        workload,
        name: service,
        sizeGiB: vault.spaceGiB,
        storageClass: vault.storageClass,
        field: ["recovery", "host", vault.guest, "space"],
      },
    ],
    queue: undefined,
  };
}

/** Returns the settings of a vault. None is secret: the key is the public one. */
export function vaultSettings({ host, domain, guest, publicKey, spaceGiB }: VaultPlan): VaultSettings {
  const quotaBytes = Math.floor(spaceGiB * 1024 ** 3 * (1 - reserved));
  return { host, domain, guest, publicKey, quotaBytes };
}

export function vaultConfigMap(vault: VaultPlan): ConfigMap {
  const data = { "settings.json": `${JSON.stringify(vaultSettings(vault), undefined, 2)}\n` };
  return configMapOf(vaultWorkload(vault), vaultService(vault.guest), data);
}

const programName = ({ guest }: Named) => `${vaultService(guest)}-program`;

export function vaultProgram(vault: Named, text: string): ConfigMap {
  return programConfigMap(metadataOf(vaultWorkload(vault), programName(vault)), text);
}

/** Returns the vault's Deployment. It holds no secret and connects to nothing; only its guest is let in. */
export function vaultDeployment(vault: VaultPlan, program: string): Deployment {
  const workload = vaultWorkload(vault);
  const { service } = workload;
  return programDeployment(workload, service, {
    program,
    strategy: "Recreate",
    annotations: { "commune.cloud/config": checksum(vaultConfigMap(vault).data) },
    // It may be killed at any moment: a half-finished upload is repeated.
    terminationGracePeriodSeconds: 10,
    containers: [
      programContainer({
        name: "vault",
        resources,
        heapMiB,
        ports: [
          { name: "http", containerPort: vaultPort },
          { name: "metrics", containerPort: vaultMetricsPort },
        ],
        // A large volume is measured before the vault listens.
        startupProbe: {
          httpGet: { path: "/healthz", port: "http" },
          periodSeconds: 2,
          failureThreshold: 300,
        },
        readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5 },
        livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 30, failureThreshold: 4 },
        mounts: [
          { name: "settings", mountPath: vaultSettingsFile.replace(/\/[^/]*$/, ""), readOnly: true },
          { name: "copies", mountPath: vaultFolder },
        ],
      }),
    ],
    volumes: [
      { name: "settings", configMap: { name: service } },
      { name: "copies", persistentVolumeClaim: { claimName: service } },
      programVolume(programName(vault)),
    ],
  });
}
