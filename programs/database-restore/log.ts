import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { KeptShipment } from "../../components/recovery/keeper/shipment.ts";
import { readHistory, readPosition, showPosition } from "../../components/recovery/keeper/wal.ts";
import type { Repositories } from "../keeper/repository.ts";
import { reasonOf, run } from "../keeper/run.ts";

const partial = ".partial";

/** Restores the log of a shipment into a folder, each file under the name that a server asks for. */
export async function fetchLog(
  { repositories }: { repositories: Pick<Repositories, "restore"> },
  shipment: KeptShipment,
  log: string,
): Promise<void> {
  await mkdir(log, { mode: 0o700 });
  // A later part may have the whole of a file of which an earlier one had a part.
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
 * @param history PostgreSQL's history file of the shipment's timeline: a line for each earlier one, with number and end.
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
 * Throws otherwise: a server would end its replay there and report success.
 */
export async function verifyLog(shipment: KeptShipment, log: string): Promise<void> {
  const name = `${shipment.timeline.toString(16).toUpperCase().padStart(8, "0")}.history`;
  const history = existsSync(join(log, name)) ? await readFile(join(log, name), "utf8") : "";
  for (const { timeline, start, end } of rangesOf(shipment, history)) {
    const words = [`--path=${log}`, `--timeline=${timeline}`, "--quiet"];
    const range = [`--start=${showPosition(start)}`, `--end=${showPosition(end)}`];
    const ended = await run("pg_waldump", [...words, ...range]);
    if (ended.code !== 0) {
      throw new Error(
        `the log of shipment ${shipment.sequence} is not whole up to ${showPosition(end)}: ${reasonOf("pg_waldump", ended)}`,
      );
    }
  }
}
