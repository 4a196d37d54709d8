import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { checksum } from "../foundation/manifest/checksum.ts";
import { metadataOf } from "../foundation/manifest/labels.ts";
import type {
  AnyNetworkPolicy,
  ConfigMap,
  Deployment,
  Role,
  RoleBinding,
  Secret,
  ServiceAccount,
} from "../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../foundation/manifest/objects.ts";
import type { Quota } from "../foundation/namespace/manifests.ts";
import {
  allowFrom,
  allowFromMonitoring,
  allowTo,
  allowToApiServer,
  allowToPeers,
} from "../foundation/network-policy/manifests.ts";
import {
  programConfigMap,
  programContainer,
  programDeployment,
  programVolume,
} from "../foundation/program/manifests.ts";
import { authorityEnvironment, authorityKey } from "../foundation/site/authority.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import { proxyPort } from "../platform/exposure/sidecar-proxy.ts";
import { emptyLog, logHeadFolder, logHeadKey, logHeadName } from "./approvals.ts";
import { drillsKey } from "./drills.ts";
import type { Link } from "./links.ts";
import { publisherResources } from "./publisher.ts";
import {
  linkKey,
  linkLabel,
  publicationPort,
  reconcilerPort,
  secretsFolder,
  settingsFile,
  signingKeyFile,
} from "./settings.ts";
import type { Credential, FederationSpec } from "./spec.ts";
import { statusName } from "./status.ts";
import { toldLogKey } from "./told-log.ts";
import { publisherWorkload, reconcilerName, reconcilerWorkload, serviceWorkload } from "./workloads.ts";

/** Measured: 22 to 25 MiB (docs/measurements.md). */
const resources = { cpu: 0.01, requestMiB: 32, limitMiB: 128 };

/** Quota for reconciler and publisher, and for a second pod of each while it is replaced. */
const federationQuota: Quota = {
  memoryMiB: 2 * (resources.limitMiB + publisherResources.limitMiB),
  storageGiB: 0,
  pods: 4,
};

/** Returns the namespace. Nothing in it holds data: links and their status are declared, or found again. */
export function federationHolders(commune: string): DataHolders {
  const { service, data } = reconcilerWorkload(commune);
  return {
    component: "commune:index:Federation",
    namespace: { commune, service, data, quota: federationQuota },
    volumes: [],
    queue: undefined,
  };
}

/** Returns one side of a link, as the reconciler and readers of a diff see it. */
export function linkConfigMap(commune: string, link: Link): ConfigMap {
  const data = { [linkKey]: `${JSON.stringify(link, undefined, 2)}\n` };
  const { metadata, ...text } = configMapOf(reconcilerWorkload(commune), `link-${link.peer}`, data);
  return { ...text, metadata: { ...metadata, labels: { ...metadata.labels, [linkLabel]: link.peer } } };
}

export function settingsConfigMap(spec: FederationSpec): ConfigMap {
  return configMapOf(reconcilerWorkload(spec.settings.id), reconcilerName, {
    "settings.json": `${JSON.stringify(spec.settings, undefined, 2)}\n`,
    ...(spec.peers.authority === undefined ? {} : { [authorityKey]: spec.peers.authority }),
  });
}

/**
 * Returns the ConfigMap about the log of approvals: its head for peers, its contents for people. It changes with every
 * approval, and restarts nothing.
 */
export function logHeadConfigMap({ settings, log = emptyLog, drills, told }: FederationSpec): ConfigMap {
  return configMapOf(reconcilerWorkload(settings.id), logHeadName, {
    [logHeadKey]: `${JSON.stringify(log)}\n`,
    ...(drills && { [drillsKey]: `${JSON.stringify(drills)}\n` }),
    ...(told && { [toldLogKey]: `${JSON.stringify(told)}\n` }),
  });
}

/** Returns the program, in another ConfigMap than links and settings: these change without it. */
export function reconcilerProgram(spec: FederationSpec, program: string): ConfigMap {
  return programConfigMap(
    metadataOf(reconcilerWorkload(spec.settings.id), `${reconcilerName}-program`),
    program,
  );
}

/** Returns the reconciler's secrets, each a file in its pod: the key that it signs with, and one per service. */
export function federationSecret(
  spec: FederationSpec,
  signingKey: Input<string>,
  credentials: readonly Credential[],
): Secret {
  return secretOf(reconcilerWorkload(spec.settings.id), reconcilerName, {
    [signingKeyFile]: signingKey,
    ...Object.fromEntries(credentials.map(({ file, value }) => [file, value])),
  });
}

/** Returns the reconciler's rights in the cluster: it reads the links of its own namespace, and writes one status. */
export function reconcilerAccess(spec: FederationSpec): [ServiceAccount, Role, RoleBinding] {
  const metadata = metadataOf(reconcilerWorkload(spec.settings.id), reconcilerName);
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
        // A rule cannot restrict the name of a created object; it restricts everything else.
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

/** A short-lived token of this service account only, at the path where programs expect it. */
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

export function reconcilerDeployment(spec: FederationSpec, program: string): Deployment {
  return programDeployment(reconcilerWorkload(spec.settings.id), reconcilerName, {
    program,
    // Two reconcilers would each undo what the other remembers.
    strategy: "Recreate",
    annotations: {
      "commune.cloud/config": checksum(settingsConfigMap(spec).data),
      "commune.cloud/secrets": spec.secretLabels.join(","),
    },
    serviceAccountName: reconcilerName,
    terminationGracePeriodSeconds: 15,
    containers: [
      programContainer({
        name: "reconciler",
        resources,
        heapMiB: 32,
        youngMiB: 2,
        env: authorityEnvironment(spec.peers.authority, "/etc/federation"),
        ports: [{ name: "http", containerPort: reconcilerPort }],
        readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5 },
        livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 30, failureThreshold: 4 },
        mounts: [
          { name: "settings", mountPath: settingsFile.replace(/\/[^/]*$/, ""), readOnly: true },
          { name: "secrets", mountPath: secretsFolder, readOnly: true },
          { name: "approvals", mountPath: logHeadFolder, readOnly: true },
          {
            name: "account",
            mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
            readOnly: true,
          },
        ],
      }),
    ],
    volumes: [
      { name: "settings", configMap: { name: reconcilerName } },
      { name: "secrets", secret: { secretName: reconcilerName, defaultMode: 0o440 } },
      { name: "approvals", configMap: { name: logHeadName } },
      accountVolume,
      programVolume(`${reconcilerName}-program`),
    ],
  });
}

/**
 * Returns the policies of the reconciler's connections: to the API, peers, its publisher and the commune's own
 * services, and at the services.
 */
export function reconcilerNetworkPolicies(spec: FederationSpec): AnyNetworkPolicy[] {
  const reconciler = reconcilerWorkload(spec.settings.id);
  const publisher = publisherWorkload(spec.settings.id);
  return [
    allowTo([reconciler], publisher, publicationPort),
    allowFrom([reconciler], publisher, publicationPort),
    allowToApiServer([reconciler], spec.apiServer),
    allowToPeers([reconciler], spec.peers),
    ...(spec.monitoringNamespace === undefined
      ? []
      : [allowFromMonitoring(spec.monitoringNamespace, reconciler, reconcilerPort)]),
    ...spec.services.flatMap((name) => {
      const service = serviceWorkload(spec.settings.id, name);
      return [allowTo([reconciler], service, proxyPort), allowFrom([reconciler], service, proxyPort)];
    }),
  ];
}
