import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Bytes of Go sources that one processor compiled and linked in a second, where this was written (docs/measurements.md). */
const bytesPerProcessor = 200_000;

/** Weight of the pace known before a build, in milliseconds: it counts as much as the first minute. */
const weight = 60_000;

/**
 * Progress of a build, and the time that the rest takes: by the size of sources, at the pace of the last build here.
 */
export class Pace {
  private readonly before: number;
  private readonly total: number;
  private readonly left: Map<string, number>;
  private readonly needed: number;
  private done = 0;

  /**
   * @param file keeps the pace from one build to the next.
   * @param needed the packages to compile, and the bytes of source of each.
   */
  constructor(
    private readonly file: string,
    needed: ReadonlyMap<string, number>,
    private readonly began = Date.now(),
  ) {
    this.left = new Map(needed);
    this.needed = needed.size;
    this.total = [...needed.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.before = readPace(file) ?? (bytesPerProcessor * availableParallelism()) / 1000;
  }

  compiled(importPath: string): void {
    this.done += this.left.get(importPath) ?? 0;
    this.left.delete(importPath);
  }

  get packages(): { compiled: number; needed: number } {
    return { compiled: this.needed - this.left.size, needed: this.needed };
  }

  /** Whole minutes, upwards; undefined when all is compiled. */
  minutesLeft(now = Date.now()): number | undefined {
    if (this.left.size === 0) return undefined;
    const pace = (this.done + this.before * weight) / (now - this.began + weight);
    return Math.ceil((this.total - this.done) / pace / 60_000);
  }

  /** Keeps the pace of a whole build that was long enough to be representative. */
  keep(now = Date.now()): void {
    const took = now - this.began;
    if (took >= weight) writeFileSync(this.file, JSON.stringify({ bytesPerMillisecond: this.total / took }));
  }
}

function readPace(file: string): number | undefined {
  try {
    const { bytesPerMillisecond } = JSON.parse(readFileSync(file, "utf8")) as {
      bytesPerMillisecond: unknown;
    };
    return typeof bytesPerMillisecond === "number" && bytesPerMillisecond > 0
      ? bytesPerMillisecond
      : undefined;
  } catch {
    return undefined;
  }
}
