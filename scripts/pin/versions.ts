import { existsSync, readFileSync } from "node:fs";
import { loadCommune } from "../../components/commune/load.ts";
import { type LockedVersions, versionsFile, versionsText } from "../../components/commune/versions/lock.ts";
import { versionsToLock } from "../../components/commune/versions/record.ts";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { writeWhole } from "../../local/cluster/files.ts";

/**
 * Writes which versions a commune runs into its `versions.lock.yaml`: what it declares no version of, as it is now.
 *
 * @param other versions that take the place of those that run.
 * @returns whether the file is another one now. Throws DeclarationError.
 */
export function recordVersions(stacks: string, id: string, other: LockedVersions = {}): boolean {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const text = versionsText({ ...versionsToLock(stacks, id, loaded.declaration), ...other });
  const file = inCommune(stacks, id, versionsFile);
  const before = existsSync(file) ? readFileSync(file, "utf8") : versionsText({});
  if (before === text) return false;
  writeWhole(file, text);
  return true;
}
