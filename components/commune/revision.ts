import { execFileSync } from "node:child_process";

/** Where a declaration was read from. */
export interface Revision {
  /** The commit of the repository. */
  commit: string;
  /** Whether what was declared differs from that commit. */
  isDirty: boolean;
}

/** What commands write into the folder of a commune, as git names it from the folder of all: none of it is declared. */
export const writtenByCommands = (id: string): string[] =>
  ["*.jsonl", "news/outbox.json"].map((path) => `:(exclude,glob)${id}/${path}`);

/**
 * The revision of a commune's declaration, which a stack publishes so that somebody can go back to it; nothing where the
 * folder is in no repository of git, or git ignores it, or there is no git.
 *
 * @param stacks folder with the declarations.
 */
export function revisionOf(stacks: string, id: string): Revision | undefined {
  // Settings of stacks are beside the declarations, and are none.
  const read = [id, ":(glob)*.yaml", ":(exclude,glob)Pulumi.*.yaml", ...writtenByCommands(id)];
  const ignored = ["--others", "--ignored", "--exclude-standard", "--directory"];
  try {
    const commit = git(stacks, "rev-parse", "HEAD");
    // No commit has what git ignores, and none differs from it.
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
