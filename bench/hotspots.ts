import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { bundleProgram } from "../components/foundation/program/bundle.ts";
import type { FleetStatus } from "../programs/hotspots/fleet.ts";
import { radioWith } from "../test/components/places/places.ts";
import { Agent } from "../test/programs/hotspots/agent.ts";
import { mount, planOf, points, secretsOf } from "../test/programs/hotspots/mounted.ts";

/**
 * `npm run bench hotspots`: a commune's points of Wi-Fi ask one server, each every two minutes. It is started as in its
 * pod; then a change switches one radio off at all of them, and then another serial alone is signed, as when another point changes.
 * Prints memory, processor and how long until all confirm.
 */
const { values } = parseArgs({
  options: {
    devices: { type: "string", default: "1000" },
    interval: { type: "string", default: "120" },
    turns: { type: "string", default: "2" },
  },
});
const [devices, interval, turns] = [values.devices, values.interval, values.turns].map(Number) as [
  number,
  number,
  number,
];
const quarters = ["centre", "terraillon", "parilly", "les-essarts"];
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const folder = mkdtempSync(join(tmpdir(), "bench-hotspots-"));
const program = join(folder, "main.mjs");

/** One that nothing listens on now: other worktrees have clusters and benches of their own. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port: free } = probe.address() as AddressInfo;
  probe.close();
  return free;
}

function places(radios: object[]) {
  return points(Math.ceil(devices / quarters.length), () => ({ radios }), quarters);
}

/** CPU seconds that a process took, and the most memory that it had, MiB. */
function taken(pid: number): { cpuSeconds: number; peakMiB: number; nowMiB: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const memory = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  // utime and stime, in ticks of 10 ms. Source: proc_pid_stat(5).
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuSeconds: ticks / 100, peakMiB: memory("VmHWM"), nowMiB: memory("VmRSS") };
}

/** Starts the server as its pod does, and waits until it answers. */
async function start(): Promise<{ process: ChildProcess; pid: number; seconds: number }> {
  const began = performance.now();
  const server = spawn("node", ["--max-old-space-size=96", program], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      HOTSPOTS_CONFIG: join(folder, "config"),
      HOTSPOTS_SECRETS: join(folder, "secrets"),
      HOTSPOTS_STATE: join(folder, "state"),
      HOTSPOTS_PORT: String(port),
    },
  });
  const { pid } = server;
  if (pid === undefined) throw new Error("node did not start");
  for (;;) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return { process: server, pid, seconds: (performance.now() - began) / 1000 };
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    await sleep(50);
  }
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
}

const latencies: number[] = [];
const timed: typeof fetch = async (...request) => {
  const began = performance.now();
  const response = await fetch(...request);
  latencies.push(performance.now() - began);
  return response;
};

/** One turn of every agent, spread evenly over the interval, as devices that started at any time are. */
async function turn(agents: readonly Agent[]): Promise<Record<string, number>> {
  const began = performance.now();
  const results = await Promise.all(
    agents.map(async (agent, index) => {
      await sleep((index / agents.length) * interval * 1000 - (performance.now() - began));
      return agent.cycle();
    }),
  );
  return Object.fromEntries(
    [...new Set(results)].map((result) => [result, results.filter((each) => each === result).length]),
  );
}

function percentile(share: number): string {
  const sorted = [...latencies].sort((one, other) => one - other);
  return `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)} ms`;
}

let server: ChildProcess | undefined;
try {
  writeFileSync(program, bundleProgram("hotspots"));
  const planned = performance.now();
  const plan = planOf(places([radioWith({}), radioWith({ band: "5 GHz", channel: 100 })]));
  console.log(
    `${plan.points.length} points planned in ${((performance.now() - planned) / 1000).toFixed(1)} s`,
  );
  mount(folder, plan);
  const first = await start();
  server = first.process;
  console.log(`first start: ${first.seconds.toFixed(1)} s`);
  const { keys, statusToken } = secretsOf(plan);
  const agents = plan.points.map(({ uuid }) => new Agent({ url, uuid, key: keys[uuid] ?? "", fetch: timed }));
  console.log("first turn, every archive fetched:", await turn(agents));
  const before = taken(first.pid);
  const began = performance.now();
  latencies.length = 0;
  for (let count = 0; count < turns; count++) console.log("turn:", await turn(agents));
  const wall = (performance.now() - began) / 1000;
  const after = taken(first.pid);
  const cpu = ((after.cpuSeconds - before.cpuSeconds) / wall) * 1000;
  console.log(`asking every ${interval} s: ${cpu.toFixed(1)} millicores over ${wall.toFixed(0)} s`);
  console.log(`answers: median ${percentile(0.5)}, 99 of 100 within ${percentile(0.99)}`);
  console.log(
    `memory: ${after.nowMiB.toFixed(0)} MiB, at most ${after.peakMiB.toFixed(0)} MiB since the start`,
  );
  await stop(first.process);

  mount(folder, planOf(places([radioWith({})])));
  const second = await start();
  server = second.process;
  console.log(`start with the 5 GHz radio of every point off: ${second.seconds.toFixed(1)} s`);
  const asked = performance.now();
  console.log("turn:", await turn(agents));
  const response = await fetch(`${url}/status`, { headers: { authorization: `Bearer ${statusToken}` } });
  const { devices: states } = (await response.json()) as FleetStatus;
  const confirmed = states.filter(({ state, radios }) => state === "applied" && radios.radio1 === "off");
  console.log(
    `${confirmed.length} of ${states.length} confirmed it off within ${((performance.now() - asked) / 1000).toFixed(1)} s`,
  );
  const last = taken(second.pid);
  console.log(
    `memory while all fetch: at most ${last.peakMiB.toFixed(0)} MiB; ${last.cpuSeconds.toFixed(1)} s of processor`,
  );
  await stop(second.process);

  mount(folder, planOf(places([radioWith({})])), { serial: 2 });
  const third = await start();
  server = third.process;
  console.log(`start with another serial of the same: ${third.seconds.toFixed(1)} s`);
  console.log("turn:", await turn(agents));
  const { peakMiB, cpuSeconds } = taken(third.pid);
  console.log(
    `memory while all fetch: at most ${peakMiB.toFixed(0)} MiB; ${cpuSeconds.toFixed(1)} s of processor`,
  );
  await stop(third.process);
} finally {
  server?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
