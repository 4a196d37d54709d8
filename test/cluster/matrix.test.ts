import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { labelsOf, namespaceOf } from "../../components/foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../components/foundation/manifest/manifest.ts";
import { namespaceManifests } from "../../components/foundation/namespace/manifests.ts";
import { allowToEndpoint, allowToInternet } from "../../components/foundation/network-policy/manifests.ts";
import { ingressPresets } from "../../components/foundation/site/ingress.ts";
import { workloadOf } from "../../components/services/nextcloud/workloads.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { rangeOf } from "../../local/cluster/network.ts";
import { checkout } from "../../local/paths.ts";
import { copiedNames, servedAndCopied, villeurbanne } from "./matrix/communes.ts";
import { type Matrix, measure } from "./matrix/measure.ts";
import { openOutside, outside } from "./matrix/outside.ts";
import { Probes, type Way } from "./matrix/probes.ts";
import { partOf, tableIn, tableOf } from "./matrix/table.ts";
import type { Policy } from "./matrix/workloads.ts";

let matrix: Matrix;
/** Matrix of a commune whose store, login, relay and database are servers outside, and of some that have copies. */
let served: Matrix;

beforeAll(async () => {
  matrix = await measure(openCluster(inject("cluster")), villeurbanne());
  served = await measure(openCluster(inject("cluster")), servedAndCopied());
});

test("every way between two workloads, and to what is around them, was tried", () => {
  expect(matrix.lines.length).toBeGreaterThanOrEqual(14);
  expect(matrix.tried).toBeGreaterThan(1500);
});

test("a namespace without policies reaches all that listens and has no policy itself: closed ways are closed by policies", () => {
  const open = matrix.lines.find(({ from }) => from === "elsewhere")?.open;
  for (const target of ["DNS", "API server", "node", "Internet", "private network", "ingress namespace"]) {
    const { ports } = matrix.targets.find(({ name }) => name === target) ?? {};
    expect(open?.[target], target).toEqual(ports);
  }
});

test("what passes is what the policies declare, and nothing else", () => {
  for (const { from, open, declared } of matrix.lines) expect(open, from).toEqual(declared);
});

test("a login, a store and peers outside open the Internet, and no private network; a relay and a database do, on their ports", () => {
  for (const { from, open, declared } of served.lines) expect(open, from).toEqual(declared);
  const line = (workload: string) => served.lines.find(({ from }) => from === workload)?.open;
  for (const workload of ["mastodon web", "mastodon sidekiq", "nextcloud web", "peertube web"]) {
    expect(line(workload)?.Internet, workload).toContain(443);
    expect(line(workload)?.["private network"], workload).toEqual([5432]);
  }
});

test("what a site says of its network holds: a login behind this ingress controller is reached, what is the cluster's own is not", async () => {
  const cluster = openCluster(inject("cluster"));
  const { ingress: ingressAddress } = cluster.layout.network;
  const [told, untold] = [workloadOf("ranges", "web"), workloadOf("ranges", "cron")] as const;
  const login = new URL("https://connexion.ranges.test");
  login.port = new URL(cluster.endpoints?.https ?? "").port;
  expect(login.port).not.toBe("");
  const site = {
    privateEndpoints: [rangeOf(ingressAddress)],
    clusterRanges: [`${outside.public.replace(/\d+$/, "0")}/28`],
    ingress: ingressPresets.traefik.source,
  };
  const silent = { ...site, privateEndpoints: [], clusterRanges: [] };
  const [namespace, ...baseline] = namespaceManifests({
    ...{ commune: "ranges", service: "nextcloud", data: "none" },
    quota: { memoryMiB: 512, storageGiB: 1, pods: 4 },
  });
  const openings: NetworkPolicy[] = [
    allowToEndpoint([told], "identity", login.href, site),
    allowToInternet([told], "apps", site),
    allowToEndpoint([untold], "identity", login.href, silent),
    allowToInternet([untold], "apps", silent),
  ];
  const workloads = [told, untold].map((workload) => ({
    name: `ranges ${workload.component}`,
    namespace: namespaceOf(workload),
    labels: labelsOf(workload),
  }));
  const policies = [...baseline, ...openings] as unknown as Policy[];
  const declared = { namespaces: [namespace], policies, workloads, ports: [] };
  const probes = new Probes(cluster.environment, declared, [], [8080]);
  const around = await openOutside(cluster);
  try {
    const [first, second] = await probes.open();
    if (!first || !second) throw new Error("a probe is missing");
    const [ingress, own]: [Way, Way] = [
      [ingressAddress, Number(login.port)],
      [outside.public, 443],
    ];
    const passing = async () =>
      Promise.all([first, second].map(async (probe) => [...(await probes.passing(probe, [ingress, own]))]));
    await expect
      .poll(passing, { timeout: 60_000, interval: 1000 })
      .toEqual([[ingress.join(":")], [own.join(":")]]);
  } finally {
    await around.close();
    await probes.close();
  }
});

test("nobody reaches a keeper; a vault is reached through the ingress controller alone, by a service, an association and a neighbour too", () => {
  const [keeper, vault] = ["copied nextcloud-database-keeper copier", "copied vault-lyon server"];
  const others = (target: string) => served.lines.filter(({ from }) => from !== target);
  expect(others(keeper).length).toBeGreaterThan(20);
  for (const { from, open } of others(keeper)) expect(open[keeper], from).toEqual([]);
  for (const { from, open } of others(vault))
    expect(open[vault], from).toEqual(from === "ingress namespace" ? [8080] : []);
  const reached = (name: string) => {
    const { open = {} } = served.lines.find(({ from }) => from === name) ?? {};
    return Object.entries(open).filter(([, ports]) => ports.length > 0);
  };
  // A vault asks for nothing, and whoever brings copies knows the way out and its own database.
  expect(reached(vault)).toEqual([["DNS", [53]]]);
  for (const [who, database] of [
    [keeper, [["copied nextcloud-database server", [5432]]]],
    ["copied nextcloud restore-point", [["copied nextcloud-database server", [5432]]]],
    ["t-chorale restore-point-wordpress", [["mariadb server", [3306]]]],
  ] as const)
    expect(reached(who)).toEqual([...database, ["DNS", [53]], ["Internet", [443]]]);
});

// `npx tsx test/cluster/matrix/run.ts --accept` writes the tables, for review.
test("the tables in docs/network-policy.md are what was found", () => {
  const page = readFileSync(join(checkout, "docs", "network-policy.md"), "utf8");
  expect(tableOf(matrix)).toBe(tableIn(page, "matrix"));
  expect(tableOf(partOf(served, copiedNames()))).toBe(tableIn(page, "copies"));
});
