/** Pods as strict as the program's own: Pod Security `restricted`, read-only root, /tmp the only scratch. */
export interface PodOptions {
  name: string;
  uid: number;
  containers: ContainerOptions[];
  initContainers?: ContainerOptions[];
  /** Claims by volume name. */
  claims?: Record<string, string>;
  /** Empty folders, by volume name. */
  scratch?: string[];
  /** ConfigMaps by volume name. */
  configs?: Record<string, string>;
  restartPolicy?: "Never" | "Always";
}

interface ContainerOptions {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: Record<string, string>;
  /** `volume:path` or `volume:path:subPath`. */
  mounts?: string[];
  ready?: string[];
}

function container({ name, image, command, args, env, mounts, ready }: ContainerOptions) {
  return {
    name,
    image,
    ...(command && { command }),
    ...(args && { args }),
    env: Object.entries(env ?? {}).map(([key, value]) => ({ name: key, value })),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    // On a busy node a command takes seconds: a pod that is looked at no longer would leave its Service.
    ...(ready && {
      readinessProbe: {
        ...{ exec: { command: ready }, periodSeconds: 1 },
        ...{ timeoutSeconds: 10, failureThreshold: 30 },
      },
    }),
    volumeMounts: [...(mounts ?? []), "tmp:/tmp"].map((mount) => {
      const [volume, mountPath, subPath] = mount.split(":");
      return { name: volume, mountPath, ...(subPath && { subPath }) };
    }),
  };
}

export function pod(options: PodOptions) {
  const { name, uid, containers, initContainers, claims, scratch, configs, restartPolicy } = options;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name } },
    spec: {
      restartPolicy: restartPolicy ?? "Never",
      terminationGracePeriodSeconds: 20,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsUser: uid,
        runAsGroup: uid,
        fsGroup: uid,
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      },
      initContainers: (initContainers ?? []).map(container),
      containers: containers.map(container),
      volumes: [
        ...["tmp", ...(scratch ?? [])].map((each) => ({ name: each, emptyDir: {} })),
        ...Object.entries(claims ?? {}).map(([each, claimName]) => ({
          name: each,
          persistentVolumeClaim: { claimName },
        })),
        ...Object.entries(configs ?? {}).map(([each, config]) => ({
          name: each,
          configMap: { name: config },
        })),
      ],
    },
  };
}

export const namespace = (name: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
});

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

export const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});
