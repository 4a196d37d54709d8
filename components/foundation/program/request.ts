import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";

/** An answer, whole. */
export interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Certificate authority of the server; the system's and NODE_EXTRA_CA_CERTS when absent. */
  authority?: Buffer | undefined;
  timeoutMs?: number;
}

/** The largest answer that is read, bytes: a thousand peers fit several times. */
const largest = 2 * 1024 * 1024;

/**
 * One request, without redirects: a peer must not send the reconciler elsewhere. Connections are not kept, so that
 * an idle program holds none.
 *
 * Throws when there is no whole answer in time.
 */
export function ask(address: string, options: Ask = {}): Promise<Answer> {
  const { method = "GET", headers = {}, body, authority, timeoutMs = 10_000 } = options;
  const url = new URL(address);
  const send = url.protocol === "https:" ? requestTls : requestPlain;
  return new Promise((resolve, reject) => {
    const sent = send(
      url,
      { method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs), ca: authority },
      (answer) => {
        const parts: Buffer[] = [];
        let size = 0;
        answer.on("data", (part: Buffer) => {
          size += part.length;
          if (size > largest) sent.destroy(new Error(`answered more than ${largest / 1024} KiB`));
          else parts.push(part);
        });
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers["content-type"] ?? "",
            body: Buffer.concat(parts),
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The JSON of an answer; throws, naming what was asked, when it is another status or no JSON. */
export async function askJson(address: string, options: Ask = {}): Promise<unknown> {
  const answer = await ask(address, {
    ...options,
    headers: { accept: "application/json", ...options.headers },
  });
  if (answer.status < 200 || answer.status > 299)
    throw new StatusError(answer.status, new URL(address).pathname);
  if (answer.status === 204 || answer.body.length === 0) return undefined;
  return JSON.parse(answer.body.toString("utf8"));
}

/** An answer with a status that tells failure. */
export class StatusError extends Error {
  constructor(
    readonly status: number,
    path: string,
  ) {
    super(`answered ${status} to ${path}`);
  }
}
