import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Time without progress after which a program that copies is ended, milliseconds. It is longer than the 15 minutes for which
 * restic retries, so that restic says why it failed.
 */
export const stillMs = 20 * 60_000;

/** Bytes that count as progress. A program that waits still reads and writes a little: it wakes up, and asks for names. */
export const leastBytes = 64 * 1024;

/** Time between SIGTERM and SIGKILL, milliseconds. */
export const graceMs = 30_000;

const samples = 20;
export const longestSampleMs = 15_000;

/** A process that is watched. */
export interface Watched {
  /** Whether it was ended because nothing moved. */
  readonly stoodStill: boolean;
}

/**
 * Ends a process if nothing moves for a time, however long it takes otherwise: SIGTERM, on which restic removes its lock, and
 * SIGKILL half a minute later.
 *
 * @param of the process whose progress counts, with everything that it started; the process itself when absent.
 */
export function endWhenStill(child: ChildProcess, afterMs = stillMs, of = child.pid): Watched {
  const over = new AbortController();
  child.once("error", () => over.abort());
  child.once("close", () => over.abort());
  const watched = { stoodStill: false };
  const watch = async () => {
    if (of === undefined || !(await untilStill(of, afterMs, over.signal))) return;
    watched.stoodStill = true;
    child.kill("SIGTERM");
    await sleep(graceMs, undefined, { signal: over.signal });
    child.kill("SIGKILL");
  };
  // Over before: it ended by itself.
  void watch().catch(() => undefined);
  return watched;
}

/**
 * Waits until a process and everything that it started have read and written less than 64 KiB within a time: of files, pipes
 * and connections. Returns whether that came; false if it was stopped before, or if the kernel does not count.
 * Source: proc_pid_io(5), `rchar` and `wchar`.
 *
 * @param root 0 for every process of a container.
 */
export async function untilStill(root: number, afterMs: number, stopped?: AbortSignal): Promise<boolean> {
  if (!existsSync("/proc/self/io")) return false;
  let seen = bytesOf(root);
  let [moved, since] = [0, performance.now()];
  for (;;) {
    const end = await sleep(Math.min(longestSampleMs, afterMs / samples), true, { signal: stopped }).catch(
      () => false,
    );
    if (!end) return false;
    const now = bytesOf(root);
    for (const [pid, bytes] of now) moved += Math.max(0, bytes - (seen.get(pid) ?? 0));
    seen = now;
    if (moved >= leastBytes) [moved, since] = [0, performance.now()];
    else if (performance.now() - since >= afterMs) return true;
  }
}

/** Bytes that each process of a tree has read and written since it started. */
function bytesOf(root: number): Map<number, number> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // After the program's name, which may have spaces: its state, and who started it.
    const parent = Number(read(name, "stat").split(") ").at(-1)?.split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const bytes = new Map<number, number>();
  const left = [root];
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    left.push(...(children.get(pid) ?? []));
    const counts = [...read(String(pid), "io").matchAll(/^[rw]char: (\d+)$/gm)];
    bytes.set(
      pid,
      counts.reduce((sum, [, count]) => sum + Number(count), 0),
    );
  }
  return bytes;
}

/** A file of a process; empty if the process has ended. */
function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Returns why a process that stood still was ended. */
export function stillFor(afterMs: number): string {
  return `nothing moved for ${afterMs >= 60_000 ? `${Math.round(afterMs / 60_000)} minutes` : `${afterMs / 1000} s`}`;
}
