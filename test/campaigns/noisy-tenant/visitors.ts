import { setTimeout as sleep } from "node:timers/promises";
import { type Agent, request } from "undici";
import type { Visit } from "./figures.ts";

/** A page that is asked for at a steady rate. */
export interface Page {
  what: string;
  url: string;
  /** Pages a second. */
  rate: number;
}

/** A page that comes later than this was waited for in vain: whoever asked has gone. */
const patienceMs = 5000;

/** Asks for each page at its rate for some seconds, whether or not earlier ones were answered. */
export async function visits(pages: readonly Page[], seconds: number, agent: Agent): Promise<Visit[]> {
  const start = performance.now();
  const all = pages.flatMap(({ what, url, rate }) =>
    Array.from({ length: Math.round(seconds * rate) }, async (_, index): Promise<Visit> => {
      const due = start + (index * 1000) / rate;
      await sleep(due - performance.now());
      const status = await asked(url, agent);
      const milliseconds = performance.now() - due;
      return { what, isAnswered: status === 200 && milliseconds <= patienceMs, milliseconds };
    }),
  );
  return Promise.all(all);
}

/** Returns the status of a page; undefined if none came in time. */
export async function asked(url: string, agent: Agent): Promise<number | undefined> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const { statusCode, body } = await request(url, { dispatcher: agent, signal });
    await body.dump();
    return statusCode;
  } catch {
    return undefined;
  }
}
