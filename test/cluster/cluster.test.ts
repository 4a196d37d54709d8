import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Cluster, openCluster, type ServiceName } from "../../local/cluster/index.ts";
import { buildImages, type Image } from "../../local/images/index.ts";
import { recipesOf } from "../../local/images/recipe.ts";
import { everyReference, recipes } from "../../local/recipes.ts";
import { buildToolchain, type Toolchain } from "../../local/toolchain/index.ts";
import { type Host, lookAtHost, processesOf } from "./host.ts";
import { allowNamespace, allowPod, claim, denyAll, ingress, namespace, pod, service } from "./objects.ts";

const clusters = ["alpha-test", "beta-test"];
const domain = "alpha.test";
const ours = "tests";
/** Images that its pods run. */
const references = everyReference.filter((each) => /\/(debian|nginx-unprivileged):/.test(each));
const sleepForever = ["sleep", "infinity"];

let state: string;
let before: Host;
let toolchain: Toolchain;
let images: Image[];
let alpha: Cluster;
let beta: Cluster;

/** The local image of that upstream repository. */
function image(repository: string): string {
  const name = images.flatMap(({ names }) => names).find((each) => each.includes(repository));
  if (!name) throw new Error(`no local image of ${repository}`);
  return name;
}

async function kubectl(cluster: Cluster, ...args: string[]): Promise<string> {
  const { stdout } = await execa(toolchain.bin("kubectl"), [
    `--kubeconfig=${cluster.kubeconfig}`,
    "-n",
    ours,
    ...args,
  ]);
  return stdout;
}

async function apply(cluster: Cluster, ...items: unknown[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const flags = [`--kubeconfig=${cluster.kubeconfig}`, "-n", ours, "apply", "-f", "-"];
  await execa(toolchain.bin("kubectl"), flags, { input });
}

const ready = (cluster: Cluster, ...pods: string[]) =>
  kubectl(cluster, "wait", "--for=condition=Ready", "--timeout=120s", ...pods.map((name) => `pod/${name}`));

/** Asks until the answer is the wanted one; fails with the last answer after the timeout. */
async function eventually<T>(ask: () => Promise<T>, wanted: T, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask().catch((error: Error) => error.message);
    if (JSON.stringify(answer) === JSON.stringify(wanted)) return;
    if (Date.now() > deadline) expect(answer).toEqual(wanted);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** GET of a public name through the ingress, trusting only the local authority. */
async function get(cluster: Cluster, host: string, scheme: "https" | "http" = "https") {
  const connect = { ca: readFileSync(cluster.caFile), servername: host };
  const dispatcher = new Agent({ connect });
  try {
    const url = cluster.endpoints?.[scheme] ?? "";
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      headers: { host: `${host}:${new URL(url).port}` },
    });
    return { statusCode, location: headers.location, text: await body.text() };
  } finally {
    await dispatcher.destroy();
  }
}

/** Whether one pod can open a connection to another's port. */
async function connects(cluster: Cluster, from: string, address: string, port: number): Promise<boolean> {
  const open = `exec 3<>/dev/tcp/${address}/${port}`;
  const { exitCode } = await execa(
    toolchain.bin("kubectl"),
    [
      `--kubeconfig=${cluster.kubeconfig}`,
      "-n",
      ours,
      "exec",
      from,
      "--",
      "timeout",
      "3",
      "bash",
      "-c",
      open,
    ],
    { reject: false },
  );
  return exitCode === 0;
}

async function up(cluster: Cluster, domains: string[]): Promise<number> {
  const started = Date.now();
  await cluster.up({ toolchain, images, domains, report: () => undefined });
  return (Date.now() - started) / 1000;
}

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "ct-"));
  vi.stubEnv("COMMUNE_STATE", state);
  toolchain = await buildToolchain({ report: () => undefined });
  const how = { report: () => undefined, signal: new AbortController().signal };
  images = await buildImages(how, recipesOf(references, recipes));
  before = await lookAtHost(clusters, state);
  [alpha, beta] = clusters.map((name) => openCluster(name)) as [Cluster, Cluster];
});

