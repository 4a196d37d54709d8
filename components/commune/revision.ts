import { execFileSync } from "node:child_process";

/** Where a declaration was read from. */
export interface Revision {
  /** The commit of the checkout. */
  commit: string;
  /** Whether what was declared differs from that commit. */
  isDirty: boolean;
}

/**
 * The revision of a commune's declaration, which a stack publishes so that somebody can go back to it; nothing where the
 * folder is in no repository of git, or there is no git.
 *
 * @param stacks folder with the declarations.
 */
export function revisionOf(stacks: string, id: string): Revision | undefined {
  // Settings of stacks are beside the declarations, and are none.
  const read = [id, ":(glob)*.yaml", ":(exclude,glob)Pulumi.*.yaml"];
  try {
    const commit = git(stacks, "rev-parse", "HEAD");
    return { commit, isDirty: git(stacks, "status", "--porcelain", "--", ...read) !== "" };
  } catch {
    return undefined;
  }
}

function git(folder: string, ...words: string[]): string {
  const stdio = ["ignore", "pipe", "ignore"] as ("ignore" | "pipe")[];
  return execFileSync("git", ["-C", folder, ...words], { encoding: "utf8", stdio, timeout: 20_000 }).trim();
}
