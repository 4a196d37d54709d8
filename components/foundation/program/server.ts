import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A request to a program. */
export interface Question {
  method: string;
  /** As it was sent: every path has one spelling here, without `..`, `//` at its start, or a host. */
  path: string;
  /** Empty, or `?` and what follows it. */
  search: string;
  headers: IncomingHttpHeaders;
  /** The whole body, read when it is asked for; nothing when it is longer than that many bytes. */
  body: (largest: number) => Promise<Buffer | undefined>;
  /** Yields the body piece by piece, if it is too large to hold. A caller that stops before its end closes the connection. */
  pieces: () => AsyncIterable<Buffer>;
}

/** A body that is sent piece by piece, because it is too large to hold. */
interface Pieces {
  /** Length of all, bytes. */
  length: number;
  /** Begins to read it; not called where only the length is asked for. */
  open: () => Readable;
}

/** The answer of a program. A Buffer that several answers share is held in memory once. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer | Pieces;
}

export interface ServerOptions {
  answer: (question: Question) => Answer | Promise<Answer>;
  /** Headers of every answer, also of those that `answer` does not make. */
  headers?: Record<string, string>;
  /** Called with what `answer` has thrown, once for each. */
  failed: (error: unknown) => void;
}

/** Limits of one program, whoever asks. Memory that they take: `npm run campaign hostile-http`. */
export const serverLimits = {
  /** At once; more are closed as they come. */
  connections: 500,
  /** Bytes of all headers of a request: the cookies of a town's website are among them. */
  headerBytes: 16 * 1024,
  /** Until all headers are there, milliseconds. */
  headersMs: 5_000,
  /** Until the whole request is there, milliseconds. */
  requestMs: 10_000,
  /** While nothing is taken of an answer, milliseconds. */
  stalledMs: 30_000,
  /** Until the whole answer has been taken, milliseconds: 8 MiB over the slowest of mobile networks. */
  exchangeMs: 600_000,
  /** Between two requests, milliseconds: longer than ingress controllers keep theirs, which would else write to a closed one. */
  idleMs: 120_000,
} as const;

/** Limits of a port that only neighbours in the cluster ask: the node, the reconciler, a Prometheus. */
export const neighboursLimits = { ...serverLimits, connections: 8 } as const;

/**
 * The HTTP server of every program that runs in the cluster: what reaches `answer` is well formed, small and in time,
 * and nothing that is sent ends the process. What Node's parser refuses, Node answers itself (400, 408, 431).
 */
export function programServer(
  { answer, headers = {}, failed }: ServerOptions,
  limits: { [Limit in keyof typeof serverLimits]: number } = serverLimits,
): Server {
  const busy = new WeakSet<Socket>();
  const plain = (status: number, text: string): Answer => ({
    status,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: `${text}\n`,
  });
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      // Node looks only twice a minute by itself.
      connectionsCheckingInterval: limits.headersMs / 5,
      keepAliveTimeout: limits.idleMs,
    },
    async (request, response) => {
      const { socket } = request;
      // A second question before the answer: no client of ours does, and a thousand of them fit into one packet.
      if (busy.has(socket)) return void socket.destroy();
      busy.add(socket);
      const tooSlow = setTimeout(() => socket.destroy(), limits.exchangeMs);
      response.once("close", () => {
        clearTimeout(tooSlow);
        busy.delete(socket);
      });
      const { question, isLeft } = questionOf(request);
      const sendPieces = async ({ open }: Pieces) => {
        try {
          await pipeline(open(), response);
        } catch (error) {
          // The connection ended with it: half an answer is taken for none.
          if (!isBrokenOff(error)) failed(error);
        }
      };
      const send = async ({ status, headers: own, body }: Answer) => {
        const isPieces = typeof body === "object" && "open" in body;
        const length = { "content-length": isPieces ? body.length : Buffer.byteLength(body) };
        // What is left of a body that nobody reads is not waited for.
        const close = isLeft() ? { connection: "close" } : {};
        response.writeHead(status, { ...headers, ...own, ...length, ...close });
        if (!isPieces) response.end(body);
        else if (request.method === "HEAD") response.end();
        else await sendPieces(body);
      };
      try {
        await send(question === undefined ? plain(400, "bad request") : await answer(question));
      } catch (error) {
        // Whoever breaks off is no failure of the program's.
        if (socket.destroyed) return;
        failed(error);
        await send(plain(500, "error"));
      }
    },
  );
  server.maxConnections = limits.connections;
  server.setTimeout(limits.stalledMs);
  server.on("connect", (_, socket: Socket) => {
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", () => socket.destroy());
  });
  // The first one, before it listens, is the caller's: its port is taken.
  server.once("listening", () => server.on("error", failed));
  return server;
}

/** Whether it was the other side that ended a connection. */
function isBrokenOff(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ECONNRESET" || code === "EPIPE";
}

function questionOf(request: IncomingMessage): { question: Question | undefined; isLeft: () => boolean } {
  const url = targetOf(request.url ?? "");
  let left = false;
  const pieces = () => request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const body = async (largest: number) => {
    left = Number(request.headers["content-length"] ?? 0) > largest;
    const chunks: Buffer[] = [];
    let size = 0;
    if (left) return undefined;
    for await (const chunk of pieces()) {
      size += chunk.length;
      if (size > largest) {
        left = true;
        return undefined;
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };
  const question = url && {
    method: request.method ?? "",
    path: url.pathname,
    search: url.search,
    headers: request.headers,
    body,
    pieces: async function* () {
      left = true;
      yield* pieces();
      left = false;
    },
  };
  return { question, isLeft: () => left };
}

/** A request's target: a path in its one spelling, and a query. Nothing for `//`, `/\`, `/a/../b`, `http://…` and `*`. */
function targetOf(target: string): URL | undefined {
  if (!/^\/(?!\/)/.test(target)) return undefined;
  // Set behind a host: resolved against one, `//a:b` would name another.
  const url = new URL(`http://program${target}`);
  return url.pathname === target.split("?", 1)[0] ? url : undefined;
}
