import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { WebSocket } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketConnection } from "../../../local/images/websocket.ts";

let server: Server;
let url: string;

beforeEach(async () => {
  server = createServer();
  server.on("upgrade", (request, socket) => {
    const connection = WebSocketConnection.accept(request, socket, {
      text: (text) => (text === "bye" ? connection?.close() : connection?.send(text.toUpperCase())),
      close: () => undefined,
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function echo(text: string): Promise<string> {
  const client = new WebSocket(`ws://${url}`);
  await new Promise((resolve) => client.addEventListener("open", resolve));
  client.send(text);
  const answer = await new Promise<string>((resolve) => {
    client.addEventListener("message", ({ data }) => resolve(String(data)));
  });
  const closed = new Promise<number>((resolve) =>
    client.addEventListener("close", ({ code }) => resolve(code)),
  );
  client.send("bye");
  expect(await closed).toBe(1000);
  return answer;
}

describe("the server's end of a WebSocket", () => {
  it("speaks with a client that others wrote, in messages of every length of header", async () => {
    expect(await echo("été")).toBe("ÉTÉ");
    expect(await echo("a".repeat(200))).toBe("A".repeat(200));
    expect(await echo("b".repeat(60_000))).toBe("B".repeat(60_000));
  });

  it("answers 400 to what is no WebSocket", async () => {
    const socket = connect(Number(url.split(":")[1]), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n");
    const [chunk] = await once(socket, "data");
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 400 /);
    socket.destroy();
  });
});
