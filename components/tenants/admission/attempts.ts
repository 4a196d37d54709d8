/** An object that does not belong in a tenant's namespace, and the rule that refuses it. */
export interface BadObject {
  attempt: string;
  rule: string;
  /** The corresponding check of the Kubernetes multi-tenancy benchmark, if there is one (isolation/attempts.ts). */
  benchmark?: string | undefined;
  object: {
    apiVersion: string;
    kind: string;
    metadata: { name: string; annotations?: Record<string, string> };
    [key: string]: unknown;
  };
}

const image = "docker.io/library/debian:13-slim";

/** A pod that Pod Security `restricted` admits. */
export const pod = (spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "attempt" },
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "attempt",
        image,
        command: ["sleep", "60"],
        resources: { requests: { cpu: "5m", memory: "16Mi" }, limits: { cpu: "50m", memory: "32Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
    ...spec,
  },
});

export const service = (spec: object) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "attempt" },
  spec: { ports: [{ port: 80 }], ...spec },
});

const backend = { service: { name: "t-chorale-site", port: { name: "http" } } };

const ingress = (hosts: readonly (string | undefined)[], more: object = {}) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "attempt" },
  spec: {
    rules: hosts.map((host) => ({
      ...(host && { host }),
      http: { paths: [{ path: "/", pathType: "Prefix", backend }] },
    })),
    ...more,
  },
});

const selected = { selector: { app: "x" } };

/** Objects, each with the one rule that refuses it; test/cluster/associations.test.ts sends them to a real API server. */
export const badObjects: readonly BadObject[] = [
  {
    attempt: "a pod on a node of its choice",
    rule: "no-node-of-its-choice",
    object: pod({ nodeName: "local" }),
  },
  {
    attempt: "a pod before all others",
    rule: "no-priority",
    object: pod({ priorityClassName: "system-node-critical" }),
  },
  {
    attempt: "a pod on every node",
    rule: "no-blanket-toleration",
    object: pod({ tolerations: [{ operator: "Exists" }] }),
  },
  {
    attempt: "a pod beside the control plane",
    rule: "no-blanket-toleration",
    object: pod({ tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }] }),
  },
  {
    attempt: "a pod with a volume made for it",
    rule: "no-foreign-volume",
    object: pod({ volumes: [{ name: "x", csi: { driver: "secrets-store.csi.k8s.io", readOnly: true } }] }),
  },
  {
    attempt: "a service that is another name",
    rule: "no-service-elsewhere",
    object: service({ type: "ExternalName", externalName: "bron-nextcloud.svc" }),
  },
  {
    attempt: "a service on a port of the nodes",
    rule: "no-service-elsewhere",
    benchmark: "MTB-PL1-BC-HI-1",
    object: service({ type: "NodePort", ...selected }),
  },
  {
    attempt: "a load balancer",
    rule: "no-service-elsewhere",
    object: service({ type: "LoadBalancer", ...selected }),
  },
  {
    attempt: "an address of somebody's",
    rule: "no-service-elsewhere",
    object: service({ externalIPs: ["192.0.2.9"], ...selected }),
  },
  { attempt: "a service without pods", rule: "no-service-elsewhere", object: service({}) },
  {
    attempt: "endpoints made by hand",
    rule: "no-endpoints-by-hand",
    object: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "attempt" },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.0.0.9"] }],
      ports: [{ name: "http", port: 80 }],
    },
  },
  {
    attempt: "the host of another association",
    rule: "hosts-of-its-own",
    object: ingress(["judo.assos-bron.test"]),
  },
  { attempt: "the host of a service", rule: "hosts-of-its-own", object: ingress(["cloud.bron.test"]) },
  {
    attempt: "its own host and another",
    rule: "hosts-of-its-own",
    object: ingress(["chorale.assos-bron.test", "cloud.bron.test"]),
  },
  { attempt: "every host", rule: "hosts-of-its-own", object: ingress([undefined]) },
  { attempt: "a wildcard", rule: "hosts-of-its-own", object: ingress(["*.assos-bron.test"]) },
  {
    attempt: "what nobody else answers",
    rule: "hosts-of-its-own",
    object: { ...ingress([]), spec: { defaultBackend: backend } },
  },
  {
    attempt: "another's certificate",
    rule: "hosts-of-its-own",
    object: ingress(["chorale.assos-bron.test"], { tls: [{ hosts: ["cloud.bron.test"] }] }),
  },
  {
    attempt: "a volume by its name",
    rule: "no-volume-of-others",
    object: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "attempt" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        volumeName: "pvc-of-another",
        resources: { requests: { storage: "1Mi" } },
      },
    },
  },
  {
    attempt: "a volume by its labels",
    rule: "no-volume-of-others",
    object: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "attempt" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        selector: { matchLabels: { of: "another" } },
        resources: { requests: { storage: "1Mi" } },
      },
    },
  },
];

/** Objects that every tenant creates, and may. */
export const goodObjects: readonly BadObject["object"][] = [
  pod({
    tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }],
    volumes: [{ name: "x", emptyDir: {} }],
  }),
  service(selected),
  ingress(["chorale.assos-bron.test", "wiki.chorale.assos-bron.test"], {
    tls: [{ hosts: ["chorale.assos-bron.test"] }],
  }),
];
