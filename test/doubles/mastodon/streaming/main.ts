import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { openDatabase } from "../database.ts";
import { databaseAddress, number, redisAddress } from "../environment.ts";
import { release } from "../home.ts";
import { openRedis } from "../redis.ts";
import { messageOf, Refusal } from "../refusal.ts";
import { type Bearer, covers, TokenStore } from "../store/tokens.ts";
import { channelOf, type Subscription, streamOfPath } from "./channels.ts";
import { Hub, payloadText } from "./hub.ts";

const double = { "X-Commune-Double": "mastodon", "Access-Control-Allow-Origin": "*" };

/** `node ./streaming/index.js`: Server-Sent Events and WebSockets until SIGTERM. Throws Refusal. */
async function main(): Promise<void> {
  const { env } = process;
  const pool = await openDatabase(databaseAddress(env, 10));
  const redis = await openRedis(redisAddress(env));
  const server = new Streaming(new Hub(redis), new TokenStore(pool));
  const http = createServer((request, response) => server.answer(request, response));
  http.on("upgrade", (request, socket, head) => server.upgrade(request, socket, head));
  const host = env.BIND || "127.0.0.1";
  const port = number(env, "PORT", 4000);
  http.listen(port, host, () =>
    console.log(`Streaming API now listening on ${host}:${port} (double of Mastodon ${release()})`),
  );
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}

/** Longest message that a client may send, in bytes: it only asks for streams. */
const longestMessage = 64 * 1024;

/** The streaming server: who may listen, and to what. */
class Streaming {
  private clients = 0;
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: longestMessage });

  constructor(
    private readonly hub: Hub,
    private readonly tokens: TokenStore,
  ) {
    this.sockets.on("headers", (headers) => {
      for (const [name, value] of Object.entries(double)) headers.push(`${name}: ${value}`);
    });
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    this.route(request, response).catch((error: unknown) => {
      console.error(messageOf(error));
      if (!response.headersSent) json(response, 500, { error: "Internal server error" });
      else response.end();
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.openSocket(request, socket, head).catch((error: unknown) => {
      console.error(messageOf(error));
      socket.destroy();
    });
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://streaming");
    if (url.pathname === "/api/v1/streaming/health") {
      response.writeHead(200, {
        ...double,
        "Content-Type": "text/plain",
        "Cache-Control": "private, no-store",
      });
      response.end("OK");
      return;
    }
    if (url.pathname === "/metrics") {
      response.writeHead(200, { ...double, "Content-Type": "text/plain; version=0.0.4" });
      response.end(`# TYPE connected_clients gauge\nconnected_clients ${this.clients}\n`);
      return;
    }
    const stream = streamOfPath(url.pathname);
    if (!stream) return json(response, 404, { error: "Unknown channel requested" });
    const bearer = await this.bearer(request, url);
    const account = bearer?.account;
    if (!account)
      return json(response, 401, {
        error: bearer === undefined ? "Missing access token" : "Invalid access token",
      });
    const channel = channelOf({ stream, tag: url.searchParams.get("tag") ?? undefined }, account.id);
    if (!channel) return json(response, 404, { error: "Unknown channel requested" });
    response.writeHead(200, {
      ...double,
      "Content-Type": "text/event-stream",
      "Cache-Control": "private, no-store",
      "X-Accel-Buffering": "no",
    });
    response.write(":)\n");
    const stop = await this.hub.listen(channel, ({ event, payload }) => {
      response.write(`event: ${event}\ndata: ${payloadText(payload)}\n\n`);
    });
    this.follow(response, stop, () => response.write(":thump\n"));
  }

  private async openSocket(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = new URL(request.url ?? "/", "http://streaming");
    const account = (await this.bearer(request, url))?.account;
    if (!account) {
      socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (client) => this.serve(client, account.id, url));
  }

  /** Tells a client what happens in the streams that it asks for, in its address or later. */
  private serve(client: WebSocket, account: string, url: URL): void {
    const stops = new Map<string, () => void>();
    const change = async ({ type = "subscribe", ...wanted }: Wish) => {
      const channel = channelOf(wanted, account);
      if (!channel) return client.send(JSON.stringify({ error: "Unknown channel requested", status: 400 }));
      stops.get(channel)?.();
      stops.delete(channel);
      if (type !== "subscribe") return;
      const stream = wanted.tag ? [wanted.stream, wanted.tag] : [wanted.stream];
      const stop = await this.hub.listen(channel, ({ event, payload }) => {
        client.send(JSON.stringify({ stream, event, payload: payloadText(payload) }));
      });
      stops.set(channel, stop);
    };
    const heed = (wanted: Wish) => {
      change(wanted).catch((error: unknown) => console.error(messageOf(error)));
    };
    client.on("error", (error) => console.error(messageOf(error)));
    client.on("message", (data) => {
      const wanted = wishOf(String(data));
      if (wanted) heed(wanted);
    });
    const end = () => {
      for (const stop of stops.values()) stop();
    };
    this.follow(client, end, () => client.ping());
    const stream = url.searchParams.get("stream");
    if (stream) heed({ stream, tag: url.searchParams.get("tag") ?? undefined });
  }

  /** Counts a client, keeps its connection awake and cleans up after it. */
  private follow(client: ServerResponse | WebSocket, stop: () => void, beat: () => void): void {
    this.clients += 1;
    const timer = setInterval(beat, 15_000);
    client.once("close", () => {
      clearInterval(timer);
      this.clients -= 1;
      stop();
    });
  }

  /** Undefined without a token; without account and scopes when the token is not good. */
  private async bearer(request: IncomingMessage, url: URL): Promise<Bearer | undefined> {
    const protocol = request.headers["sec-websocket-protocol"];
    const token =
      request.headers.authorization?.replace(/^Bearer /, "") ??
      url.searchParams.get("access_token") ??
      protocol;
    if (!token) return undefined;
    const known = await this.tokens.bearer(token);
    return known && covers(known.scopes, "read:statuses")
      ? known
      : { scopes: [], application: null, account: undefined };
  }
}

/** A stream to hear, or to hear no longer. */
type Wish = Subscription & { type?: string };

/** Returns what a client's message asks for; undefined if it is no such message, which upstream drops too. */
function wishOf(text: string): Wish | undefined {
  try {
    const wish: unknown = JSON.parse(text);
    return typeof wish === "object" && wish !== null ? ({ stream: "", ...wish } as Wish) : undefined;
  } catch {
    return undefined;
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...double, "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error && !(error instanceof Refusal) ? error.stack : messageOf(error));
    process.exit(1);
  },
);
