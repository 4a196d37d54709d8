import { existsSync, readFileSync } from "node:fs";
import { loadCommune } from "../../components/commune/load.ts";
import {
  type CommuneLock,
  loadVersions,
  versionsFile,
  versionsText,
} from "../../components/commune/versions/lock.ts";
import { versionsToLock } from "../../components/commune/versions/record.ts";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { writeWhole } from "../../local/cluster/files.ts";

/**
 * Writes into `versions.lock.yaml` of a commune which versions it runs: what it declares no version of, as it is now.
 *
 * @param other versions that take the place of those that run, and builds in the place of all that are locked.
 * @returns whether the file is another one now. Throws DeclarationError.
 */
export function recordVersions(stacks: string, id: string, other: Partial<CommuneLock> = {}): boolean {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const locked = loadVersions(stacks, id);
  const images = other.images ?? (locked?.ok ? locked.declaration.images : {});
  const versions = { ...versionsToLock(stacks, id, loaded.declaration), ...other.versions };
  const text = versionsText(versions, images);
  const file = inCommune(stacks, id, versionsFile);
  const before = existsSync(file) ? readFileSync(file, "utf8") : versionsText({});
  if (before === text) return false;
  writeWhole(file, text);
  return true;
}
