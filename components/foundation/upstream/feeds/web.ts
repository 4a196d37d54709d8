import { EnvHttpProxyAgent, fetch } from "undici";

/** A feed that did not give what was asked of it, in one sentence. */
export class FeedError extends Error {
  override name = "FeedError";
}

/** Returns what is at an address, as text; posts the body if there is one. Throws FeedError. */
export type Ask = (address: string, body?: string) => Promise<string>;

/** Most bytes of one answer: the largest that was seen, Node.js at endoflife.date, has 20,000. */
const largest = 4 * 1024 * 1024;

/** Client of upstream's feeds, until it is closed. */
export interface Web {
  ask: Ask;
  close(): Promise<void>;
}

/**
 * Asks over https, through the environment's proxies (HTTPS_PROXY, NO_PROXY), without account and without cookies.
 *
 * @param milliseconds longest time of one answer, to its last byte.
 */
export function web(milliseconds: number): Web {
  const dispatcher = new EnvHttpProxyAgent();
  return {
    async ask(address, body) {
      const { host } = new URL(address);
      try {
        const answer = await fetch(address, {
          dispatcher,
          signal: AbortSignal.timeout(milliseconds),
          ...(body !== undefined && {
            ...{ method: "POST", body },
            headers: { "content-type": "application/json" },
          }),
        });
        if (!answer.ok || new URL(answer.url).protocol !== "https:") {
          await answer.body?.cancel();
          throw new FeedError(
            answer.ok
              ? `${host} sent on to ${answer.url}, which is not https`
              : `${host} answered ${answer.status} for ${address}`,
          );
        }
        return await bounded(answer.body ?? [], address);
      } catch (error) {
        if (error instanceof FeedError) throw error;
        throw new FeedError(`${host} did not answer (${reasonOf(error)})`);
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** Returns an answer as text, if it is no longer than it may be. Throws FeedError, and reads no more of it. */
export async function bounded(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  address: string,
  most = largest,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > most) throw new FeedError(`${address} gave more than ${most} bytes, and was not read`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error ? cause.message : error.message;
}
