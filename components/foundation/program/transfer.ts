import { type ClientRequest, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { Readable } from "node:stream";
import { leastBytes, stillFor } from "./still.ts";

/** Time without progress after which a request fails, milliseconds. */
const stillMs = 120_000;

/** Time within which a connection is made, milliseconds: a network policy that is not there yet swallows the first packets. */
const connectMs = 10_000;

/** Bytes that are written at once: each piece that the connection takes is progress. */
const pieceBytes = 64 * 1024;

/** A request whose answer is whole. */
interface Transfer {
  method: string;
  headers: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
}

/**
 * Sends a request and returns the whole answer, as `fetch` does, for files that may take long: it fails when hardly
 * anything moves either way for two minutes, and never because a line is slow. `fetch` has limits on the whole of what is sent, 300 s until
 * the first byte of the answer. Redirects are not followed: a host must not send the password elsewhere.
 *
 * Throws if nothing moves, or if the connection breaks off.
 */
export async function transfer(address: string, init: Transfer, afterMs = stillMs): Promise<Response> {
  try {
    return await sent(address, init, afterMs);
  } catch (error) {
    // The other side may close a connection that was kept open, while the next request is on its way.
    if (error instanceof ClosedWhileIdle) return sent(address, init, afterMs);
    throw error;
  }
}

class ClosedWhileIdle extends Error {}

function sent(address: string, { method, headers, body }: Transfer, afterMs: number): Promise<Response> {
  const send = address.startsWith("https:") ? requestTls : requestPlain;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(body.length) };
    const request = send(address, { method, headers: { ...headers, ...length } });
    let isAnswered = false;
    endWhenSlow(request, afterMs);
    request.on("error", (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && !isAnswered && error.code === "ECONNRESET";
      reject(isStale ? new ClosedWhileIdle(error.message) : error);
    });
    refuseSlowConnection(request);
    request.on("response", (answer) => {
      isAnswered = true;
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const { statusCode: status = 0, headers: said } = answer;
        const pairs = Object.entries(said).map(([name, value]): [string, string] => [name, String(value)]);
        const isEmpty = status === 204 || status === 304;
        resolve(new Response(isEmpty ? null : Buffer.concat(pieces), { status, headers: pairs }));
      });
    });
    if (body === undefined) request.end();
    else Readable.from(piecesOf(body), { objectMode: false }).pipe(request);
  });
}

function* piecesOf(body: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < body.length; start += pieceBytes)
    yield body.subarray(start, start + pieceBytes);
}

/** Fails if hardly anything moves: a host that sends a byte a minute would hold whoever asks for ever. */
function endWhenSlow(request: ClientRequest, afterMs: number): void {
  const moved = () => (request.socket?.bytesRead ?? 0) + (request.socket?.bytesWritten ?? 0);
  let before = 0;
  // A connection that was kept open has moved others' bytes.
  request.once("socket", () => {
    before = moved();
  });
  const watch = setInterval(() => {
    const now = moved();
    if (now - before < leastBytes) request.destroy(new Error(stillFor(afterMs)));
    before = now;
  }, afterMs);
  request.once("close", () => clearInterval(watch));
}

/** Fails, in a way by which it is tried again, if there is no connection in time. */
function refuseSlowConnection(request: ClientRequest): void {
  request.on("socket", (socket) => {
    if (!socket.connecting) return;
    const error = Object.assign(new Error(`no connection within ${connectMs / 1000} s`), {
      code: "ETIMEDOUT",
      syscall: "connect",
    });
    const timer = setTimeout(() => request.destroy(error), connectMs);
    socket.once("connect", () => clearTimeout(timer));
    socket.once("close", () => clearTimeout(timer));
  });
}
