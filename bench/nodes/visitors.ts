import { Agent, request } from "undici";
import { clusterSeconds } from "../../test/cluster/pod-times.ts";

/** Figures of some seconds of visits. */
export interface Visits {
  /** Length of the time that was measured, in seconds. */
  seconds: number;
  answered: number;
  failed: number;
  /** Milliseconds of the middle answer, and of the one that 95 of 100 are faster than. */
  p50: number;
  p95: number;
  /** Processor seconds of each control group meanwhile, and of the visitors themselves. */
  processor: number[];
  own: number;
}

/** Milliseconds before it is measured: a program that starts is slower. */
const warmUp = 5000;

/**
 * Visits an address for some seconds, with so many visitors who each ask again once they are answered. Each request has a
 * connection of its own, since a Service chooses a pod for a connection and not for a request.
 */
async function visit(
  address: string,
  visitors: number,
  duration: number,
  groups: readonly string[],
): Promise<Visits> {
  const dispatcher = new Agent({ connections: visitors });
  const began = performance.now() + warmUp;
  const end = began + duration * 1000;
  const times: number[] = [];
  let failed = 0;
  const visitor = async () => {
    for (let asked = performance.now(); asked < end; asked = performance.now()) {
      const isAnswered = await request(address, { dispatcher, reset: true, headersTimeout: 10_000 })
        .then(async ({ statusCode, body }) => {
          await body.dump();
          return statusCode === 200;
        })
        .catch(() => false);
      const now = performance.now();
      if (now < began || now > end) continue;
      if (isAnswered) times.push(now - asked);
      else failed += 1;
    }
  };
  const all = Promise.all(Array.from({ length: visitors }, visitor));
  const used = () => ({ processor: groups.map(clusterSeconds), own: process.cpuUsage() });
  await new Promise((resolve) => setTimeout(resolve, began - performance.now()));
  const before = used();
  await new Promise((resolve) => setTimeout(resolve, end - performance.now()));
  const after = used();
  await all;
  await dispatcher.close();
  const sorted = times.sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
  const own = after.own.user + after.own.system - before.own.user - before.own.system;
  return {
    ...{ seconds: duration, answered: times.length, failed, p50: at(0.5), p95: at(0.95) },
    processor: after.processor.map((seconds, index) => seconds - (before.processor[index] ?? 0)),
    own: own / 1e6,
  };
}

const [address = "", visitors, duration, ...groups] = process.argv.slice(2);
console.log(JSON.stringify(await visit(address, Number(visitors), Number(duration), groups)));
