import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { rangeOf } from "../../local/cluster/network.ts";
import { bringMonitoringImages } from "./monitoring-images.ts";
import { Project } from "./project.ts";
import { Letters } from "./services/letters.ts";

const commune = "watch-town";
const namespace = `${commune}-monitoring`;
const reader = `astreinte@${commune}.test`;
const cluster = openCluster(inject("cluster"));
const project = new Project(cluster.environment);
let letters: Letters;

async function kubectl(...words: readonly string[]): Promise<string> {
  const { stdout } = await execa("kubectl", words, { env: cluster.environment });
  return stdout;
}

/** Asks again until there is something, for some minutes. */
async function patiently<Found>(ask: () => Promise<Found | undefined>, minutes: number): Promise<Found> {
  const end = Date.now() + minutes * 60_000;
  for (;;) {
    const found = await ask().catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`nothing was found in ${minutes} min`);
    await sleep(5_000);
  }
}

/** A letter to who is on duty in which all these words stand. */
function letter(...words: readonly string[]): Promise<string> {
  // Lines of a letter are folded: a short word finds it, and the decoded text is looked at.
  const all = async () => await letters.to(reader, "docs");
  return patiently(async () => (await all()).find((text) => words.every((word) => text.includes(word))), 12);
}

async function podName(): Promise<string> {
  return (await kubectl("get", "pods", "-n", namespace, "-o", "jsonpath={.items[0].metadata.name}")).trim();
}

/** Returns Prometheus' answer, through the API server. */
async function prometheus<Answer>(path: string): Promise<Answer> {
  const pod = await podName();
  const raw = await kubectl("get", "--raw", `/api/v1/namespaces/${namespace}/pods/${pod}:9090/proxy${path}`);
  return (JSON.parse(raw) as { data: Answer }).data;
}

beforeAll(async () => {
  await bringMonitoringImages(cluster);
  letters = new Letters(cluster, commune);
  const { host, port } = letters.relay;
  project.declare(
    commune,
    `id: ${commune}
name: Bron
insee: "69029"
domain: people-town.test
population: 4200
contact: numerique@${commune}.test
mail: { relay: ${host}, port: ${port}, encryption: none }
monitoring: { recipients: [${reader}] }
nextcloud: { storage: 1 GiB, apps: [] }
`,
  );
  await project.createStack(commune, {
    privateEndpoints: rangeOf(cluster.layout.network.ingress),
    authority: readFileSync(cluster.caFile, "utf8"),
  });
  await Promise.all([letters.open(), project.up(commune)]);
});

afterAll(async () => {
  await letters.end();
  await project.end(commune);
});

test("every target answers, public names over the ingress controller among them", async () => {
  interface Targets {
    activeTargets: { scrapePool: string; health: string; lastError: string }[];
  }
  const down = await patiently(async () => {
    const { activeTargets } = await prometheus<Targets>("/api/v1/targets?state=active");
    const failing = activeTargets.filter(({ health }) => health !== "up");
    return failing.length === 0 && activeTargets.length > 5 ? failing : undefined;
  }, 5);
  expect(down).toEqual([]);
  interface Answers {
    result: { metric: Record<string, string>; value: [number, string] }[];
  }
  const { result } = await prometheus<Answers>("/api/v1/query?query=probe_success");
  expect(result.filter(({ value }) => value[1] !== "1").map(({ metric }) => metric.instance)).toEqual([]);
});

test("the weekly letter comes at the start", async () => {
  expect(await letter("chaque semaine")).toContain("docs/fr/depannage.md#le-courriel-hebdomadaire-manque");
});

test(
  "a cache that is unavailable is told in a letter with the page that helps, and so is its return",
  async () => {
    const scaled = (replicas: number) =>
      kubectl("scale", "-n", `${commune}-nextcloud`, "deployment/nextcloud-cache", `--replicas=${replicas}`);
    await scaled(0);
    const told = await letter("Le cache de nextcloud ne répond plus", "Depuis");
    expect(told).toContain("Qui le remarque : qui se sert de nextcloud");
    expect(told).toContain("docs/fr/depannage.md#un-cache-ne-répond-pas");
    await scaled(1);
    await letter("Rétabli : Le cache de nextcloud ne répond plus");
  },
  30 * 60_000,
);

test("the three programs take no more than 200 MiB at rest", async () => {
  interface Summary {
    pods: {
      podRef: { namespace: string };
      containers: { name: string; memory: { workingSetBytes: number } }[];
    }[];
  }
  const node = await kubectl("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}");
  const { pods } = JSON.parse(
    await kubectl("get", "--raw", `/api/v1/nodes/${node}/proxy/stats/summary`),
  ) as Summary;
  const containers = pods
    .filter(({ podRef }) => podRef.namespace === namespace)
    .flatMap((pod) => pod.containers);
  const mebibytes = containers.map(({ name, memory }) => [name, memory.workingSetBytes / 1024 ** 2] as const);
  console.log(
    `memory at rest: ${mebibytes.map(([name, size]) => `${name} ${size.toFixed(1)} MiB`).join(", ")}`,
  );
  expect(mebibytes).toHaveLength(3);
  expect(mebibytes.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(200);
});
