import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readToldLog, type ToldLog, toldLogKey } from "../../components/federation/told-log.ts";

/** Decisions, from a folder that changes while the program runs; undefined if the stack says nothing of them. */
export function toldIn(folder: string): () => ToldLog | undefined {
  return () => {
    try {
      return readToldLog(readFileSync(join(folder, toldLogKey), "utf8"));
    } catch {
      return undefined;
    }
  };
}
