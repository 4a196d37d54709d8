import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { workFiles } from "../../components/recovery/points/settings.ts";
import { dumpOf, found, fromAny, resticAt } from "./found.ts";
import { environmentText, resticEnvironment } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";

/** Finds the dump of a point at a vault that gives all of it, and leaves for the next container what it is to load and to count. */
export async function findRows(sequence: number, around: Surroundings): Promise<void> {
  const { manifest, hosts } = await found(sequence, around);
  const dump = dumpOf(manifest);
  const { database } = around.settings;
  if (dump.database !== database)
    throw new Error(`the point has the rows of ${dump.database}, not of ${database}`);
  const host = await fromAny(hosts, async (each) => {
    const { files, bytes } = await resticAt(each, dump, around).readBack(dump.snapshot);
    if (files !== 1 || bytes !== dump.bytes) throw new Error(`it has ${bytes} bytes of ${dump.bytes}`);
    return each;
  });
  const opens = around.access[host];
  if (opens === undefined) throw new Error(`nothing opens the vault at ${host}`);
  const leave = (name: keyof typeof workFiles, text: string) =>
    writeFileSync(join(around.folders.work, workFiles[name]), text, { mode: 0o600 });
  leave("repository", environmentText(resticEnvironment(opens, dump.repository, around)));
  leave("snapshot", dump.snapshot);
  leave(
    "expected",
    Object.entries(dump.rows)
      .map(([table, count]) => `${table}\t${count}\n`)
      .join(""),
  );
  around.say(`the rows of ${manifest.takenAt} are at ${host}: ${dump.bytes} bytes`);
}
