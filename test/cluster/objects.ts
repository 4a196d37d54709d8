/** Objects that the cluster's own tests bring up: one namespace under Pod Security `restricted`. */
type Labels = Record<string, string>;

const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  runAsUser: 1000,
  seccompProfile: { type: "RuntimeDefault" },
};

export const namespace = (name: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
});

/** A pod with one restricted container; `claim` mounts that volume on /data. */
export function pod(options: {
  name: string;
  image: string;
  labels?: Labels;
  command?: string[];
  claim?: string;
}) {
  const { name, image, labels, command, claim } = options;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: labels ?? { app: name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      restartPolicy: "Always",
      containers: [
        {
          name: "main",
          image,
          ...(command && { command }),
          securityContext: restricted,
          volumeMounts: claim ? [{ name: "data", mountPath: "/data" }] : [],
        },
      ],
      volumes: claim ? [{ name: "data", persistentVolumeClaim: { claimName: claim } }] : [],
    },
  };
}

export const claim = (name: string) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
});

export const service = (name: string, port: number) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port, targetPort: port }] },
});

export const ingress = (name: string, host: string, port: number) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name },
  spec: {
    rules: [
      {
        host,
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name, port: { number: port } } } }],
        },
      },
    ],
  },
});

export const denyAll = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "default-deny" },
  spec: { podSelector: {}, policyTypes: ["Ingress"] },
};

/** Opens one labelled pod to another pod of its namespace. */
export const allowPod = (from: string, to: string) =>
  allow(`${from}-to-${to}`, to, { podSelector: { matchLabels: { app: from } } });

/** Opens one labelled pod to every pod of another namespace. */
export const allowNamespace = (from: string, to: string) =>
  allow(`${from}-to-${to}`, to, {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": from } },
  });

const allow = (name: string, to: string, from: Record<string, unknown>) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name },
  spec: {
    podSelector: { matchLabels: { app: to } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [from] }],
  },
});
