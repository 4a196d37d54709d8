import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Cluster } from "../../../local/cluster/index.ts";
import { runningProcesses } from "../../../local/cluster/supervisor.ts";
import { Project } from "../../cluster/project.ts";
import { declarationOf } from "./objects.ts";

/** Address of NodeLocal DNSCache on each node. Source: the manifest of nodelocaldns in kubernetes/kubernetes, cluster/addons/dns. */
const address = "169.254.20.10";
const name = "node-local-dns";
const namespace = "kube-system";

/** Asks the name server that a pod was given, and prints what came of it. */
const lookup = `require("node:dns").lookup(process.argv[1], (error, found) => console.log(error?.code ?? found));`;

/** Answers to a commune's pods on a site whose name server is on the node. */
export interface Resolved {
  /** Seconds of the first update. */
  seconds: number;
  /** The name server of the pods. */
  server: string;
  /** The reconciler's answer for a public name if the site says `node-local`, and if it says `kube-dns`. */
  told: { nodeLocal: string; kubeDns: string };
}

/** Brings a small commune up on a cluster whose name server is on the node, with the setting for it and without. Leaves nothing. */
export async function nodeLocalSite(cluster: Cluster): Promise<Resolved> {
  const stack = "site-node-local";
  const domain = `${stack}.test`;
  const site = new NodeLocal(cluster);
  const project = new Project(cluster.environment);
  const inPod = (...words: string[]) =>
    site.kubectl(["exec", "-n", `${stack}-federation`, "deployment/federation", "--", ...words]);
  const set = (dns: string) => project.succeed("config", "set", "commune:dns", dns, "-s", stack);
  try {
    await site.begin();
    project.declare(stack, declarationOf(stack, domain));
    await project.createStack(stack);
    await set("node-local");
    const begun = Date.now();
    await project.up(stack);
    const seconds = Math.round((Date.now() - begun) / 1000);
    const server = /^nameserver (.+)$/m.exec(await inPod("cat", "/etc/resolv.conf"))?.[1] ?? "";
    const nodeLocal = await inPod("node", "-e", lookup, domain);
    await set("kube-dns");
    await project.up(stack);
    const kubeDns = await inPod("node", "-e", lookup, domain);
    return { seconds, server, told: { nodeLocal, kubeDns } };
  } finally {
    await project.end(stack);
    await site.end();
  }
}

/**
 * A name server on the node, as NodeLocal DNSCache is one beside a kube-proxy whose mode is not iptables: at an address
 * of the node's own, in a pod on the node's network, and told to pods by the kubelet. It is CoreDNS with the
 * configuration of the cluster's, where the real one keeps what that answers.
 */
class NodeLocal {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async kubectl(words: readonly string[], input?: object): Promise<string> {
    const { stdout } = await execa("kubectl", words, {
      env: this.#cluster.environment,
      ...(input ? { input: JSON.stringify(input) } : {}),
    });
    return stdout;
  }

  async #onNode(...words: string[]): Promise<void> {
    const processes = runningProcesses(this.#cluster.layout);
    if (!processes) throw new Error("the cluster is down");
    await execa("nsenter", [`--target=${processes.init}`, "--net", "--", ...words]);
  }

  /** Sets the name server that the kubelet writes into the resolv.conf of pods from now on. */
  async #tell(server: string): Promise<void> {
    const file = join(this.#cluster.layout.configuration, "kubelet.json");
    const configuration = JSON.parse(readFileSync(file, "utf8")) as object;
    writeFileSync(file, JSON.stringify({ ...configuration, clusterDNS: [server] }));
    await this.#cluster.kill("kubelet");
  }

  async begin(): Promise<void> {
    await this.#onNode("ip", "address", "replace", `${address}/32`, "dev", "lo");
    const read = (what: string, path: string) =>
      this.kubectl(["get", what, "coredns", "-n", namespace, "-o", `jsonpath=${path}`]);
    const image = await read("deployment", "{.spec.template.spec.containers[0].image}");
    const corefile = await read("configmap", "{.data.Corefile}");
    const items = objects(image, corefile);
    await this.kubectl(["apply", "-f", "-"], { apiVersion: "v1", kind: "List", items });
    const where = ["-n", namespace, `pod/${name}`];
    await this.kubectl(["wait", "--for=condition=Ready", "--timeout=60s", ...where]);
    await this.#tell(address);
  }

  async end(): Promise<void> {
    await this.#tell(this.#cluster.layout.network.dns);
    await this.kubectl(["delete", `pod/${name}`, `configmap/${name}`, "-n", namespace, "--ignore-not-found"]);
    await this.#onNode("ip", "address", "delete", `${address}/32`, "dev", "lo").catch(() => undefined);
  }
}

function objects(image: string, corefile: string): object[] {
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace },
      data: { Corefile: corefile },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, labels: { "k8s-app": name } },
      spec: {
        hostNetwork: true,
        dnsPolicy: "Default",
        serviceAccountName: "coredns",
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "node-cache",
            image,
            args: ["-conf", "/etc/coredns/Corefile"],
            readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
            securityContext: { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } },
            volumeMounts: [{ name: "configuration", mountPath: "/etc/coredns", readOnly: true }],
          },
        ],
        volumes: [{ name: "configuration", configMap: { name } }],
      },
    },
  ];
}
