/**
 * Arguments with which restic compares a repository's indexes with its list of packs, and its snapshots with its indexes. It
 * takes no lock, which is safe because nobody removes packs, and reads what it can from its cache.
 */
export const checkWords = ["check", "--quiet", "--no-lock", "--with-cache"] as const;

/** Messages of restic, and its ends, where what is there was not written with this password: nothing can be added to it. */
const spoiled = [
  "ciphertext verification failed",
  "wrong password or no key found",
  "Unmarshal: invalid character",
  // restic 0.18 on a file that is too short to be one.
  "panic: runtime error",
];

/** Message of restic after a complete check that found something missing. Source: restic, cmd/restic/cmd_check.go. */
const damaged = "repository contains errors";

/**
 * Returns why a repository is not whole, from how `restic check` ended; undefined if it is whole. Throws if restic could
 * not check all of it.
 */
export function problemFound({ code, said }: { code: number | undefined; said: string }): string | undefined {
  if (code === 0) return undefined;
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const isDamaged = code === 1 && said.includes(damaged);
  if (isDamaged || spoiled.some((message) => said.includes(message))) {
    return lines
      .slice(0, 2)
      .map((line) => line.trim())
      .join(" ")
      .slice(0, 300);
  }
  throw new Error(`restic check ended with ${code ?? "a signal"}: ${lines.slice(-2).join(" ").slice(-500)}`);
}
