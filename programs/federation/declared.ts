import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two looks: one list of the own namespace, which the API server answers from memory. */
const lookEvery = 5_000;

/**
 * Resolves when what is declared is no longer what it was, so that a change is acted on when `up` has ended and not a
 * period later; or when `signal` ends it. A look that fails says nothing: the next run says why.
 *
 * @param links lists what is declared now.
 * @param known JSON of what it was.
 */
export async function declarationChanges(
  links: () => Promise<unknown>,
  known: string,
  signal: AbortSignal,
  every = lookEvery,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(every, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const now = await links().then(
      (listed) => JSON.stringify(listed),
      () => known,
    );
    if (now !== known) return;
  }
}
