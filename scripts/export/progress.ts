import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { writeJson } from "../../local/cluster/files.ts";
import type { Done } from "./data.ts";

/** Progress that an interrupted run has kept. */
export interface Progress {
  commune: string;
  /** Points, as \`--point\` takes them. */
  points: string[];
  done: Done;
}

const progressFile = "progress.json";

/** Progress of a run before this one; undefined if there was none. */
export function begunIn(part: string, id: string): Progress | undefined {
  if (!existsSync(part)) return undefined;
  const file = join(part, progressFile);
  const begun = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Progress) : undefined;
  if (begun?.commune === id) return begun;
  throw new TranslatedError({
    en: `${part} is there, and is no export of ${id} that was cut. Move it away, or name another folder. Nothing was written.`,
    fr: `${part} existe, et n’est pas un export interrompu de ${id}. Déplacez-le, ou nommez un autre dossier. Rien n’a été écrit.`,
  });
}

/** Bytes of data that are there already. */
export function takenIn(part: string): number {
  const file = join(part, progressFile);
  if (!existsSync(file)) return 0;
  const { done } = JSON.parse(readFileSync(file, "utf8")) as Progress;
  return Object.values(done).reduce((sum, { bytes }) => sum + bytes, 0);
}

export function keepProgress(part: string, progress: Progress): void {
  writeJson(join(part, progressFile), progress, 0o600);
}

export function forgetProgress(part: string): void {
  rmSync(join(part, progressFile));
}
