import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { MachineFolders } from "./layout.ts";
import { logFile } from "./supervisor.ts";

/** A condition that is awaited, and the service whose log is shown if it does not come. `timeout` in milliseconds. */
export interface Awaited {
  what: string;
  service: string;
  timeout: number;
  signal?: AbortSignal | undefined;
}

const intervalMs = 200;
const shownLines = 10;
const shownWidth = 300;

/**
 * Asks again and again until the probe answers something. Throws, after the timeout, a sentence with the service
 * that is not up, the probe's last error and the last lines of the service's log.
 */
export async function until<T>(
  machine: MachineFolders,
  awaited: Awaited,
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + awaited.timeout;
  let last = "";
  for (;;) {
    awaited.signal?.throwIfAborted();
    try {
      const answer = await probe();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error instanceof Error ? ` (${error.message.split("\n")[0]})` : "";
    }
    if (Date.now() > deadline) {
      const seconds = awaited.timeout / 1000;
      throw new Error(
        `${awaited.what} after ${seconds} s${last}: look at ${awaited.service}. Its last log lines:\n${lastLines(machine, awaited.service)}`,
      );
    }
    await sleep(intervalMs);
  }
}

/** The last lines of a service's log, or a sentence when it has none. */
function lastLines(machine: MachineFolders, service: string): string {
  try {
    const lines = readFileSync(logFile(machine, service), "utf8").trimEnd().split("\n");
    return lines
      .slice(-shownLines)
      .map((line) => line.slice(0, shownWidth))
      .join("\n");
  } catch {
    return `(${service} has not logged anything)`;
  }
}
