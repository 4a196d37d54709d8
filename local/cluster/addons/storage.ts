import { inside } from "../layout.ts";
import { configMap, deployment, type KubernetesObject, namespace, serviceAccount } from "./objects.ts";

const name = "local-path-provisioner";
const inNamespace = "local-path-storage";

/** The default StorageClass: folders below the cluster's state folder, made and removed by a helper pod. */
export function storage(image: string): KubernetesObject[] {
  return [
    namespace(inNamespace),
    ...serviceAccount(name, inNamespace, [
      {
        apiGroups: [""],
        resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"],
        verbs: ["get", "list", "watch"],
      },
      {
        apiGroups: [""],
        resources: ["persistentvolumes"],
        verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
      },
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
    ]),
    ...helperPodAccess,
    configMap("local-path-config", inNamespace, {
      "config.json": JSON.stringify({
        nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [`${inside}/volumes`] }],
        setupCommand: "/volume",
        teardownCommand: "/volume",
      }),
      "helperPod.yaml": JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "volume" },
        spec: {
          priorityClassName: "system-node-critical",
          containers: [{ name: "volume", image, imagePullPolicy: "Never" }],
        },
      }),
    }),
    deployment({
      name,
      namespace: inNamespace,
      serviceAccount: name,
      container: {
        image,
        args: [
          "start",
          "--config",
          "/etc/config/config.json",
          "--helper-image",
          image,
          "--service-account-name",
          name,
        ],
        env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
        resources: { requests: { cpu: "10m", memory: "30Mi" }, limits: { memory: "128Mi" } },
        volumeMounts: [{ name: "configuration", mountPath: "/etc/config", readOnly: true }],
      },
      volumes: [{ name: "configuration", configMap: { name: "local-path-config" } }],
    }),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name: "local-path",
        annotations: {
          "storageclass.kubernetes.io/is-default-class": "true",
          // "local" volumes, unlike "hostPath" ones, get the pod's fsGroup as volumes of a real cluster do.
          defaultVolumeType: "local",
        },
      },
      provisioner: "rancher.io/local-path",
      volumeBindingMode: "WaitForFirstConsumer",
      reclaimPolicy: "Delete",
      // A folder has no size to expand: saying yes would be a lie that only shows on another cluster.
      allowVolumeExpansion: false,
    },
  ];
}

const helperPodAccess: KubernetesObject[] = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name, namespace: inNamespace },
    rules: [
      {
        apiGroups: [""],
        resources: ["pods"],
        verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
      },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name, namespace: inNamespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ kind: "ServiceAccount", name, namespace: inNamespace }],
  },
];
