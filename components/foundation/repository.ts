import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Entries at the root of a repository of communes: the project file of Pulumi, and the folder of declarations. */
const marks = ["Pulumi.yaml", "stacks"] as const;

/**
 * Returns the repository of communes that a folder is in: the nearest folder upwards with `Pulumi.yaml` and `stacks/`;
 * undefined if there is none.
 */
export function repositoryAbove(folder: string): string | undefined {
  if (marks.every((mark) => existsSync(join(folder, mark)))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : repositoryAbove(above);
}

/**
 * Returns the absolute path of a file of the communes' repository, by its path from the root: declarations, settings of
 * stacks, output of commands. The repository is the one around the current folder; if there is none, the current folder
 * itself, for commands that make a repository or only print help.
 */
export function repositoryFile(path: string): string {
  const here = process.cwd();
  return join(repositoryAbove(here) ?? here, path);
}

/** Returns why a command cannot run in a folder that is in no repository of communes; undefined if it is in one. */
export function repositoryProblem(folder: string): string | undefined {
  if (repositoryAbove(folder) !== undefined) return undefined;
  return `no repository of communes: neither ${folder} nor a folder above it has ${marks.join(" and ")}/. Go to yours, or make one: npx commune new <folder>\nNothing was changed.`;
}
