import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import {
  labelsOf,
  metadataOf,
  namespaceOf,
  selectorOf,
  type Workload,
} from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Secret, Service, StatefulSet } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { commandProbe } from "../../foundation/manifest/probe.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { type Label, labelText } from "../../foundation/seed/derive.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { directoryUid, socket, suffixOf, volumeFolder } from "./configuration.ts";
import { copyContainer, loadContainer } from "./copy.ts";
import { type DirectoryPlan, directoryVolume } from "./plan.ts";
import { slapdConfiguration } from "./slapd.ts";

/** Name of the directory, and the suffix of its namespace. */
export const directoryService = "directory";

/** Port of slapd: an ordinary user may not listen on 389. */
export const directoryPort = 1389;

/** Names of the Secrets: what slapd includes, and the manager's password as the Job that makes groups reads it. */
const passwordsSecretName = "directory-passwords";
export const managerSecretName = "directory-manager";

type OfCommune = Pick<DirectoryPlan, "commune">;

/** The directory's pod. */
export function directoryWorkload({ commune }: OfCommune): Workload {
  return {
    ...{ commune, service: directoryService, component: "server", software: "openldap" },
    data: "accounts",
  };
}

/** Returns the address of the directory for clients; traffic stays inside the cluster, behind a named opening. */
export function directoryAddress({ commune }: OfCommune): string {
  return `ldap://${directoryService}.${namespaceOf({ commune, service: directoryService })}.svc:${directoryPort}`;
}

/** Returns the holders of the entries: the namespace, and the volume in it. */
export function directoryHolders(plan: DirectoryPlan): DataHolders {
  const { commune, storageGiB, storageClass } = plan;
  const workload = directoryWorkload(plan);
  return {
    component: "commune:index:Directory",
    namespace: {
      ...{ commune, service: directoryService, data: workload.data },
      // The server with what writes its copy, and the Job that makes groups beside it.
      quota: { memoryMiB: 640, storageGiB, pods: 6 },
    },
    volumes: [
      {
        ...{ workload, name: directoryVolume, sizeGiB: storageGiB, storageClass },
        field: ["directory", "storage"],
      },
    ],
    queue: undefined,
  };
}

/** Passwords as slapd includes them. */
export function passwordsSecret(
  directory: OfCommune,
  passwords: Record<"manager" | "reader", Input<string>> &
    Partial<Record<"clerk" | "addresses", Input<string>>>,
): Secret {
  return secretOf(directoryWorkload(directory), passwordsSecretName, {
    ...{ "manager.conf": passwords.manager, "reader.conf": passwords.reader },
    ...(passwords.clerk !== undefined && { "accounts.conf": passwords.clerk }),
    ...(passwords.addresses !== undefined && { "addresses.conf": passwords.addresses }),
  });
}

export function directoryConfig(plan: DirectoryPlan): ConfigMap {
  return configMapOf(directoryWorkload(plan), directoryService, { "slapd.conf": slapdConfiguration(plan) });
}

export function directoryServiceObject(directory: OfCommune): Service {
  const workload = directoryWorkload(directory);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, directoryService),
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "ldap", port: directoryPort, targetPort: "ldap" }],
    },
  };
}

/**
 * slapd takes memory for each file that it may open, and container engines let a process open a million: 1,024 are
 * enough for 800 connections.
 */
function start(): string {
  return readTemplate("platform/directory/pod/start.bash", { PORT: directoryPort, SOCKET: socket });
}

/** @param passwords labels of the passwords that slapd includes, in the versions that count. */
export function directoryServer(plan: DirectoryPlan, passwords: readonly Label[]): StatefulSet {
  const workload = directoryWorkload(plan);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadataOf(workload, directoryService),
    spec: {
      replicas: 1,
      serviceName: directoryService,
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/configuration": checksum(directoryConfig(plan).data),
            "commune.cloud/secrets": passwords.map(labelText).join(","),
            // Commands that people run in this pod are for the server.
            "kubectl.kubernetes.io/default-container": "slapd",
          },
        },
        spec: {
          ...podBaseline(directoryUid),
          initContainers: [loadContainer(suffixOf(plan))],
          containers: [serverContainer(), copyContainer(suffixOf(plan))],
          volumes: [
            { name: "data", persistentVolumeClaim: { claimName: directoryVolume } },
            { name: "configuration", configMap: { name: directoryService } },
            { name: "passwords", secret: { secretName: passwordsSecretName, defaultMode: 0o440 } },
            { name: "run", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
            { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } },
          ],
        },
      },
    },
  };
}

function serverContainer(): types.input.core.v1.Container {
  return {
    name: "slapd",
    image: images.slapd.reference,
    command: ["bash", "-euo", "pipefail", "-c", start()],
    // Of the tools that somebody runs in the pod: ldap.conf(5).
    env: [
      { name: "LDAPURI", value: socket },
      { name: "LDAPSASL_MECH", value: "EXTERNAL" },
    ],
    ports: [{ name: "ldap", containerPort: directoryPort }],
    startupProbe: { ...answers, ...commandProbe, periodSeconds: 2, failureThreshold: 150 },
    readinessProbe: { tcpSocket: { port: "ldap" }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: "ldap" }, periodSeconds: 20, failureThreshold: 6 },
    resources: resourceRequirements({ cpu: 0.01, requestMiB: 48, limitMiB: 256 }),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "data", mountPath: volumeFolder },
      { name: "configuration", mountPath: "/etc/directory", readOnly: true },
      { name: "passwords", mountPath: "/run/secrets/directory", readOnly: true },
      { name: "run", mountPath: "/run/slapd" },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

const answers = { exec: { command: ["ldapwhoami", "-Q"] } };
