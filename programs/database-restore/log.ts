import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { KeptShipment } from "../../components/recovery/keeper/shipment.ts";
import { readHistory, readPosition, showPosition } from "../../components/recovery/keeper/wal.ts";
import type { Repositories } from "../keeper/repository.ts";
import { reasonOf, run } from "../keeper/run.ts";

const partial = ".partial";

/** Brings the log of a shipment into a folder, with each file under the name that a server asks for. */
export async function fetchLog(
  { repositories }: { repositories: Pick<Repositories, "restore"> },
  shipment: KeptShipment,
  log: string,
): Promise<void> {
  await mkdir(log, { mode: 0o700 });
  // A later part may have whole what an earlier one had in part.
  for (const { generation, snapshot } of [...shipment.parts, shipment]) {
    await repositories.restore(generation, `${snapshot}:/wal`, log);
  }
  for (const name of await readdir(log)) {
    const whole = name.endsWith(partial) ? name.slice(0, -partial.length) : name;
    if (whole !== name && !existsSync(join(log, whole))) await rename(join(log, name), join(log, whole));
  }
}

/** A piece of the log on one timeline. */
export interface LogRange {
  timeline: number;
  start: bigint;
  end: bigint;
}

/**
 * Returns the pieces of the log that lead to a shipment's end, from where its base begins.
 *
 * @param history of the shipment's timeline, as PostgreSQL writes it: number and last position of each one before, a line each.
 */
export function rangesOf(
  { base, end, timeline }: Pick<KeptShipment, "base" | "end" | "timeline">,
  history: string,
): LogRange[] {
  let start = readPosition(base.start);
  return [...readHistory(history), { timeline, end: readPosition(end) }].flatMap((each) => {
    if (each.end <= start) return [];
    const range: LogRange = { ...each, start };
    start = each.end;
    return [range];
  });
}

/**
 * Reads every record of the log up to the shipment's end: each is there, follows the one before, and has its checksum.
 * Throws where one does not: a server that replays it would end there, and say that it was done.
 */
export async function verifyLog(shipment: KeptShipment, log: string): Promise<void> {
  const name = `${shipment.timeline.toString(16).toUpperCase().padStart(8, "0")}.history`;
  const history = existsSync(join(log, name)) ? await readFile(join(log, name), "utf8") : "";
  for (const { timeline, start, end } of rangesOf(shipment, history)) {
    const words = [`--path=${log}`, `--timeline=${timeline}`, "--quiet"];
    const ended = await run(
      "pg_waldump",
      [...words, `--start=${showPosition(start)}`, `--end=${showPosition(end)}`],
      { timeoutMs: 12 * 3_600_000 },
    );
    if (ended.code !== 0) {
      throw new Error(
        `the log of shipment ${shipment.sequence} is not whole up to ${showPosition(end)}: ${reasonOf("pg_waldump", ended)}`,
      );
    }
  }
}
