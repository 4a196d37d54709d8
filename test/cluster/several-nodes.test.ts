import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { groupProcesses } from "../../local/cluster/cgroups.ts";
import { type Cluster, openCluster } from "../../local/cluster/index.ts";
import type { NodeLayout } from "../../local/cluster/layout.ts";
import { buildImages, type Image } from "../../local/images/index.ts";
import { recipesOf } from "../../local/images/recipe.ts";
import { everyReference, recipes } from "../../local/recipes.ts";
import { buildToolchain, type Toolchain } from "../../local/toolchain/index.ts";
import { localNodeCommand } from "../../scripts/local-node.ts";
import { type Host, lookAtHost, processesOf } from "./host.ts";
import { allowPod, claim, denyAll, ingress, namespace, pod, service } from "./objects.ts";

const name = "trois-test";
const domain = "trois.test";
const ours = "tests";
/** Images that its pods run. */
const references = everyReference.filter((each) => /\/(debian|nginx-unprivileged):/.test(each));
/** Seconds until Kubernetes misses a node: 50, and its controller looks every five. */
const missed = 90;

let state: string;
let before: Host;
let toolchain: Toolchain;
let images: Image[];
let cluster: Cluster;

const imageOf = (repository: string): string =>
  images.flatMap(({ names }) => names).find((each) => each.includes(repository)) ?? "";

async function kubectl(...words: string[]): Promise<string> {
  const place = [`--kubeconfig=${cluster.kubeconfig}`, "--namespace", ours];
  return (await execa(toolchain.bin("kubectl"), [...place, ...words])).stdout;
}

async function apply(...items: object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const words = [`--kubeconfig=${cluster.kubeconfig}`, "--namespace", ours, "apply", "-f", "-"];
  await execa(toolchain.bin("kubectl"), words, { input });
}

/** Asks until the answer is the wanted one; fails with the last answer after the timeout. */
async function eventually<T>(ask: () => Promise<T>, wanted: T, seconds = 60): Promise<number> {
  const began = Date.now();
  for (;;) {
    const answer = await ask().catch((error: Error) => error.message);
    const took = (Date.now() - began) / 1000;
    if (JSON.stringify(answer) === JSON.stringify(wanted)) return took;
    if (took > seconds) expect(answer).toEqual(wanted);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** A pod on one node, which the scheduler is not asked about. */
function on(node: string, options: Parameters<typeof pod>[0]) {
  const made = pod(options);
  const nodeSelector = { "kubernetes.io/hostname": node };
  return { ...made, spec: { ...made.spec, nodeSelector } };
}

const shell = (node: string, podName: string, more: { claim?: string } = {}) =>
  on(node, { name: podName, image: imageOf("debian"), command: ["sleep", "infinity"], ...more });

async function within(podName: string, script: string): Promise<string> {
  return (await kubectl("exec", podName, "--", "bash", "-c", script)).trim();
}

/** Whether a pod can open a connection to a port. */
async function connects(from: string, address: string, port: number): Promise<boolean> {
  return within(from, `timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/${port}'`).then(
    () => true,
    () => false,
  );
}

/** Types `commune local node <verb> <node>`. */
async function node(verb: string, which: string): Promise<void> {
  await localNodeCommand().parseAsync([verb, which, "--cluster", name], { from: "user" });
}

const isReady = async (which: string): Promise<boolean> =>
  (
    await kubectl("get", "node", which, "-o", 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')
  ).trim() === "True";

async function httpsStatus(host: string): Promise<number> {
  const { https = "" } = cluster.endpoints ?? {};
  const dispatcher = new Agent({ connect: { ca: readFileSync(cluster.caFile), servername: host } });
  try {
    const { statusCode, body } = await request(https, {
      dispatcher,
      headers: { host: `${host}:${new URL(https).port}` },
    });
    await body.dump();
    return statusCode;
  } finally {
    await dispatcher.destroy();
  }
}

const nodeAt = (index: number): NodeLayout => {
  const found = cluster.layout.nodes[index];
  if (!found) throw new Error(`there is no node ${index + 1}`);
  return found;
};

async function up(): Promise<number> {
  const began = Date.now();
  await cluster.up({ toolchain, images, domains: [domain], report: () => undefined });
  return (Date.now() - began) / 1000;
}

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "sn-"));
  vi.stubEnv("COMMUNE_STATE", state);
  toolchain = await buildToolchain({ report: () => undefined });
  const how = { report: () => undefined, signal: new AbortController().signal };
  images = await buildImages(how, recipesOf(references, recipes));
  before = await lookAtHost([name], state);
  cluster = openCluster(name, { nodes: { count: 3, memory: 2 * 1024 ** 3 } });
});

