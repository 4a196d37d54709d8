import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import { inside } from "../layout.ts";
import { deployment, namespace, serviceAccount } from "./objects.ts";

// What earlier clusters have there is updated, not left beside it.
const name = "local-path-provisioner";
const inNamespace = "local-path-storage";

/** Name of the provisioner in claims and volumes: clusters that are kept were made under it. */
const provisioner = "rancher.io/local-path";

const folder = `${inside}/volumes`;

/** The default StorageClass: folders below the cluster's state folder (toolchain/volumes). */
export function storage(image: string): KubernetesObject[] {
  return [
    namespace(inNamespace),
    ...serviceAccount(name, inNamespace, [
      { apiGroups: [""], resources: ["nodes", "persistentvolumeclaims"], verbs: ["get", "list", "watch"] },
      {
        apiGroups: [""],
        resources: ["persistentvolumes"],
        verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
      },
      { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch", "update"] },
      { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
    ]),
    deployment({
      name,
      namespace: inNamespace,
      serviceAccount: name,
      container: {
        image,
        args: [`--provisioner=${provisioner}`, `--root=${folder}`],
        resources: { requests: { cpu: "10m", memory: "30Mi" }, limits: { memory: "128Mi" } },
        volumeMounts: [{ name: "folders", mountPath: folder }],
      },
      volumes: [{ name: "folders", hostPath: { path: folder, type: "DirectoryOrCreate" } }],
    }),
    {
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
    },
  ];
}
