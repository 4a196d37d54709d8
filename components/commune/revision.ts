import { execFileSync } from "node:child_process";

/** Revision that a declaration was read from. */
export interface Revision {
  /** The commit of the repository. */
  commit: string;
  /** Whether the declaration differs from that commit. */
  isDirty: boolean;
}

/**
 * Patterns of files that commands write into a commune's folder, as git names them from the folder of all communes:
 * none of them is declared.
 */
export const writtenByCommands = (id: string): string[] =>
  ["*.jsonl", "news/outbox.json"].map((path) => `:(exclude,glob)${id}/${path}`);

/**
 * Returns the revision of a commune's declaration, which a stack publishes so that somebody can go back to it;
 * undefined if the folder is not in a git repository, git ignores it, or git is missing.
 *
 * @param stacks folder with the declarations.
 */
export function revisionOf(stacks: string, id: string): Revision | undefined {
  // Settings of stacks lie next to the declarations, and are not declared.
  const read = [id, ":(glob)*.yaml", ":(exclude,glob)Pulumi.*.yaml", ...writtenByCommands(id)];
  const ignored = ["--others", "--ignored", "--exclude-standard", "--directory"];
  try {
    const commit = git(stacks, "rev-parse", "HEAD");
    // What git ignores is in no commit, and never differs from one.
    if (git(stacks, "ls-files", ...ignored, "--", `${id}/commune.yaml`) !== "") return undefined;
    return { commit, isDirty: git(stacks, "status", "--porcelain", "--", ...read) !== "" };
  } catch {
    return undefined;
  }
}

function git(folder: string, ...words: string[]): string {
  const stdio = ["ignore", "pipe", "ignore"] as ("ignore" | "pipe")[];
  return execFileSync("git", ["-C", folder, ...words], { encoding: "utf8", stdio, timeout: 20_000 }).trim();
}
