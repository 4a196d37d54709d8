import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import { inside } from "../layout.ts";
import { deployment, namespace, serviceAccount } from "./objects.ts";

// What earlier clusters have there is updated, not left beside it.
const name = "local-path-provisioner";
const inNamespace = "local-path-storage";

/** Name of the provisioner in claims and volumes: clusters that are kept were made under it. */
const provisioner = "rancher.io/local-path";

const folder = `${inside}/volumes`;

const account = serviceAccount(name, inNamespace, [
  { apiGroups: [""], resources: ["nodes", "persistentvolumeclaims"], verbs: ["get", "list", "watch"] },
  {
    apiGroups: [""],
    resources: ["persistentvolumes"],
    verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
  },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch", "update"] },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
]);

const container = (image: string) => ({
  image,
  args: [`--provisioner=${provisioner}`, `--root=${folder}`],
  resources: { requests: { cpu: "10m", memory: "30Mi" }, limits: { memory: "128Mi" } },
  volumeMounts: [{ name: "folders", mountPath: folder }],
});

const storageClass: KubernetesObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name: "local-path",
    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
  },
  provisioner,
  volumeBindingMode: "WaitForFirstConsumer",
  reclaimPolicy: "Delete",
  // A folder has no size to expand: saying yes would be a lie that only shows on another cluster.
  allowVolumeExpansion: false,
};

const maker = (image: string) =>
  deployment({
    name,
    namespace: inNamespace,
    serviceAccount: name,
    container: container(image),
    volumes: [{ name: "folders", hostPath: { path: folder, type: "DirectoryOrCreate" } }],
  });

/** The default StorageClass: folders below the cluster's state folder (toolchain/volumes). */
export const storage = (image: string): KubernetesObject[] => [
  namespace(inNamespace),
  ...account,
  maker(image),
  storageClass,
];

/** The default StorageClass of several nodes: one maker on each, which takes the claims of its own node alone. */
export function storageOfEachNode(image: string): KubernetesObject[] {
  const { metadata, spec } = maker(image);
  const pod = spec.template.spec;
  const containers = pod.containers.map((each) => ({
    ...each,
    args: [...container(image).args, "--node=$(NODE)"],
    env: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
  }));
  const daemonSet = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata,
    spec: {
      revisionHistoryLimit: spec.revisionHistoryLimit,
      selector: spec.selector,
      template: { ...spec.template, spec: { ...pod, containers } },
    },
  };
  return [namespace(inNamespace), ...account, daemonSet, storageClass];
}
