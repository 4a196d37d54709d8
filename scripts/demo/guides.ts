import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { ListrTask } from "listr2";
import { images } from "../../components/foundation/image/catalogue.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { deployment, namespace, restricted } from "../../local/cluster/addons/objects.ts";
import { apply } from "../../local/cluster/api.ts";
import type { Cluster } from "../../local/cluster/index.ts";
import { inside } from "../../local/cluster/layout.ts";
import { writeDocs } from "../docs.ts";
import { spoken } from "../language.ts";

/** Host at which the demo serves docs/ as pages: a name that no commune has. */
export const guidesHost = "guides.test";

/** Image that serves them. */
export const guidesImage = images.nginx.reference;

const name = "guides";
const port = 8080;

/** nginx before the pages, which lie in the cluster's own folder. */
function guidesObjects(): KubernetesObject[] {
  const metadata = { name, namespace: name };
  const uid = 101;
  return [
    namespace(name),
    { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    deployment({
      ...metadata,
      serviceAccount: name,
      container: {
        image: guidesImage,
        ports: [{ name: "http", containerPort: port }],
        readinessProbe: { httpGet: { path: "/", port }, periodSeconds: 2 },
        resources: { requests: { cpu: "5m", memory: "16Mi" }, limits: { memory: "64Mi" } },
        securityContext: { ...restricted, runAsUser: uid },
        volumeMounts: [
          { name: "pages", mountPath: "/usr/share/nginx", readOnly: true },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
      volumes: [
        // The folder above the pages: they are written anew, and it stays.
        { name: "pages", hostPath: { path: `${inside}/${name}`, type: "Directory" } },
        { name: "tmp", emptyDir: {} },
      ],
    }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: { "app.kubernetes.io/name": name }, ports: [{ port: 80, targetPort: "http" }] },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata,
      spec: {
        rules: [
          {
            host: guidesHost,
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name, port: { number: 80 } } } },
              ],
            },
          },
        ],
      },
    },
  ];
}

/** Serves docs/ as pages on the demo's cluster, as this toolkit has them. */
export function guidesTask<Context>(cluster: Cluster): ListrTask<Context> {
  return {
    title: name,
    task: async (_, task) => {
      const folder = join(cluster.layout.root, name);
      mkdirSync(folder, { recursive: true });
      writeDocs(join(folder, "html"), "none");
      await apply(join(cluster.layout.root, "bin", "kubectl"), cluster.kubeconfig, guidesObjects());
      await execa("kubectl", ["-n", name, "rollout", "status", `deployment/${name}`, "--timeout=120s"], {
        env: cluster.environment,
      });
      task.title = spoken({
        en: `${name.padEnd(15)} served at https://${guidesHost}`,
        fr: `${name.padEnd(15)} servi à https://${guidesHost}`,
      });
    },
  };
}
