import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { execa } from "execa";

/** Returns a program without its comments and layout; as it is if it cannot be read. */
function codeOf(text: string): string {
  try {
    const options = {
      loader: "ts",
      minifyWhitespace: true,
      legalComments: "none",
      logLevel: "silent",
    } as const;
    return transformSync(text, options).code;
  } catch {
    return text;
  }
}

/** Returns texts of files at a commit, by path; a file that was not there has none. */
async function textsAt(root: string, commit: string, paths: readonly string[]): Promise<Map<string, string>> {
  const { stdout } = await execa("git", ["cat-file", "--batch=%(objecttype) %(objectsize)"], {
    ...{ cwd: root, input: paths.map((path) => `${commit}:${path}\n`).join(""), encoding: "buffer" },
  });
  const answers = Buffer.from(stdout);
  const texts = new Map<string, string>();
  let at = 0;
  for (const path of paths) {
    const end = answers.indexOf("\n", at);
    const [, size] = /^blob (\d+)$/.exec(answers.toString("utf8", at, end)) ?? [];
    at = end + 1;
    if (size === undefined) continue;
    texts.set(path, answers.toString("utf8", at, at + Number(size)));
    at += Number(size) + 1;
  }
  return texts;
}

/**
 * Returns those of some files that do now what they did at a commit: TypeScript in which comments or the layout alone
 * differ. Docstrings that were rewritten make no test run.
 */
export async function withSameCode(
  root: string,
  commit: string,
  files: readonly string[],
): Promise<ReadonlySet<string>> {
  const programs = files.filter((file) => file.endsWith(".ts"));
  const before = await textsAt(root, commit, programs);
  const same = programs.map(async (file) => {
    const then = before.get(file);
    const now = await readFile(join(root, file), "utf8").catch(() => undefined);
    return then !== undefined && now !== undefined && codeOf(then) === codeOf(now) ? [file] : [];
  });
  return new Set((await Promise.all(same)).flat());
}
