import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Restic } from "./restic.ts";
import { sourcesOf } from "./sources.ts";
import type { Surroundings } from "./surroundings.ts";

/** Seconds after which it ends automatically, should the pod that began it be killed. */
const longestSeconds = 900;

/** Seconds in which what people have begun to write comes to its end. */
const settlingSeconds = 5;

/** Whether nobody may write while this point is taken: before a change, if the service says how. */
function isToFreeze({ settings, reason }: Surroundings): boolean {
  return reason === "before" && settings.freeze !== undefined;
}

/**
 * The first of two passes: copies the files while the service serves, and then has nobody write. The second pass has only
 * to copy what came since, and is the whole interruption.
 */
export async function freezeAfterFirstPass(
  restic: Restic,
  around: Surroundings,
  seconds = settlingSeconds,
): Promise<void> {
  const { settings, folders, now, say } = around;
  const { freeze } = settings;
  if (!isToFreeze(around) || freeze === undefined) return;
  for (const volume of settings.volumes) {
    const { chosen, excluded } = sourcesOf(volume, folders);
    if (chosen.length === 0) continue;
    await restic.run([
      ...["backup", "--quiet", "--json", "--host", settings.commune, "--tag", "first-pass"],
      ...excluded,
      "--",
      ...chosen,
    ]);
  }
  const file = join(folders.volumes, freeze.volume, freeze.file);
  const until = Math.floor(now().getTime() / 1000) + longestSeconds;
  writeFileSync(`${file}.new`, freeze.text.replaceAll("{until}", String(until)));
  renameSync(`${file}.new`, file);
  say("files were copied once; nobody writes from now on, until the second pass is done");
  await sleep(seconds * 1000);
}

/** Lets people write again. */
export function thaw(around: Surroundings): void {
  const { settings, folders } = around;
  const { freeze } = settings;
  if (!isToFreeze(around) || freeze === undefined) return;
  rmSync(join(folders.volumes, freeze.volume, freeze.file), { force: true });
  around.say("people may write again");
}
