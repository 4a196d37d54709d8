import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  freezeNode,
  killNode,
  partitionNode,
  restoreMachine,
  runningNode,
} from "../../local/cluster/faults.ts";
import type { NodeLayout } from "../../local/cluster/layout.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { writersFor } from "./kill-pods/everyone.ts";
import { shuffled } from "./kill-pods/order.ts";
import { Traffic } from "./kill-pods/traffic.ts";
import type { ServiceName } from "./kill-pods/writers.ts";
import { longestGapIn, twice } from "./node-loss/acknowledged.ts";
import { Servers } from "./node-loss/servers.ts";
import { Town, town } from "./node-loss/town.ts";

type Fault = "killed" | "frozen" | "cut off" | "drained";

/** Ways in which a node goes. */
const faults: Readonly<Record<Fault, (site: Town, node: NodeLayout) => Promise<unknown>>> = {
  killed: ({ cluster }, node) => killNode(cluster.layout, node),
  frozen: ({ cluster }, node) => freezeNode(cluster.layout, node),
  "cut off": ({ cluster }, node) => partitionNode(cluster.layout, node),
  drained: (site, { name }) =>
    site.kubectl("drain", name, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s"),
};

/** Nodes that may be lost: each by its name, and the one whose server takes writes at that time. */
const places = ["node-1", "node-2", "node-3", "primary"] as const;

interface Chosen {
  place: (typeof places)[number];
  fault: Fault;
}

const everyLoss: readonly Chosen[] = places.flatMap((place) =>
  (Object.keys(faults) as Fault[]).map((fault) => ({ place, fault })),
);

/** Seconds that something may be unavailable; what has its files on that node waits for it. A drain takes no request. */
const limits = { lost: { database: 30, stateless: 90 }, drained: { database: 5, stateless: 0 } };

/** Seconds that a client behind the ingress controller may wait, which gives up then. */
const clientLimit = 60;

/** Effect of the loss of a node on those who were writing. */
interface Loss {
  node: string;
  fault: Fault;
  /** Services whose files were there. */
  held: readonly string[];
  /** Whether the server that took writes was there. */
  hadPrimary: boolean;
  /** The longest time without an acknowledged write to a server, seconds; undefined if none came while the node was lost. */
  database: number | undefined;
  /** The longest time that a client of each service waited for an answer, seconds. */
  waited: Partial<Record<ServiceName, number>>;
  interrupted: Partial<Record<ServiceName, number>>;
  failed: number;
  /** The two most frequent reasons for which writes of each interrupted service failed, and its longest answer. */
  reasons: readonly string[];
}

/** Returns what should not have been, a sentence each. */
function faultsOf({ fault, held, database, interrupted, waited }: Loss): string[] {
  const limit = limits[fault === "drained" ? "drained" : "lost"];
  const late =
    database === undefined || database > limit.database
      ? [
          `no server took writes for ${database === undefined ? "as long as the node was lost" : `${database.toFixed(1)} s`}`,
        ]
      : [];
  const services = Object.entries(interrupted).flatMap(([service, seconds]) =>
    held.includes(service) || seconds <= limit.stateless
      ? []
      : [`${service} was interrupted for ${seconds.toFixed(1)} s, and no file of it was on that node`],
  );
  const clients = Object.entries(waited).flatMap(([service, seconds]) =>
    seconds <= clientLimit ? [] : [`a client of ${service} waited for ${seconds.toFixed(1)} s`],
  );
  return [...late, ...services, ...clients];
}

function sentence({ node, fault, held, hadPrimary, database, interrupted, failed }: Loss): string {
  const gaps = Object.entries(interrupted).map(([service, seconds]) => `${service} ${seconds.toFixed(1)} s`);
  const had = [...held, ...(hadPrimary ? ["the server that took writes"] : [])];
  return [
    `${node} ${fault}, with ${had.length > 0 ? had.join(", ") : "neither files nor the server that took writes"}:`,
    `no server took writes for ${database?.toFixed(1) ?? "all the"} s;`,
    gaps.length === 0 ? "no write failed" : `${failed} writes failed, interrupted: ${gaps.join(", ")}`,
  ].join(" ");
}

async function lose(
  site: Town,
  { place, fault }: Chosen,
  hold: number,
  traffic: Traffic,
  servers: Servers,
): Promise<Loss> {
  const { cluster } = site;
  await site.whole();
  const { writable } = servers;
  const name = place === "primary" ? writable : place;
  const node = runningNode(cluster.layout, name);
  const held = await site.filesOn(name);
  const hadPrimary = name === writable;
  const began = Date.now();
  await faults[fault](site, node);
  await sleep(hold * 1000);
  const database = longestGapIn(servers.writes, began, Date.now());
  await cluster.withApi((api) => restoreMachine(cluster.layout, node, api));
  await site.kubectl("uncordon", node.name);
  await traffic.settled(Date.now(), 600);
  const { interrupted, failed } = traffic.since(began);
  const waited = traffic.longest(began);
  const reasons = (Object.keys(interrupted) as ServiceName[]).map(
    (service) =>
      `${service}: ${traffic.reasons(service, began).slice(0, 2).join("; ")}; longest wait ${waited[service]?.toFixed(1)} s`,
  );
  return { node: name, fault, held, hadPrimary, database, waited, interrupted, failed, reasons };
}

/** Rows that a server acknowledged and that are not there, a sentence each. */
async function rowsLost(site: Town, { writes }: Servers): Promise<string[]> {
  const there = new Set((await site.sql("SELECT number FROM asked")).split("\n").map(Number));
  return writes
    .filter(({ number }) => !there.has(number))
    .map(
      ({ number, node, at }) =>
        `row ${number}, which ${node} acknowledged at ${new Date(at).toISOString()}, is not there`,
    );
}

async function campaign(losses: readonly Chosen[], seed: number, hold: number): Promise<string[]> {
  const site = new Town();
  const wrong: string[] = [];
  try {
    await site.begin(console.log);
    const dispatcher = agentFor(site.doorway);
    const kubectl = new Kubectl(site.cluster.environment);
    const outputs = await site.outputs();
    const traffic = new Traffic(
      await writersFor({ commune: town, outputs, kubectl, dispatcher: () => dispatcher }),
    );
    const servers = new Servers(site.cluster.layout.nodes);
    try {
      await traffic.settled(Date.now(), 300);
      for (const each of losses) {
        const loss = await lose(site, each, hold, traffic, servers);
        console.log(sentence(loss));
        for (const reason of loss.reasons) console.log(`  ${reason}`);
        wrong.push(...faultsOf(loss).map((fault) => `${loss.node} ${loss.fault}: ${fault}`));
      }
    } finally {
      await traffic.stop();
      await servers.stop();
    }
    const lost = [...(await traffic.lost()), ...(await rowsLost(site, servers))];
    const both = twice(servers.writes);
    await dispatcher.close();
    const written = Object.entries(traffic.acknowledged()).map(([service, number]) => `${service} ${number}`);
    console.log(
      `${losses.length} losses, seed ${seed}, load average ${(loadavg()[0] ?? 0).toFixed(1)}; acknowledged writes: ${written.join(", ")}; lost: ${lost.length}; writes that PostgreSQL acknowledged: ${servers.writes.length}, by two servers at once: ${both.length}`,
    );
    wrong.push(...lost, ...both);
  } finally {
    await site.end();
  }
  return wrong;
}

/**
 * `npm run campaign node-loss -- --count 12 --seed 1`: loses one of three nodes after the other while people write, and
 * gives it back. Rows and queues are on all three, files on volumes. `--hold 150` is how many seconds a node is lost,
 * `--at primary` loses the node whose server takes writes each time, `--by drained` drains each time.
 */
const { values } = parseArgs({
  options: {
    count: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    hold: { type: "string", default: "150" },
    at: { type: "string" },
    by: { type: "string" },
  },
});
const { at, by } = values;
const losses = everyLoss.filter(
  ({ place, fault }) => (at === undefined || at === place) && (by === undefined || by === fault),
);
if (losses.length === 0)
  throw new Error(`--at is one of ${places.join(", ")}, --by one of ${Object.keys(faults).join(", ")}.`);
const seed = Number(values.seed);
const wrong = await campaign(shuffled(losses, Number(values.count), seed), seed, Number(values.hold));
for (const line of wrong) console.log(`✘ ${line}`);
if (wrong.length > 0) process.exitCode = 1;
