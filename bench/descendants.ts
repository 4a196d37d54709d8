import { readdirSync, readFileSync } from "node:fs";

/** Processor time and memory of all programs that this process started, and of those that they started. */
export interface Taken {
  /** Processor time of those that have ended, seconds. */
  cpuSeconds: number;
  /** The most memory that they held together at one moment, MiB; pages that several share are counted once for each. */
  peakMiB: number;
}

/** Fields of /proc/<pid>/stat after the name, which may hold spaces. Source: proc_pid_stat(5). */
function statOf(pid: number | "self"): string[] {
  return readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
}

/** Time that ended children took, seconds: cutime and cstime, in ticks of 10 ms. */
function childSeconds(): number {
  const fields = statOf("self");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Memory of all descendants now, MiB: their resident pages of 4 KiB. */
function memoryMiB(): number {
  const found = new Map<number, { parent: number; pages: number }>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const fields = statOf(Number(name));
      found.set(Number(name), { parent: Number(fields[1]), pages: Number(fields[21]) });
    } catch {
      // It has ended meanwhile.
    }
  }
  const isOurs = (pid: number): boolean => {
    const parent = found.get(pid)?.parent;
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  const pages = [...found].filter(([pid]) => isOurs(pid)).reduce((sum, [, one]) => sum + one.pages, 0);
  return (pages * 4) / 1024;
}

/** Does something with other programs and says what these took. */
export async function takenBy(work: () => Promise<void>): Promise<Taken> {
  const before = childSeconds();
  let peakMiB = 0;
  const timer = setInterval(() => {
    peakMiB = Math.max(peakMiB, memoryMiB());
  }, 500);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return { cpuSeconds: childSeconds() - before, peakMiB };
}
