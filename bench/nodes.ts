import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { median } from "../test/cluster/timing.ts";
import { Town } from "./nodes/town.ts";
import type { Visits } from "./nodes/visitors.ts";

/**
 * `npm run bench nodes`: requests a second of a workload on one, two and three nodes, each with so much processor.
 *
 * The workload is a page that costs a fixed hash, behind a Service, treated as a commune's `repeated` ones; each of its pods
 * is on a node of its own, and visitors are outside the nodes' limits. In turns, medians of an odd number of rounds.
 * Efficiency is what n nodes answer, beside n times what one does; 0.8 is wanted.
 */
const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "3" },
    processors: { type: "string", default: "0.4" },
    seconds: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
  },
});
const [nodes, processors] = [Number(values.nodes), Number(values.processors)];
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
const wanted = 0.8;

const town = new Town(nodes, processors);
const sizes = Array.from({ length: nodes }, (_, index) => index + 1);

/** Result of visits to so many pods: processor of those nodes alone that have one. */
interface Round extends Visits {
  given: number[];
}

const all: Round[][] = sizes.map(() => []);
try {
  await town.begin();
  console.log(
    `${nodes} nodes of ${processors} processors; ${seconds} s each, medians of ${rounds}, load average ${(loadavg()[0] ?? 0).toFixed(1)} before`,
  );
  for (let round = 0; round < rounds; round++)
    for (const [index, size] of sizes.entries()) {
      await town.spreadTo(size);
      const visits = await town.visit(size, seconds);
      const places = await town.nodesOfPods();
      const names = town.cluster.layout.nodes.map(({ name }) => name);
      const given = visits.processor.filter((_, node) => places.includes(names[node] ?? ""));
      all[index]?.push({ ...visits, given });
    }
} finally {
  await town.cluster.reset();
}

const middle = (size: number, of: (round: Round) => number) => median((all[size - 1] ?? []).map(of));
const sum = (figures: readonly number[]) => figures.reduce((total, one) => total + one, 0);
const rate = (size: number) => middle(size, ({ answered, seconds: took }) => answered / took);
const efficiency = (size: number) => rate(size) / (size * rate(1));

/** Figures of so many nodes, by the titles of their columns. */
const figuresOf = (size: number): Record<string, string> => ({
  nodes: String(size),
  "requests/s": rate(size).toFixed(1),
  efficiency: efficiency(size).toFixed(2),
  "p50 ms": middle(size, ({ p50 }) => p50).toFixed(0),
  "p95 ms": middle(size, ({ p95 }) => p95).toFixed(0),
  failed: String(sum((all[size - 1] ?? []).map(({ failed }) => failed))),
  "processors a node": middle(size, ({ given, seconds: took }) => sum(given) / size / took).toFixed(3),
  "processor ms a request": middle(size, ({ given, answered }) => (sum(given) / answered) * 1000).toFixed(2),
  "processors of visitors": middle(size, ({ own, seconds: took }) => own / took).toFixed(2),
});
console.log(Object.keys(figuresOf(1)).join("  "));
for (const size of sizes) {
  const line = Object.entries(figuresOf(size)).map(([title, text]) => text.padStart(title.length));
  console.log(line.join("  "));
}
console.log(`load average ${(loadavg()[0] ?? 0).toFixed(1)} after`);
if (sizes.some((size) => efficiency(size) < wanted)) process.exitCode = 1;
