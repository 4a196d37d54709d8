import { execa, type ResultPromise } from "execa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { labelsOf, namespaceOf, type Workload } from "../../components/foundation/manifest/labels.ts";
import type { AnyNetworkPolicy } from "../../components/foundation/manifest/manifest.ts";
import { namespaceManifests } from "../../components/foundation/namespace/manifests.ts";
import { allowFromIngressController } from "../../components/foundation/network-policy/ingress.ts";
import { allowToPeers } from "../../components/foundation/network-policy/manifests.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { schoolsWorkload } from "../../components/schools/schools/manifests.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { runningProcesses } from "../../local/cluster/supervisor.ts";
import { type Probe, Probes, type Way } from "./matrix/probes.ts";
import type { Pods, Policy } from "./matrix/workloads.ts";

/**
 * Clusters as people have them, imitated: pods with the namespaces, labels and ports of their name servers and ingress
 * controllers, and a name server on the node's own address. What each preset opens is tried from a workload's network, side
 * by side: a way that is closed takes five seconds to say so.
 */
const cluster = openCluster(inject("cluster"));

/** A site of each kind, with who answers it for names and who passes it requests. */
const sites = {
  kubeadm: { settings: { ingress: "traefik" }, names: ["kube-dns"], port: 8443 },
  k3s: {
    settings: { ingress: "k3s", dns: "node-local" },
    names: ["kube-dns", "node-cache", "node"],
    port: 8443,
  },
  nginx: { settings: { ingress: "ingress-nginx" }, names: ["kube-dns"], port: 443 },
  rke2: { settings: { ingress: "rke2-ingress-nginx" }, names: ["kube-dns"], port: 443 },
  rketwo: { settings: { ingress: "rke2-traefik" }, names: ["kube-dns"], port: 8443 },
  haproxy: { settings: { ingress: "haproxy" }, names: ["kube-dns"], port: 8443 },
  openshift: { settings: { ingress: "openshift", dns: "openshift" }, names: ["openshift-dns"], port: 443 },
} as const;
type Kind = keyof typeof sites;
const kinds = Object.keys(sites) as Kind[];

const pods = (name: string, namespace: string, labels: Record<string, string> = { app: "site" }): Pods => ({
  name,
  namespace,
  labels,
});
const nameServers = [
  pods("kube-dns", "kube-system", { "k8s-app": "kube-dns" }),
  pods("node-cache", "kube-system", { "k8s-app": "node-local-dns" }),
  pods("openshift-dns", "openshift-dns", { "dns.operator.openshift.io/daemonset-dns": "default" }),
];
const ofNginx = (name: string, component: string) => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/component": component,
});
const controllers: Record<Kind, Pods> = {
  kubeadm: pods("gate kubeadm", "traefik"),
  k3s: pods("gate kthree", "kube-system", { "app.kubernetes.io/name": "traefik" }),
  nginx: pods("gate nginx", "ingress-nginx", ofNginx("ingress-nginx", "controller")),
  rke2: pods("gate rke", "kube-system", ofNginx("rke2-ingress-nginx", "controller")),
  rketwo: pods("gate rketwo", "kube-system", { "app.kubernetes.io/name": "rke2-traefik" }),
  haproxy: pods("gate haproxy", "haproxy-controller"),
  openshift: pods("gate openshift", "openshift-ingress"),
};
/** Beside name servers and controllers that are told by their labels; nobody is to open anything to it. */
const bystanders = [
  pods("bystander system", "kube-system"),
  pods("bystander names", "openshift-dns"),
  pods("bystander nginx", "ingress-nginx", ofNginx("ingress-nginx", "admission-webhook")),
  pods("bystander rke", "kube-system", ofNginx("rke2-ingress-nginx", "default-backend")),
];
const made = ["openshift-dns", "ingress-nginx", "haproxy-controller", "openshift-ingress"];

const workloadOf = (kind: Kind): Workload => schoolsWorkload(`site-${kind}`);
const manifests = kinds.map((kind) => {
  const { ingress, dns } = siteOf(siteSchema.parse(sites[kind].settings));
  const workload = workloadOf(kind);
  const [namespace, ...floor] = namespaceManifests({
    ...{ commune: workload.commune, service: workload.service, data: "none", dns },
    quota: { memoryMiB: 512, storageGiB: 1, pods: 4 },
  });
  const openings: AnyNetworkPolicy[] = [
    allowFromIngressController(ingress.source, workload, 8080),
    allowToPeers([workload], { privatePeers: ["10.250.0.0/16"], clusterRanges: [], ingress: ingress.source }),
  ];
  return { namespace, policies: [...floor, ...openings] };
});
const workloads = kinds.map((kind) => {
  const workload = workloadOf(kind);
  return pods(controllers[kind].name.replace("gate", "site"), namespaceOf(workload), labelsOf(workload));
});

