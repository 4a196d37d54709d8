import { createHash } from "node:crypto";
import type { Cluster } from "./cluster.ts";

/** Port of a server's state: of the operator's program in each pod there, of Patroni here. */
const statusPort = 8000;

const dataFolder = "/var/lib/postgresql/data/pgdata";

const podRole = { "cnpg.io/podRole": "instance" };
const role = (is: "primary" | "replica") => ({ "cnpg.io/instanceRole": is });

/** Names of the servers. */
export const instancesOf = ({ metadata: { name }, spec }: Cluster): string[] =>
  Array.from({ length: spec.instances }, (_, index) => `${name}-${index + 1}`);

/** Labels that the operator gives whatever it makes, and those that the cluster hands on. Source: pkg/specs/pods.go */
function labelsOf({ metadata: { name }, spec }: Cluster): Record<string, string> {
  return {
    "app.kubernetes.io/name": "postgresql",
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/component": "database",
    "app.kubernetes.io/managed-by": "cloudnative-pg",
    ...spec.inheritedMetadata.labels,
    "cnpg.io/cluster": name,
  };
}

function metadataOf(cluster: Cluster, name: string, more: Record<string, string> = {}) {
  const { namespace, name: owner, uid } = cluster.metadata;
  return {
    ...{ name, namespace, labels: { ...labelsOf(cluster), ...more } },
    ownerReferences: [
      {
        ...{ apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", name: owner, uid },
        ...{ controller: true, blockOwnerDeletion: true },
      },
    ],
  };
}

/** Digest of what a pod is made of: another one is another pod. */
export function madeOf({ spec }: Cluster): string {
  const { imageName, resources, postgresql } = spec;
  return createHash("sha256")
    .update(JSON.stringify({ imageName, resources, postgresql }))
    .digest("hex")
    .slice(0, 12);
}

function service(cluster: Cluster, end: string, selector: Record<string, string>, more: object = {}) {
  const { name } = cluster.metadata;
  return {
    ...{ apiVersion: "v1", kind: "Service", metadata: metadataOf(cluster, `${name}-${end}`) },
    spec: {
      selector: { "cnpg.io/cluster": name, ...selector },
      ports: [{ name: "postgres", port: 5432, targetPort: 5432, protocol: "TCP" }],
      ...more,
    },
  };
}

/** Returns everything but pods and volumes. Source: pkg/specs/services.go, serviceaccount.go, roles.go */
export function surroundingsOf(cluster: Cluster): object[] {
  const { name, namespace } = cluster.metadata;
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  return [
    service(cluster, "rw", role("primary")),
    service(cluster, "ro", role("replica")),
    service(cluster, "r", podRole),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: metadataOf(cluster, name) },
    {
      ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: metadataOf(cluster, name) },
      // What Patroni keeps there stands in for the operator's lease and status.
      rules: [
        {
          ...{ apiGroups: [""], resources: ["configmaps"] },
          verbs: ["create", "get", "list", "patch", "update", "watch", "delete", "deletecollection"],
        },
        { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "patch", "update", "watch"] },
      ],
    },
    {
      ...{
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: metadataOf(cluster, name),
      },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects,
    },
    {
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata: metadataOf(cluster, `${name}-patroni`) },
      data: { "patroni.yml": JSON.stringify(patroniOf(cluster)) },
    },
    ...(["primary", "replica"] as const).map((is) => budget(cluster, is)),
  ];
}

/** Text in which Patroni reads the wish that another server take the writes: patroni/dcs/kubernetes.py, manual_failover. */
export function switchoverOf(cluster: Cluster, leader: string, member: string): object {
  const metadata = metadataOf(cluster, `${cluster.metadata.name}-failover`, podRole);
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, annotations: { leader, member } } };
}

/** Source: pkg/specs/poddisruptionbudget.go */
function budget(cluster: Cluster, is: "primary" | "replica"): object {
  const { name } = cluster.metadata;
  const end = is === "primary" ? "-primary" : "";
  return {
    ...{
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: metadataOf(cluster, `${name}${end}`),
    },
    spec: { minAvailable: 1, selector: { matchLabels: { "cnpg.io/cluster": name, ...role(is) } } },
  };
}

/** Returns Secrets that the operator makes up, which are made once. */
export function secretsOf(cluster: Cluster, password: () => string): object[] {
  const { name } = cluster.metadata;
  return [`${name}-replication`, `${name}-app`].map((secret) => ({
    ...{ apiVersion: "v1", kind: "Secret", metadata: metadataOf(cluster, secret), type: "Opaque" },
    stringData: { password: password() },
  }));
}

