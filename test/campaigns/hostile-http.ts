import { connect } from "node:net";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { floods, play } from "./hostile-http/floods.ts";
import { withPrograms } from "./hostile-http/programs.ts";
import { hostileBytes } from "./hostile-http/requests.ts";
import type { Running } from "./hostile-http/running.ts";

/** Observations of one program in a campaign. */
export interface Seen {
  program: string;
  requests: number;
  /** Number of answers by status; "none" if the connection ended without one. */
  statuses: Record<string, number>;
  floods: { name: string; opened: number; open: number; recoveredMs: number; peakMiB: number }[];
  limitMiB: number;
}

/**
 * Returns the answer to some bytes. The sending side ends when nothing more comes: Node breaks off what it has not
 * answered by then, so that what a program asks elsewhere first would never be seen.
 */
async function answered(running: Running, bytes: Buffer): Promise<string> {
  const socket = connect(running.program.port, "127.0.0.1");
  const parts: Buffer[] = [];
  socket.on("data", (part) => {
    parts.push(part);
    socket.setTimeout(20);
  });
  socket.on("error", () => undefined);
  socket.setTimeout(150, () => {
    if (socket.writableEnded) socket.destroy();
    socket.end();
  });
  socket.write(bytes);
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(parts).toString("latin1");
}

/** The statuses of all answers on one connection: bodies of these programs hold no such line. */
function statusesIn(text: string): string[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status = ""]) => status);
}

async function fuzz(
  running: Running,
  { seed, count }: { seed: number; count: number },
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const property = fc.asyncProperty(hostileBytes(running.program), async (bytes) => {
    const found = statusesIn(await answered(running, bytes));
    for (const status of found.length === 0 ? ["none"] : found) {
      if (/^5/.test(status) && status !== "503" && status !== "505") throw new Error(`answered ${status}`);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    if (running.end !== undefined) throw new Error(running.end);
  });
  const outcome = await fc.check(property, { seed, numRuns: count, endOnFailure: true });
  if (outcome.failed) {
    const shown = JSON.stringify(outcome.counterexample?.[0].toString("latin1")).slice(0, 600);
    throw new Error(`${running.program.name} (seed ${seed}): ${outcome.errorInstance}\n${shown}`);
  }
  await running.answers();
  return statuses;
}

/**
 * Sends `count` drawn requests to each program of ours that listens, over real sockets on this machine, then floods it with
 * `connections` at a time. Throws when a program ends, answers 500, stops answering, or takes more than its pod may.
 */
export async function hostileHttp({
  seed,
  count,
  connections,
  holdMs,
  program: only,
}: {
  seed: number;
  count: number;
  connections: number;
  /** Duration of each flood, milliseconds. */
  holdMs: number;
  /** Its folder below programs/; all if absent. */
  program?: string | undefined;
}): Promise<Seen[]> {
  const judge = async (running: Running) => {
    const { name, limitMiB } = running.program;
    const seen: Seen = {
      program: name,
      requests: count,
      statuses: await fuzz(running, { seed, count }),
      floods: [],
      limitMiB,
    };
    for (const flood of floods) {
      const outcome = await play(flood, running, { count: connections, holdMs });
      if (outcome === undefined) continue;
      const { peakMiB } = running;
      seen.floods.push({ name: flood.name, ...outcome, peakMiB });
      if (peakMiB > limitMiB) {
        throw new Error(
          `${name}: ${peakMiB} MiB after ${connections} that ${flood.name}; its pod may take ${limitMiB}`,
        );
      }
    }
    return seen;
  };
  return withPrograms(judge, only);
}

/** `npm run campaign hostile-http -- --program vault`: drawn requests and floods for each program of ours that listens. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: process.env.COMMUNE_SEED },
      count: { type: "string", default: "2000" },
      connections: { type: "string", default: "6000" },
      program: { type: "string" },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}`);
  const options = {
    seed,
    count: Number(values.count),
    connections: Number(values.connections),
    holdMs: 5000,
    program: values.program,
  };
  for (const { program, requests, statuses, floods, limitMiB } of await hostileHttp(options)) {
    console.log(`${program}: ${requests} hostile connections, answered ${JSON.stringify(statuses)}`);
    for (const { name, opened, open, recoveredMs, peakMiB } of floods)
      console.log(
        `  ${opened} connections that ${name}: ${open} kept, ${peakMiB} of ${limitMiB} MiB at most, answers ${recoveredMs} ms after`,
      );
  }
}
