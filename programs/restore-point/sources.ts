import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CopiedVolume } from "../../components/foundation/restore-point/contract.ts";
import type { Surroundings } from "./surroundings.ts";

/** Paths that restic copies of a volume. */
export interface Sources {
  root: string;
  chosen: string[];
  /** Excluded paths, as options. */
  excluded: string[];
  /** Paths that are left out, below the root. */
  left: string[];
}

export function sourcesOf(
  { name, paths, excluded }: CopiedVolume,
  { volumes }: Pick<Surroundings["folders"], "volumes">,
): Sources {
  const root = join(volumes, name);
  const chosen = paths === undefined ? [root] : paths.map((path) => join(root, path)).filter(existsSync);
  // The file system's own; and what a restore has put aside or was bringing.
  const left = [...excluded, "lost+found", ".restore-*"];
  return { root, chosen, left, excluded: left.map((path) => `--exclude=${join(root, path)}`) };
}