afterAll(async () => {
  await cluster?.reset();
  rmSync(state, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

test("three nodes come up Ready, each with its limits and a pod", async () => {
  console.info(`three nodes, images unpacked: ${await up()} s`);
  expect(await cluster.status()).toMatchObject({ running: true, ready: true });
  expect(await kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}")).toBe(
    "node-1 node-2 node-3",
  );
  const allocatable = await kubectl("get", "node", "node-2", "-o", "jsonpath={.status.allocatable.memory}");
  expect(Number.parseInt(allocatable, 10) / 1024).toBeLessThan(2048);
  await apply(namespace(ours));
  await apply(
    on("node-1", { name: "server", image: imageOf("nginx-unprivileged") }),
    shell("node-2", "client"),
    shell("node-3", "stranger"),
    service("server", 8080),
    ingress("server", `www.${domain}`, 8080),
  );
  await kubectl(
    "wait",
    "--for=condition=Ready",
    "--timeout=120s",
    "pod/server",
    "pod/client",
    "pod/stranger",
  );
  const addresses = await kubectl("get", "pods", "-o", "jsonpath={.items[*].status.podIP}");
  expect(addresses).toMatch(/^10\.244\.2\.\d+ 10\.244\.1\.\d+ 10\.244\.3\.\d+$/);
});

test("pods reach each other across nodes: by address, by Service, by name and from the host", async () => {
  const address = await kubectl("get", "pod", "server", "-o", "jsonpath={.status.podIP}");
  await eventually(() => connects("client", address, 8080), true);
  const service = await kubectl("get", "service", "server", "-o", "jsonpath={.spec.clusterIP}");
  await eventually(() => connects("stranger", service, 8080), true);
  await eventually(
    () => within("client", `getent hosts server.${ours}.svc.cluster.local | cut -d' ' -f1`),
    service,
  );
  await eventually(() => connects("client", `server.${ours}.svc.cluster.local`, 8080), true);
  await eventually(() => httpsStatus(`www.${domain}`), 200);
});

test("a network policy holds for pods of other nodes", async () => {
  const address = await kubectl("get", "pod", "server", "-o", "jsonpath={.status.podIP}");
  await apply(denyAll);
  await eventually(() => connects("client", address, 8080), false);
  await apply(allowPod("client", "server"));
  await eventually(() => connects("client", address, 8080), true);
  expect(await connects("stranger", address, 8080)).toBe(false);
  await kubectl("delete", "networkpolicy", "--all");
  await eventually(() => connects("stranger", address, 8080), true);
});

test("a volume is made and removed on the node of its pod", async () => {
  await apply(claim("kept"), shell("node-3", "keeper", { claim: "kept" }));
  await kubectl("wait", "--for=condition=Ready", "--timeout=120s", "pod/keeper");
  await within("keeper", "echo kept > /data/file");
  const volume = await kubectl("get", "pvc", "kept", "-o", "jsonpath={.spec.volumeName}");
  const folder = join(nodeAt(2).volumes, `${volume}_${ours}_kept`);
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("kept\n");
  expect(existsSync(join(nodeAt(0).volumes, `${volume}_${ours}_kept`))).toBe(false);
  await kubectl("delete", "pod/keeper", "pvc/kept");
  await eventually(async () => existsSync(folder), false);
});

test("images are unpacked once: a node's are links to those of another", async () => {
  const content = "io.containerd.content.v1.content/blobs";
  const [blob] = (
    await execa("find", [join(nodeAt(0).varLib, "containerd", content), "-type", "f"])
  ).stdout.split("\n");
  const { stdout } = await execa("stat", ["--format=%h", blob ?? ""]);
  expect(Number(stdout)).toBe(3);
});

test("a node that is killed, or frozen, is missed, and started again", async () => {
  await Promise.all([node("kill", "2"), node("freeze", "node-3")]);
  expect(groupProcesses(nodeAt(1).cgroup)).toEqual([]);
  await expect(node("partition", "2")).rejects.toThrow(/node-2 is down, it cannot be cut off: start it with/);
  await expect(node("freeze", "3")).rejects.toThrow("node-3 is frozen already. Nothing was changed.");
  const seconds = await Promise.all(
    ["node-2", "node-3"].map((which) => eventually(() => isReady(which), false, missed)),
  );
  console.info(`NotReady after ${seconds} s: killed, frozen`);
  expect(await cluster.status()).toMatchObject({
    ready: false,
    nodes: [
      { name: "node-1", isUp: true, isReady: true },
      { name: "node-2", isUp: false, isReady: false },
      { name: "node-3", isUp: true, isFrozen: true, isReady: false },
    ],
  });
  // The ingress controller or the name server may have lost one of two pods, and not both for long.
  await eventually(() => httpsStatus(`www.${domain}`), 200);
  await Promise.all([node("start", "2"), node("start", "3")]);
  expect(await Promise.all([isReady("node-2"), isReady("node-3")])).toEqual([true, true]);
  await eventually(() => within("client", "echo back"), "back", 120);
});

test("a node whose link is down is missed, and one that is drained gives its pods away", async () => {
  const { metadata, spec } = pod({ name: "moving", image: imageOf("nginx-unprivileged") });
  await apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "moving" },
    spec: {
      selector: { matchLabels: metadata.labels },
      template: { metadata: { labels: metadata.labels }, spec },
    },
  });
  await kubectl("rollout", "status", "deployment/moving", "--timeout=60s");
  const [place = ""] = (
    await kubectl("get", "pod", "-l", "app=moving", "-o", "jsonpath={.items[*].spec.nodeName}")
  ).split(" ");
  const other = place === "node-3" ? "node-2" : "node-3";
  await node("partition", other);
  await kubectl("delete", "pod", "server", "client", "stranger", "--grace-period=1", "--wait=false");
  const bare = async () =>
    (
      await kubectl(
        "get",
        "pod",
        "-l",
        "app!=moving",
        "-o",
        "name",
        `--field-selector=spec.nodeName=${place}`,
      )
    ).trim();
  await eventually(bare, "");
  await node("drain", place);
  expect(await kubectl("get", "node", place, "-o", "jsonpath={.spec.unschedulable}")).toBe("true");
  expect(
    await kubectl("get", "pod", "-l", "app=moving", "-o", "jsonpath={.items[*].spec.nodeName}"),
  ).not.toContain(place);
  console.info(`NotReady after ${await eventually(() => isReady(other), false, missed)} s: cut off`);
  const { nodes = [] } = await cluster.status();
  expect(nodes.find((each) => each.name === place)).toMatchObject({ isCordoned: true, isReady: true });
  expect(nodes.find((each) => each.name === other)).toMatchObject({ isCutOff: true, isUp: true });
  await Promise.all([node("start", place), node("start", other)]);
  expect(await isReady(other)).toBe(true);
  expect(await kubectl("get", "node", place, "-o", "jsonpath={.spec.unschedulable}")).toBe("");
});

test("all of it goes with the cluster, and comes back: a frozen node too", async () => {
  await node("freeze", "1");
  expect(processesOf(state).length).toBeGreaterThan(20);
  await cluster.down();
  expect(processesOf(state)).toEqual([]);
  expect(await lookAtHost([name], state)).toEqual(before);
  console.info(`three nodes, again: ${await up()} s`);
  expect(await cluster.status()).toMatchObject({ running: true, ready: true });
  await expect(node("kill", "4")).rejects.toThrow(/has no node "4": its nodes are node-1, node-2, node-3/);
  await cluster.reset();
  expect(existsSync(cluster.layout.root)).toBe(false);
  expect(await lookAtHost([name], state)).toEqual(before);
});
