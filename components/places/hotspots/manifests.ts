import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import {
  programConfigMap,
  programContainer,
  programDeployment,
  programVolume,
} from "../../foundation/program/manifests.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import type { HotspotsPlan } from "./plan.ts";

/** Port on which the server answers plain HTTP to the ingress controller. */
export const hotspotsPort = 8080;

/** Resources of the server. The use of a thousand hotspots was measured: docs/measurements.md. */
const resources = { cpu: 0.02, requestMiB: 64, limitMiB: 160 };
const heapMiB = 96;

/** State of the points: some ten kilobytes each. GiB. */
const stateGiB = 1;

/** One pod; the old one ends before the new one begins, because the state has one writer. */
const hotspotsQuota: Quota = { memoryMiB: 2 * resources.limitMiB, storageGiB: stateGiB, pods: 2 };

/** The pod that points ask. It knows no citizen: connection records stay on the points. */
export function hotspotsWorkload(commune: string): Workload {
  return { commune, service: "hotspots", component: "server", software: "hotspots", data: "none" };
}

const stateVolume = "hotspots-state";
const programName = "hotspots-program";
const communeConfig = "hotspots";

/** Returns the holders of the hotspots' state: which change each has, and what it reported. */
export function hotspotsHolders({
  commune,
  storageClass,
}: Pick<HotspotsPlan, "commune" | "storageClass">): DataHolders {
  const workload = hotspotsWorkload(commune);
  return {
    component: "commune:index:Hotspots",
    namespace: { commune, service: "hotspots", data: workload.data, quota: hotspotsQuota },
    volumes: [{ workload, name: stateVolume, sizeGiB: stateGiB, storageClass, field: ["hotspots"] }],
    queue: undefined,
  };
}

export function hotspotsProgram(commune: string, text: string): ConfigMap {
  return programConfigMap(metadataOf(hotspotsWorkload(commune), programName), text);
}

/** Returns the ConfigMap that all hotspots share. `publicKey` is the text of a signify key. */
export function communeConfigMap(plan: HotspotsPlan): ConfigMap {
  return configMapOf(hotspotsWorkload(plan.commune), communeConfig, {
    ...(plan.captivePortal === undefined ? {} : { "captive-portal.json": plan.captivePortal }),
    "files.json": `${JSON.stringify(plan.files, undefined, 2)}\n`,
    "off.uci": plan.off.own,
    "page.html": plan.page,
    "rollout.json": `${JSON.stringify(plan.rollout)}\n`,
    "shared.uci": plan.shared,
  });
}

/** The points of each quarter, readable: a diff shows which radio of which point changes. */
export function quarterConfigMaps(plan: HotspotsPlan): ConfigMap[] {
  return quartersOf(plan).map((quarter) => {
    const points = plan.points.filter((point) => point.quarter === quarter);
    const data = Object.fromEntries(points.map(({ uuid, own }) => [uuid, own]));
    return configMapOf(hotspotsWorkload(plan.commune), quarterConfig(quarter), data);
  });
}

function quartersOf({ points }: HotspotsPlan): string[] {
  return [...new Set(points.map(({ quarter }) => quarter))].sort();
}

function quarterConfig(quarter: string): string {
  return `hotspots-in-${quarter}`;
}

/** The record of what is signed. When the cluster changed it last is the serial: serial.ts. */
export function signedConfigMap(commune: string, content: string): ConfigMap {
  return configMapOf(hotspotsWorkload(commune), "hotspots-signed", { content });
}

/** Keys and signatures by uuid, the key that devices check them with, and the token for the state of the points. */
export function hotspotsSecret(commune: string, values: Secret["stringData"]): Secret {
  return secretOf(hotspotsWorkload(commune), communeConfig, values);
}

/**
 * The server. A changed point, program or key restarts it: it reads everything once, and serves nothing that was
 * not signed.
 *
 * @param secretLabels labels that the keys are derived from.
 * @param serial restarts it where everything is as it was before an update that failed: it may have read what that
 * declared.
 */
export function hotspotsDeployment(
  plan: HotspotsPlan,
  program: string,
  secretLabels: readonly string[],
  serial: Input<string>,
): Deployment {
  const quarters = quartersOf(plan);
  return programDeployment(hotspotsWorkload(plan.commune), "hotspots", {
    program,
    strategy: "Recreate",
    annotations: {
      "commune.cloud/config": checksumOf(plan),
      "commune.cloud/secrets": secretLabels.join(","),
      "commune.cloud/serial": serial,
    },
    // It writes down when points asked last.
    terminationGracePeriodSeconds: 20,
    containers: [container(quarters)],
    volumes: [
      programVolume(programName),
      { name: "commune", configMap: { name: communeConfig } },
      ...quarters.map((quarter) => ({
        name: quarterConfig(quarter),
        configMap: { name: quarterConfig(quarter) },
      })),
      { name: "secrets", secret: { secretName: communeConfig, defaultMode: 0o440 } },
      { name: "state", persistentVolumeClaim: { claimName: stateVolume } },
    ],
  });
}

function container(quarters: readonly string[]): types.input.core.v1.Container {
  return programContainer({
    name: "server",
    resources,
    heapMiB,
    ports: [{ name: "http", containerPort: hotspotsPort }],
    readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5 },
    // A connection is taken even when as many as it serves are there: strangers cannot have it restarted.
    livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 20, failureThreshold: 3 },
    mounts: [
      { name: "commune", mountPath: "/config/commune", readOnly: true },
      ...quarters.map((quarter) => ({
        name: quarterConfig(quarter),
        mountPath: `/config/quarters/${quarter}`,
        readOnly: true,
      })),
      { name: "secrets", mountPath: "/secrets", readOnly: true },
      { name: "state", mountPath: "/state" },
    ],
  });
}

function checksumOf({ points, off, shared, files, page, captivePortal, rollout }: HotspotsPlan): string {
  return checksum([points, off, shared, files, page, captivePortal, rollout]);
}