afterAll(async () => {
  await alpha?.reset();
  await beta?.reset();
  rmSync(state, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

describe("the local cluster", () => {
  it("comes up with everything Ready", async () => {
    const seconds = await up(alpha, [domain]);
    console.info(`cold start, images imported: ${seconds} s`);
    expect(await alpha.status()).toMatchObject({ running: true, ready: true });
    expect(await kubectl(alpha, "get", "nodes", "-o", "jsonpath={.items[*].metadata.name}")).toBe(
      "alpha-test",
    );
  });

  it("runs a pod under Pod Security restricted, and refuses one that is not", async () => {
    await apply(alpha, namespace(ours));
    const server = pod({ name: "server", image: image("nginx-unprivileged") });
    const shell = (name: string) => pod({ name, image: image("debian"), command: sleepForever });
    await apply(alpha, server, shell("client"), shell("stranger"));
    await ready(alpha, "server", "client", "stranger");
    const root = shell("root");
    const refused = { ...root, spec: { ...root.spec, hostNetwork: true } };
    await expect(apply(alpha, refused)).rejects.toThrow(/violates PodSecurity "restricted/);
    expect(await kubectl(alpha, "exec", "client", "--", "id", "-u")).toBe("1000");
  });

  it("answers over HTTPS with the local authority's certificate, and leads HTTP there", async () => {
    await apply(alpha, service("server", 8080), ingress("server", `www.${domain}`, 8080));
    await eventually(async () => (await get(alpha, `www.${domain}`)).statusCode, 200);
    await eventually(
      () => kubectl(alpha, "get", "ingress", "server", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}"),
      "127.0.0.1",
    );
    const redirect = await get(alpha, `www.${domain}`, "http");
    const port = new URL(alpha.endpoints?.https ?? "").port;
    expect(redirect).toMatchObject({ statusCode: 301, location: `https://www.${domain}:${port}/` });
    await expect(get(alpha, "www.elsewhere.test")).rejects.toThrow(/altnames/);
  });

  it("takes a new domain while it runs", async () => {
    await up(alpha, ["new.test"]);
    await eventually(async () => (await get(alpha, "www.new.test")).statusCode, 404);
    await eventually(async () => (await get(alpha, `www.${domain}`)).statusCode, 200);
  });

  it("resolves public names to the ingress from inside, and nothing outside", async () => {
    const lookUp = async (name: string) =>
      (await kubectl(alpha, "exec", "client", "--", "sh", "-c", `getent hosts ${name} || true`)).split(
        /\s+/,
      )[0];
    await eventually(() => lookUp(`www.${domain}`), "10.96.0.80");
    expect(await lookUp("server.tests.svc.cluster.local")).toMatch(/^10\.96\./);
    expect(await lookUp("debian.org")).toBe("");
  });

  it("enforces default deny between two pods, and opens it by a rule", async () => {
    const address = await kubectl(alpha, "get", "pod", "server", "-o", "jsonpath={.status.podIP}");
    const open = () => connects(alpha, "client", address, 8080);
    await eventually(open, true);
    await apply(alpha, denyAll);
    await eventually(open, false);
    expect(await open()).toBe(false);
    await apply(alpha, allowPod("client", "server"), allowNamespace("traefik", "server"));
    await eventually(open, true);
    expect(await connects(alpha, "stranger", address, 8080)).toBe(false);
  });

  it("keeps a volume across a new pod and across down and up", async () => {
    const keeper = pod({ name: "keeper", image: image("debian"), command: sleepForever, claim: "kept" });
    await apply(alpha, claim("kept"), keeper);
    await ready(alpha, "keeper");
    await kubectl(alpha, "exec", "keeper", "--", "sh", "-c", "echo kept > /data/file");
    await kubectl(alpha, "delete", "pod", "keeper");
    await apply(alpha, keeper);
    await ready(alpha, "keeper");
    expect(await kubectl(alpha, "exec", "keeper", "--", "cat", "/data/file")).toBe("kept");
    await alpha.down();
    expect(alpha.running).toBe(false);
    const seconds = await up(alpha, [domain]);
    console.info(`warm restart: ${seconds} s`);
    expect(await alpha.status()).toMatchObject({ running: true, ready: true });
    const read = () => kubectl(alpha, "exec", "keeper", "--", "cat", "/data/file");
    await eventually(read, "kept", 120);
  });

  it.each<ServiceName>(["etcd", "kube-apiserver", "kubelet", "containerd"])(
    "heals when %s is killed, with its data",
    async (killed) => {
      const value = () => kubectl(alpha, "get", "configmap", killed, "-o", "jsonpath={.data.value}");
      await kubectl(alpha, "create", "configmap", killed, "--from-literal=value=before");
      await eventually(async () => (await get(alpha, `www.${domain}`)).statusCode, 200);
      await alpha.kill(killed);
      await eventually(value, "before");
      await kubectl(alpha, "delete", "pod", "server", "--wait=false");
      await eventually(
        async () => (await kubectl(alpha, "get", "pod", "server", "--ignore-not-found")).trim(),
        "",
      );
      await apply(alpha, pod({ name: "server", image: image("nginx-unprivileged") }));
      await ready(alpha, "server");
      await eventually(async () => (await get(alpha, `www.${domain}`)).statusCode, 200);
      await eventually(async () => (await alpha.status()).ready, true);
    },
  );

  it("runs beside a second cluster that shares nothing with it", async () => {
    await up(beta, ["beta.test"]);
    expect(await beta.status()).toMatchObject({ running: true, ready: true });
    expect(beta.endpoints).not.toEqual(alpha.endpoints);
    await expect(kubectl(beta, "get", "namespace", ours)).rejects.toThrow(/not found/);
    expect((await get(beta, "www.beta.test")).statusCode).toBe(404);
    expect((await get(alpha, `www.${domain}`)).statusCode).toBe(200);
  });

  it("writes who changed what to the audit log, without the content of secrets", async () => {
    await kubectl(alpha, "create", "secret", "generic", "audited", "--from-literal=word=cumulonimbus");
    const log = () => readFileSync(join(alpha.layout.audit, "audit.log"), "utf8");
    await eventually(async () => /"verb":"create".*"name":"audited"/.test(log()), true);
    expect(log()).not.toContain("cumulonimbus");
    expect(log()).not.toContain(Buffer.from("cumulonimbus").toString("base64"));
  });

  it("leaves the host as it was when it goes down, and its state folder when it is reset", async () => {
    expect(processesOf(state).length).toBeGreaterThan(20);
    await Promise.all([alpha.down(), beta.down()]);
    expect(processesOf(state)).toEqual([]);
    expect(await lookAtHost(clusters, state)).toEqual(before);
    expect(existsSync(alpha.layout.volumes)).toBe(true);
    await Promise.all([alpha.reset(), beta.reset()]);
    expect(existsSync(alpha.layout.root)).toBe(false);
  });
});
