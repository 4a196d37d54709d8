import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { frontPort } from "../exposure/front.ts";
import { checksum } from "../manifest/checksum.ts";
import { labelsOf, selectorOf } from "../manifest/labels.ts";
import type {
  ConfigMap,
  Deployment,
  NetworkPolicy,
  Role,
  RoleBinding,
  Secret,
  ServiceAccount,
} from "../manifest/manifest.ts";
import { podFloor } from "../manifest/security.ts";
import { mapConfigMap } from "../map/manifests.ts";
import { mapFolder } from "../map/published.ts";
import type { Quota } from "../namespace/manifests.ts";
import {
  allowFrom,
  allowFromMonitoring,
  allowTo,
  allowToOutside,
  allowToPeers,
} from "../network-policy/manifests.ts";
import {
  programChecksum,
  programConfigMap,
  programContainer,
  programUid,
  programVolume,
} from "../program/manifests.ts";
import { authorityEnvironment, authorityKey } from "../site/authority.ts";
import type { Link } from "./links.ts";
import { linkKey, linkLabel, reconcilerPort, secretFiles, secretsFolder, settingsFile } from "./settings.ts";
import {
  type FederationSpec,
  metadataOf,
  reconcilerName,
  reconcilerWorkload,
  serviceWorkload,
} from "./spec.ts";
import { statusName } from "./status.ts";

/** It works in 22 to 25 MiB (docs/measurements.md). */
const footprint = { cpu: 0.01, requestMiB: 32, limitMiB: 128 };

/** One pod, and a second one while it is replaced. */
export const reconcilerQuota: Quota = { memoryMiB: 2 * footprint.limitMiB, storageGiB: 0, pods: 2 };

/** One side of a link, as the reconciler and whoever reads a diff see it. */
export function linkConfigMap(commune: string, link: Link): ConfigMap {
  const metadata = metadataOf(commune, `link-${link.peer}`);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { ...metadata, labels: { ...metadata.labels, [linkLabel]: link.peer } },
    data: { [linkKey]: `${JSON.stringify(link, undefined, 2)}\n` },
  };
}

export function settingsConfigMap(spec: FederationSpec): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(spec.settings.id, reconcilerName),
    data: {
      "settings.json": `${JSON.stringify(spec.settings, undefined, 2)}\n`,
      ...(spec.peers.authority === undefined ? {} : { [authorityKey]: spec.peers.authority }),
    },
  };
}

/** The commune's map, when it has one: it stands where the commune says what it is. */
export function communeMap({ settings, map }: FederationSpec): ConfigMap | undefined {
  return map && mapConfigMap(metadataOf(settings.id, mapName), map);
}

const mapName = "map";

/** The program, in a ConfigMap of its own: links and settings change without it. */
export function reconcilerProgram(spec: FederationSpec, program: string): ConfigMap {
  return programConfigMap(metadataOf(spec.settings.id, `${reconcilerName}-program`), program);
}

/** The values of the reconciler's secrets: those of a service only where it is there. */
export type FederationSecrets = Record<keyof typeof secretFiles, Input<string> | undefined>;

/** The reconciler's secrets, each a file in its pod: the key that it signs with, and one per service. */
export function federationSecret(spec: FederationSpec, secrets: FederationSecrets): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metadataOf(spec.settings.id, reconcilerName),
    type: "Opaque",
    stringData: Object.fromEntries(
      Object.entries(secretFiles).flatMap(([name, file]) => {
        const value = secrets[name as keyof typeof secretFiles];
        return value === undefined ? [] : [[file, value]];
      }),
    ),
  };
}

/** What the reconciler may do with the cluster: read the links of its own namespace, and write one status. */
export function reconcilerAccess(spec: FederationSpec): [ServiceAccount, Role, RoleBinding] {
  const metadata = metadataOf(spec.settings.id, reconcilerName);
  return [
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata,
      automountServiceAccountToken: false,
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata,
      rules: [
        { apiGroups: [""], resources: ["configmaps"], verbs: ["list"] },
        // The name of what is created is not known to the rule; everything else is.
        { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
        { apiGroups: [""], resources: ["configmaps"], resourceNames: [statusName], verbs: ["get", "patch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
      subjects: [{ kind: "ServiceAccount", name: metadata.name, namespace: metadata.namespace ?? "" }],
    },
  ];
}

/** A token for the account alone, short-lived, where programs look for it. */
const accountVolume: types.input.core.v1.Volume = {
  name: "account",
  projected: {
    defaultMode: 0o440,
    sources: [
      { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    ],
  },
};

/** @param map what `communeMap` made of the same spec. */
export function reconcilerDeployment(
  spec: FederationSpec,
  program: string,
  map: ConfigMap | undefined,
): Deployment {
  const workload = reconcilerWorkload(spec.settings.id);
  const { data } = settingsConfigMap(spec);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(spec.settings.id, reconcilerName),
    spec: {
      replicas: 1,
      // Two reconcilers would each undo what the other remembers.
      strategy: { type: "Recreate" },
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            ...programChecksum(program),
            "commune.cloud/config": checksum(data),
            ...(map && { "commune.cloud/map": checksum(map.binaryData) }),
            "commune.cloud/secrets": spec.secretLabels.join(","),
          },
        },
        spec: {
          serviceAccountName: reconcilerName,
          ...podFloor(programUid),
          terminationGracePeriodSeconds: 15,
          containers: [
            programContainer({
              name: "reconciler",
              footprint,
              heapMiB: 32,
              youngMiB: 2,
              env: authorityEnvironment(spec.peers.authority, "/etc/federation"),
              ports: [{ name: "http", containerPort: reconcilerPort }],
              readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5 },
              livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 30, failureThreshold: 4 },
              mounts: [
                { name: "settings", mountPath: settingsFile.replace(/\/[^/]*$/, ""), readOnly: true },
                { name: "secrets", mountPath: secretsFolder, readOnly: true },
                {
                  name: "account",
                  mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
                  readOnly: true,
                },
                ...(map ? [{ name: mapName, mountPath: mapFolder, readOnly: true }] : []),
              ],
            }),
          ],
          volumes: [
            { name: "settings", configMap: { name: reconcilerName } },
            { name: "secrets", secret: { secretName: reconcilerName, defaultMode: 0o440 } },
            accountVolume,
            ...(map ? [{ name: mapName, configMap: { name: mapName } }] : []),
            programVolume(`${reconcilerName}-program`),
          ],
        },
      },
    },
  };
}

/** Whom the reconciler speaks to: the API, peers, and the commune's own services; each of these lets it in. */
export function reconcilerOpenings(spec: FederationSpec): NetworkPolicy[] {
  const reconciler = reconcilerWorkload(spec.settings.id);
  return [
    allowToOutside([reconciler], "kubernetes", spec.apiPort),
    allowToPeers([reconciler], spec.peers),
    ...(spec.monitoringNamespace === undefined
      ? []
      : [allowFromMonitoring(spec.monitoringNamespace, reconciler, reconcilerPort)]),
    ...spec.settings.services.flatMap(({ kind }) => {
      const service = serviceWorkload(spec.settings.id, kind);
      return [allowTo([reconciler], service, frontPort), allowFrom([reconciler], service, frontPort)];
    }),
  ];
}
