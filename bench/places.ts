import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { checkout } from "../local/paths.ts";

/**
 * `npm run bench places`: cost of `check`, `map` and `wifi check` for hostile outlines and for 5,000 hotspots. Beside
 * a commune with five: by the clock, processor time and memory of a process each, the least time and the most memory
 * of so many runs, as a table. Ends with 1 if it is more than issue 12 allows.
 */
const runs = 3;
const mostMebibytes = 300;
/** Seconds by the clock. */
const [mostForHotspots, mostForOutlines] = [5, 2];

const square = (west: number, south: number, width: number, height = width) => [
  [
    [west, south],
    [west + width, south],
    [west + width, south + height],
    [west, south + height],
    [west, south],
  ],
];
const feature = (id: string, type: string, coordinates: unknown, properties: object) => ({
  type: "Feature",
  id,
  geometry: { type, coordinates },
  properties: { name: id, ...properties },
});
const quarter = (id: string, rings: unknown) => feature(id, "Polygon", rings, { kind: "quarter" });

/** A quarter with as many corners, each at its distance from the middle. */
function round(corners: number, radius: (index: number) => number) {
  const ring = Array.from({ length: corners }, (_, index) => {
    const angle = (2 * Math.PI * index) / corners;
    return [4.875 + radius(index) * Math.cos(angle), 45.767 + radius(index) * Math.sin(angle)];
  });
  return [quarter("rond", [[...ring, ...ring.slice(0, 1)]])];
}

