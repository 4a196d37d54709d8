import { setTimeout as sleep } from "node:timers/promises";

/** Codes of errors before anything was connected to: asking again does nothing twice. */
const unconnected = new Set([
  ...["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"],
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Milliseconds between two tries. */
const rest = 1000;

/**
 * Retries while a program waits for what may come a moment after its pod: its name server, its network policies, and
 * the servers that it asks. An open connection may close once more while policies reach its node, so every request is
 * retried, and not the first alone; what does not answer in time is unavailable.
 */
export class Patience {
  private readonly end: number;

  /**
   * @param seconds for all that is asked together, from now on.
   * @param say told what is waited for, each time that it is something else.
   */
  constructor(
    seconds: number,
    private readonly say: (line: string) => void,
  ) {
    this.end = Date.now() + seconds * 1000;
  }

  /**
   * Returns the answer of `ask`. Throws its error if that is not transient, and the reason for giving up when time is over.
   *
   * @param passing returns why an error is transient; undefined if it is not. By default a missing connection is.
   */
  async ask<T>(
    what: string,
    ask: () => Promise<T>,
    passing: (error: unknown) => string | undefined = withoutConnection,
  ): Promise<T> {
    for (let said = ""; ; await sleep(rest)) {
      try {
        return await ask();
      } catch (error) {
        const why = passing(error);
        if (why === undefined) throw error;
        if (Date.now() >= this.end) {
          throw new Error(`${what} was waited for in vain: ${why}`, { cause: error });
        }
        if (why !== said) this.say(`${what} is waited for: ${why}`);
        said = why;
      }
    }
  }
}

/** Returns why no connection was made; undefined if one was, or if it is another kind of error. */
function withoutConnection(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, cause, message } = error as NodeJS.ErrnoException & { cause?: unknown };
  const isUnconnected = unconnected.has(code ?? "") || (code === "ETIMEDOUT" && syscall === "connect");
  if (isUnconnected) return message || code;
  return withoutConnection(cause);
}