/** Patroni's configuration; what differs between pods is in their environment. */
function patroniOf(cluster: Cluster): object {
  const { metadata, spec } = cluster;
  const { parameters, pg_hba, synchronous } = spec.postgresql;
  const { encoding, localeCollate, dataChecksums } = spec.bootstrap.initdb;
  return {
    scope: metadata.name,
    kubernetes: {
      namespace: metadata.namespace,
      labels: { ...podRole },
      scope_label: "cnpg.io/cluster",
      role_label: "cnpg.io/instanceRole",
      leader_label_value: "primary",
      follower_label_value: "replica",
    },
    restapi: { listen: `0.0.0.0:${statusPort}` },
    bootstrap: {
      dcs: {
        ...{ ttl: 20, loop_wait: 2, retry_timeout: 5 },
        ...{ synchronous_mode: "quorum", synchronous_mode_strict: true },
        synchronous_node_count: synchronous.number,
        // There the operator brings the slots of clients to every server.
        slots: { keeper: { type: "physical" } },
        postgresql: {
          use_pg_rewind: true,
          use_slots: true,
          parameters: { ...parameters, wal_log_hints: "on" },
        },
      },
      initdb: [{ encoding }, { locale: localeCollate }, ...(dataChecksums ? ["data-checksums"] : [])],
    },
    postgresql: {
      listen: "0.0.0.0:5432",
      data_dir: dataFolder,
      bin_dir: "/usr/lib/postgresql/17/bin",
      pgpass: "/tmp/pgpass",
      parameters: { unix_socket_directories: "/run/postgresql" },
      pg_hba: [
        "local all all trust",
        "host replication streaming_replica all scram-sha-256",
        ...pg_hba,
        "host all all all scram-sha-256",
      ],
    },
    tags: {},
  };
}

/** The volume of one server. */
export function volumeOf(cluster: Cluster, instance: string): object {
  const { size, storageClass } = cluster.spec.storage;
  return {
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim" },
    metadata: metadataOf(cluster, instance, {
      "cnpg.io/instanceName": instance,
      "cnpg.io/pvcRole": "PG_DATA",
    }),
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      resources: { requests: { storage: size } },
    },
  };
}

/** The pod of one server. @param image of the double. */
export function podOf(cluster: Cluster, instance: string, image: string): object {
  const { name } = cluster.metadata;
  const { spec } = cluster;
  const metadata = metadataOf(cluster, instance, { ...podRole, "cnpg.io/instanceName": instance });
  const fromSecret = (secret: string) => ({ valueFrom: { secretKeyRef: { name: secret, key: "password" } } });
  const fromField = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const probe = (path: string, more: object) => ({
    httpGet: { path, port: statusPort },
    timeoutSeconds: 5,
    ...more,
  });
  return {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { ...metadata, annotations: { "cnpg.io/double-made-of": madeOf(cluster) } },
    spec: {
      hostname: instance,
      serviceAccountName: name,
      terminationGracePeriodSeconds: 60,
      imagePullSecrets: spec.imagePullSecrets,
      securityContext: {
        ...{ runAsUser: spec.postgresUID, runAsGroup: spec.postgresGID, fsGroup: spec.postgresGID },
        ...{ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      },
      containers: [
        {
          name: "postgres",
          image,
          // What is mounted again belongs to its group too, which PostgreSQL refuses; the operator's program takes it back as well.
          command: ["sh", "-c", `chmod -f 0700 ${dataFolder}; exec patroni /etc/patroni/patroni.yml`],
          env: [
            { name: "PATRONI_NAME", value: instance },
            { name: "POD_IP", ...fromField("status.podIP") },
            { name: "PATRONI_KUBERNETES_POD_IP", value: "$(POD_IP)" },
            { name: "PATRONI_RESTAPI_CONNECT_ADDRESS", value: `$(POD_IP):${statusPort}` },
            { name: "PATRONI_POSTGRESQL_CONNECT_ADDRESS", value: "$(POD_IP):5432" },
            { name: "PATRONI_SUPERUSER_USERNAME", value: "postgres" },
            {
              name: "PATRONI_SUPERUSER_PASSWORD",
              ...fromSecret(spec.superuserSecret?.name ?? `${name}-superuser`),
            },
            { name: "PATRONI_REPLICATION_USERNAME", value: "streaming_replica" },
            { name: "PATRONI_REPLICATION_PASSWORD", ...fromSecret(`${name}-replication`) },
            { name: "HOME", value: "/tmp" },
          ],
          ports: [
            { name: "postgresql", containerPort: 5432 },
            { name: "status", containerPort: statusPort },
          ],
          startupProbe: probe("/liveness", { periodSeconds: 5, failureThreshold: 120 }),
          readinessProbe: probe("/readiness", { periodSeconds: 2 }),
          livenessProbe: probe("/liveness", { periodSeconds: 10, failureThreshold: 3 }),
          resources: spec.resources,
          securityContext: {
            ...{
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ["ALL"] },
            },
          },
          volumeMounts: [
            { name: "pgdata", mountPath: "/var/lib/postgresql/data" },
            { name: "patroni", mountPath: "/etc/patroni", readOnly: true },
            { name: "run", mountPath: "/run/postgresql" },
            { name: "tmp", mountPath: "/tmp" },
            { name: "shm", mountPath: "/dev/shm" },
          ],
        },
      ],
      volumes: [
        { name: "pgdata", persistentVolumeClaim: { claimName: instance } },
        { name: "patroni", configMap: { name: `${name}-patroni` } },
        { name: "run", emptyDir: {} },
        { name: "tmp", emptyDir: {} },
        { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
      ],
    },
  };
}
