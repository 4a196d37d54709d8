import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Gives a copy of one of several servers the settings of a single one. Those that an operator wrote include files and
 * name certificates that only its pods have, and a server does not start without them. What `initdb` wrote includes
 * nothing, and stays.
 *
 * @param data folder of the copy.
 */
export async function becomeOne(data: string): Promise<void> {
  const file = join(data, "postgresql.conf");
  const text = await readFile(file, "utf8");
  if (!/^\s*include(_if_exists|_dir)?\s/m.test(text)) return;
  // What the image adds to those of initdb.
  await writeFile(file, "listen_addresses = '*'\n", { mode: 0o600 });
}
