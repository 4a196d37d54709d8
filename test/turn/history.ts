import { execa } from "execa";
import { withSameCode } from "./same-code.ts";

/** Path of the record of test runs in the repository. */
export const recordPath = "test/all.json";

/** History of a checkout in git. */
export interface History {
  /** The commit that is checked out. */
  head: string;
  /** Number of commits that lead to it; a branch that was merged is one. */
  count: number;
  /** Whether every file is as it was committed, the record of test runs aside. */
  clean: boolean;
  /** Returns how many commits came after that one, counted so; infinitely many if the history does not have it. */
  commitsSince(commit: string): Promise<number>;
  /** Returns the commit with which a file came; undefined if it is not committed. */
  addedWith(file: string): Promise<string | undefined>;
  /**
   * Returns the files that differ from how they were at a commit, uncommitted ones too, but for those of which comments
   * alone differ; undefined if git does not know the commit.
   */
  changedSince(commit: string): Promise<ReadonlySet<string> | undefined>;
}

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** Reads the history of a checkout; undefined if there is none, as in an archive or a shallow clone. */
export async function readHistory(root: string): Promise<History | undefined> {
  const git = async (...words: string[]): Promise<string | undefined> => {
    const { stdout, failed } = await execa("git", words, { cwd: root, reject: false });
    return failed ? undefined : stdout;
  };
  if ((await git("rev-parse", "--is-shallow-repository")) !== "false") return undefined;
  const head = await git("rev-parse", "HEAD");
  const count = await git("rev-list", "--first-parent", "--count", "HEAD");
  if (head === undefined || count === undefined) return undefined;
  const uncommitted = lines((await git("status", "--porcelain", "-uall")) ?? "").map((line) => line.slice(3));
  const asked = new Map<string, Promise<ReadonlySet<string> | undefined>>();
  const differing = async (commit: string) => {
    const changed = await git("diff", "--name-only", commit, "HEAD");
    if (changed === undefined) return undefined;
    const files = [...new Set([...lines(changed), ...uncommitted])];
    const same = await withSameCode(root, commit, files);
    return new Set(files.filter((file) => !same.has(file)));
  };
  return {
    head,
    count: Number(count),
    clean: uncommitted.every((file) => file === recordPath),
    commitsSince: async (commit) =>
      Number(
        (await git("rev-list", "--first-parent", "--count", `${commit}..HEAD`)) ?? Number.POSITIVE_INFINITY,
      ),
    addedWith: async (file) => {
      // A file that a branch brought came with the merge.
      const words = ["--first-parent", "-m", "--diff-filter=A", "--format=%H", "--", file];
      return lines((await git("log", ...words)) ?? "").at(-1);
    },
    changedSince: (commit) => {
      const known = asked.get(commit) ?? differing(commit);
      asked.set(commit, known);
      return known;
    },
  };
}
