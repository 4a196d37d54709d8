import { setTimeout as sleep } from "node:timers/promises";

/** Tries something until it is done, for two minutes. Throws its last error. */
export async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (let left = 240; ; left -= 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(500);
    }
  }
}