const nodeAddress = "169.254.20.10";
const tried = [53, 443, 5353, 8080, 8443];
const probes = new Probes(
  cluster.environment,
  {
    namespaces: [
      ...manifests.map(({ namespace }) => namespace),
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "openshift-ingress",
          labels: { "policy-group.network.openshift.io/ingress": "" },
        },
      },
    ],
    policies: manifests.flatMap(({ policies }) => policies) as unknown as Policy[],
    workloads,
    ports: [],
  },
  [...nameServers, ...Object.values(controllers), ...bystanders],
  tried,
);
let found: Probe[];
let cache: ResultPromise | undefined;

const onNode = (...command: string[]) => {
  const init = runningProcesses(cluster.layout)?.init;
  if (init === undefined) throw new Error("the cluster is not up");
  return execa("nsenter", ["-t", String(init), "-n", ...command]);
};
const probeOf = (asked: Pods | undefined): Probe => {
  const probe = found.find((each) => each.pods === asked);
  if (probe === undefined) throw new Error(`${asked?.name} has no probe`);
  return probe;
};

beforeAll(async () => {
  await onNode("ip", "address", "replace", `${nodeAddress}/32`, "dev", "lo");
  const listen = `require("node:net").createServer((s) => s.end()).listen(53, "${nodeAddress}")`;
  cache = onNode(process.execPath, "-e", listen);
  cache.catch(() => undefined);
  found = await probes.open();
}, 400_000);

afterAll(async () => {
  cache?.kill("SIGKILL");
  await onNode("ip", "address", "del", `${nodeAddress}/32`, "dev", "lo");
  await probes.close();
  await execa("kubectl", ["delete", "namespace", ...made, "--ignore-not-found", "--wait=false"], {
    env: cluster.environment,
  });
}, 400_000);

/** Returns those of some places that a probe reaches, as `name:port`, once policies have arrived. */
async function reached(from: Pods | undefined, to: readonly { name: string; ways: Way[] }[]) {
  const passing = await probes.passing(
    probeOf(from),
    to.flatMap(({ ways }) => ways),
  );
  return to.flatMap(({ name, ways }) =>
    ways.filter((way) => passing.has(way.join(":"))).map(([, port]) => `${name}:${port}`),
  );
}
const placeOf = (asked: Pods) => ({
  name: asked.name,
  ways: tried.map((port): Way => [probeOf(asked).ip, port]),
});

test.concurrent.each(kinds)(
  "a workload of %s asks the name servers of its site, and nobody beside them",
  async (kind) => {
    const places = () => [
      ...[...nameServers, ...bystanders].map(placeOf),
      { name: "node", ways: [[nodeAddress, 53] satisfies Way] },
    ];
    const expected = sites[kind].names
      .map((name) => `${name}:${name === "openshift-dns" ? 5353 : 53}`)
      .sort();
    const from = workloads[kinds.indexOf(kind)];
    await expect
      .poll(async () => (await reached(from, places())).sort(), { timeout: 60_000, interval: 2000 })
      .toEqual(expected);
  },
);

test.concurrent.each(kinds)(
  "a workload of %s reaches peers through its controller's pods, on their port alone",
  async (kind) => {
    const places = () => [...Object.values(controllers), ...bystanders].map(placeOf);
    const from = workloads[kinds.indexOf(kind)];
    await expect
      .poll(() => reached(from, places()), { timeout: 60_000, interval: 2000 })
      .toEqual([`${controllers[kind].name}:${sites[kind].port}`]);
  },
);

test.concurrent.each(kinds)(
  "the controller of %s reaches the workloads of its site, and of no other",
  async (kind) => {
    const places = () => workloads.map(placeOf);
    await expect
      .poll(() => reached(controllers[kind], places()), { timeout: 60_000, interval: 2000 })
      .toEqual([`${workloads[kinds.indexOf(kind)]?.name}:8080`]);
  },
);

test.concurrent("who stands beside name servers and controllers reaches no workload", async () => {
  const found = bystanders.map((bystander) => reached(bystander, workloads.map(placeOf)));
  expect(await Promise.all(found)).toEqual(bystanders.map(() => []));
});