/** Park and Miller's numbers from 0 to 1, the same in every run. */
function generator(): () => number {
  let state = 69_266;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Points on a grid that leaves each its street, and white zones between them, in quarters of 15 km² together. */
function hotspots(count: number, [columns, rows]: readonly [number, number]) {
  const random = generator();
  const [west, south, width, height] = [4.85, 45.75, 0.05, 0.035];
  const along = Math.ceil(Math.sqrt(count));
  const quarters = Array.from({ length: columns * rows }, (_, index) =>
    quarter(
      `q-${index}`,
      square(
        west + ((index % columns) * width) / columns,
        south + (Math.floor(index / columns) * height) / rows,
        width / columns,
        height / rows,
      ),
    ),
  );
  const points = Array.from({ length: count }, (_, index) => {
    const [x, y] = [((index % along) + 0.5) / along, (Math.floor(index / along) + 0.5) / along];
    return feature(`p-${index}`, "Point", [west + x * width, south + y * height], {
      kind: "hotspot",
      quarter: `q-${Math.floor(y * rows) * columns + Math.floor(x * columns)}`,
      uuid: `5f3c1b1e-8a53-4f5e-9d0b-${index.toString(16).padStart(12, "0")}`,
      model: "tplink,eap225-outdoor-v3",
      setting: "outdoor",
      height: "4 m",
      open: random() < 0.5 ? "24/7" : "Mo-Su 06:00-23:00",
      radios: [
        {
          band: "2.4 GHz",
          channel: [1, 6, 11][((index % along) + 2 * Math.floor(index / along)) % 3],
          power: "0 dBm",
          gain: "0 dBi",
        },
      ],
    });
  });
  // Between four points, so that everything complies.
  const zones = Array.from({ length: Math.ceil(count / 25) }, (_, index) => {
    const [x, y] = [1 + Math.floor(random() * (along - 1)), 1 + Math.floor(random() * (along - 1))];
    const corner = [west + (x / along) * width, south + (y / along) * height] as const;
    const rings = square(corner[0] - 0.00005, corner[1] - 0.00005, 0.0001);
    return feature(`z-${index}`, "Polygon", rings, {
      kind: "white-zone",
      reason: "residents",
      threshold: index % 2 ? "-40 dBm" : "-30 dBm",
    });
  });
  return [...quarters, ...points, ...zones];
}

const random = generator();
const cases: Record<string, () => unknown[]> = {
  "5 hotspots": () => hotspots(5, [1, 1]),
  "29,000 corners": () => round(29_000, () => 0.01),
  "29,000 corners, spikes": () => round(29_000, (index) => (index % 2 ? 0.01 : 0.0001)),
  "29,000 corners, crossing": () => round(29_000, () => 0.01 * random()),
  "300,000 corners": () => round(300_000, () => 0.01),
  "5,000 hotspots": () => hotspots(5000, [5, 4]),
};
/** Words of each command, for the commune bron of a checkout. */
const verbs = {
  check: ["check", "bron"],
  map: ["map", "bron"],
  "wifi check": ["wifi", "check", "bron"],
} as const;

/** Script that makes a process print at its end: milliseconds, then processor time in microseconds, then KiB. */
const watch = `data:text/javascript,process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write(JSON.stringify([performance.now(), userCPUTime + systemCPUTime, maxRSS]));
});`;

function write(stacks: string, name: string): void {
  const made = cases[name];
  if (!made) throw new Error(`${name} is no case`);
  mkdirSync(join(stacks, "bron"), { recursive: true });
  const lines = [
    "id: bron",
    "name: Bron",
    'insee: "69029"',
    "domain: bron.test",
    "population: 42000",
    "contact: numerique@bron.test",
    "hotspots: {}",
  ];
  writeFileSync(join(stacks, "bron", "commune.yaml"), `${lines.join("\n")}\n`);
  writeFileSync(
    join(stacks, "bron", "places.geojson"),
    JSON.stringify({ type: "FeatureCollection", features: made() }),
  );
}

interface Taken {
  /** Time by the clock, from the start of its process. */
  seconds: number;
  processor: number;
  mebibytes: number;
}

/** A command in a process, whatever it says of the places. */
function measured(verb: keyof typeof verbs, copy: string): Taken {
  const words = ["--import", watch, join(copy, "scripts", "commune.js"), ...verbs[verb]];
  const { stderr } = spawnSync(process.execPath, words, { cwd: copy, encoding: "utf8" });
  const said = /\[[\d.,]+\]$/.exec(stderr)?.[0];
  if (said === undefined) throw new Error(stderr);
  const [clock, processor, kibibytes] = JSON.parse(said) as [number, number, number];
  return { seconds: clock / 1000, processor: processor / 1e6, mebibytes: kibibytes / 1024 };
}

/** A line of a table for each case; whether all of it is within what is allowed. */
function compare(copy: string): boolean {
  console.log("By the clock, processor time, memory at most:\n");
  console.log(`| | ${Object.keys(verbs).join(" | ")} |\n|---${"|---".repeat(Object.keys(verbs).length)}|`);
  let within = true;
  for (const name of Object.keys(cases)) {
    write(join(copy, "stacks"), name);
    const most = name.endsWith("hotspots") ? mostForHotspots : mostForOutlines;
    const cells = (Object.keys(verbs) as (keyof typeof verbs)[]).map((verb) => {
      const taken = Array.from({ length: runs }, () => measured(verb, copy));
      const seconds = Math.min(...taken.map((each) => each.seconds));
      const processor = Math.min(...taken.map((each) => each.processor));
      const mebibytes = Math.max(...taken.map((each) => each.mebibytes));
      const isWithin = seconds <= most && mebibytes <= mostMebibytes;
      within &&= isWithin;
      return `${seconds.toFixed(2)} s, ${processor.toFixed(2)} s, ${Math.round(mebibytes)} MiB${isWithin ? "" : " (too much)"}`;
    });
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
  return within;
}

// A checkout of its own, with the commands compiled as `npm ci` leaves them.
const copy = mkdtempSync(join(tmpdir(), "bench-places-"));
const { stdout } = execaSync("git", ["ls-files"], { cwd: checkout });
for (const file of stdout.split("\n").filter((name) => !name.startsWith("stacks/")))
  cpSync(join(checkout, file), join(copy, file));
symlinkSync(join(checkout, "node_modules"), join(copy, "node_modules"));
execaSync("node", ["compile.js"], { cwd: copy });
if (!compare(copy)) process.exitCode = 1;
console.log(`\nLoad average ${loadavg()[0]?.toFixed(1)}.`);
rmSync(copy, { recursive: true });
