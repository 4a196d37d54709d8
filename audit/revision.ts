import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { inCommune } from "../components/foundation/declaration/stacks.ts";

/** Git's message, if it cannot give the declarations of a revision. */
class RevisionError extends Error {
  override name = "RevisionError";
}

/** Returns what git prints in a folder. Throws RevisionError with what git complains of. */
export async function git(folder: string, words: readonly string[]): Promise<string> {
  return new TextDecoder().decode(await gitBytes(folder, words));
}

async function gitBytes(folder: string, words: readonly string[]): Promise<Uint8Array> {
  const { exitCode, stdout, stderr } = await execa("git", ["-C", folder, ...words], {
    reject: false,
    stripFinalNewline: false,
    encoding: "buffer",
  });
  if (exitCode !== 0)
    throw new RevisionError(new TextDecoder().decode(stderr).trim() || `git ${words[0]} failed`);
  return stdout;
}

/** A revision as git names it: twelve digits. Throws RevisionError if there is none. */
export async function resolveRevision(stacks: string, revision: string): Promise<string> {
  const resolved = await git(stacks, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--short=12",
    "--end-of-options",
    `${revision}^{commit}`,
  ]).catch(() => {
    throw new RevisionError(
      `there is no revision ${JSON.stringify(revision)} in the repository of ${stacks}. git log --oneline -- ${stacks} lists them.`,
    );
  });
  return resolved.trim();
}

/**
 * Writes the declarations of a revision into a new folder of temporary files: all that a commune is read from, whatever
 * the working tree has.
 *
 * @returns the folder that stands for `stacks/`; whoever asks removes it.
 */
export async function stacksAt(stacks: string, id: string, revision: string): Promise<string> {
  const listed = await git(stacks, ["ls-tree", "-r", "-z", "--name-only", revision, "./"]);
  const folder = mkdtempSync(join(tmpdir(), "stacks-"));
  const wanted = listed
    .split("\0")
    .filter((path) => path.startsWith(`${id}/`) || /^[^/]+\.yaml$/.test(path))
    // What schools share is large, and a declaration names it only.
    .filter((path) => !path.startsWith(`${id}/library/`) || path.endsWith(".yaml"));
  try {
    for (const path of wanted) {
      // A tree may have names that no checkout of git would write.
      const file = path.includes("/") ? inCommune(folder, id, path.slice(id.length + 1)) : join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, await gitBytes(stacks, ["show", `${revision}:./${path}`]));
    }
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}
