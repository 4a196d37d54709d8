import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";

/** A commune whose namespaces the objects are in. */
export const town = "policy-twins";

const labels = { "commune.cloud/commune": town, "commune.cloud/data": "none" };
const container = {
  name: "web",
  image: "docker.io/nginxinc/nginx-unprivileged:1.26.3-bookworm",
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
};

function object(apiVersion: string, kind: string, fields: object): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "tried", namespace: town, labels }, ...fields };
}

function pod(spec: object = {}, one: object = {}): KubernetesObject {
  return object("v1", "Pod", {
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [{ ...container, ...one }],
      ...spec,
    },
  });
}

const ingress = (spec: object = {}, annotations: Record<string, string> = {}) => {
  const made = object("networking.k8s.io/v1", "Ingress", {
    spec: {
      rules: [{ host: `cloud.${town}.test` }],
      tls: [{ hosts: [`cloud.${town}.test`], secretName: "tls" }],
      ...spec,
    },
  });
  return { ...made, metadata: { ...made.metadata, annotations } };
};
const role = (resources: string[], verbs: string[]) =>
  object("rbac.authorization.k8s.io/v1", "Role", { rules: [{ apiGroups: [""], resources, verbs }] });
const service = (type: string) =>
  object("v1", "Service", { spec: { type, selector: { app: "web" }, ports: [{ port: 80 }] } });
const claim = (data: string) => {
  const made = object("v1", "PersistentVolumeClaim", {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
  });
  return { ...made, metadata: { ...made.metadata, labels: { ...labels, "commune.cloud/data": data } } };
};

/** A namespace as the toolkit makes them, and one that anybody may write to. */
export const namespace = (level: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: town, labels: { ...labels, "pod-security.kubernetes.io/enforce": level } },
});

/** Objects that pass every rule. */
export const good: readonly KubernetesObject[] = [
  pod(),
  pod({ initContainers: [{ ...container, name: "first" }] }),
  ingress({}, { "traefik.ingress.kubernetes.io/router.middlewares": "infra-associations@kubernetescrd" }),
  role(["configmaps"], ["get", "patch"]),
  service("ClusterIP"),
  claim("accounts.documents"),
];

const { securityContext } = container;

/** Objects that a rule refuses, before anything is registered and on the cluster, by the rule's name. */
export const bad: readonly { rule: string; attempt: string; object: KubernetesObject }[] = [
  {
    rule: "image-in-catalogue",
    attempt: "an image of nobody knows whom",
    object: pod({}, { image: "docker.io/someone/nginx:1" }),
  },
  {
    rule: "image-in-catalogue",
    attempt: "a name that only begins alike",
    object: pod({}, { image: "docker.io/library/postgresql:17" }),
  },
  {
    rule: "pods-are-restricted",
    attempt: "a file system that can be written to",
    object: pod({}, { securityContext: { ...securityContext, readOnlyRootFilesystem: false } }),
  },
  {
    rule: "pods-are-restricted",
    attempt: "the same in a container that runs first",
    object: pod({
      initContainers: [
        {
          ...container,
          name: "first",
          securityContext: { ...securityContext, readOnlyRootFilesystem: false },
        },
      ],
    }),
  },
  { rule: "memory-is-limited", attempt: "no limit", object: pod({}, { resources: {} }) },
  {
    rule: "no-service-account-token",
    attempt: "a key to the cluster's API",
    object: pod({ automountServiceAccountToken: true }),
  },
  { rule: "no-service-account-token", attempt: "rights to Secrets", object: role(["secrets"], ["get"]) },
  { rule: "no-service-account-token", attempt: "rights to delete", object: role(["configmaps"], ["delete"]) },
  { rule: "public-names-use-tls", attempt: "a port of the nodes", object: service("NodePort") },
  { rule: "public-names-use-tls", attempt: "a name without TLS", object: ingress({ tls: undefined }) },
  {
    rule: "public-without-account",
    attempt: "a login before every page",
    object: ingress({}, { "nginx.ingress.kubernetes.io/auth-url": "https://login.example" }),
  },
  {
    rule: "public-without-account",
    attempt: "a login as a middleware",
    object: ingress(
      {},
      { "traefik.ingress.kubernetes.io/router.middlewares": "infra-basic-auth@kubernetescrd" },
    ),
  },
  { rule: "data-is-labelled", attempt: "a word of its own", object: claim("accounts.gossip") },
  {
    rule: "namespaces-are-restricted",
    attempt: "a namespace that enforces less",
    object: namespace("baseline"),
  },
];
