import { cpus, loadavg } from "node:os";
import { type Sizes, sparseNote } from "./files.ts";

/** Result of one measurement. */
interface Found {
  sizes: Sizes;
  /** Name, time and bytes of each step. */
  steps: readonly string[][];
  /** Bytes of rows and indexes in the server. */
  bytes: number;
  /** Bytes at the vault of the first copy of each kind. */
  copies: { base: number; dump: number; byHand: number };
  /** Log of 1 % changed rows. */
  logMiB: number;
  /** Number of files, and of those that are not sparse. */
  files: number;
  random: number;
}

/** Returns the table of a measurement, and what has to be known to read it, a line each. */
export function report({ sizes, steps, bytes, copies, logMiB, files, random }: Found): string[] {
  const head = [
    `${sizes.rows} GiB of rows, ${sizes.files} GiB of files`,
    "by the clock",
    "more at the vault",
  ];
  const ratio = (copy: number) => `1 : ${(bytes / copy).toFixed(1)}`;
  const load = loadavg().map((each) => each.toFixed(1));
  return [
    ...[head, head.map(() => "---"), ...steps].map((line) => `| ${line.join(" | ")} |`),
    "",
    `Rows and indexes: ${Math.round(bytes / 1024 ** 2)} MiB in the server.`,
    `At the vault, of that: the whole server ${ratio(copies.base)}, the point's dump ${ratio(copies.dump)}, pg_dump's own compression ${ratio(copies.byHand)}.`,
    `The log of 1 % changed rows: ${Math.round(logMiB)} MiB.`,
    sparseNote(files, random),
    `${cpus().length} processors, load average ${load.join(", ")}.`,
    "",
  ];
}
