import { spokenError } from "../language.ts";

/** Most that come back at once: services, and then applications of associations, of which there may be hundreds. */
const most = 6;

/**
 * Works on all, some at the same time, because each mostly waits for pods. None is left running when one failed, and the
 * others come to their end. Throws what went wrong, each sentence once.
 */
export async function together<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const failed = new Set<string>();
  const left = [...all];
  const workers = Array.from({ length: Math.min(most, all.length) }, async () => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) {
      await work(each).catch((error: unknown) => failed.add(spokenError(error)));
    }
  });
  await Promise.all(workers);
  if (failed.size > 0) throw new Error([...failed].join("\n"));
}
