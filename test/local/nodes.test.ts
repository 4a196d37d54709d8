import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Client } from "../doubles/nodes/client.ts";

let server: Server;
afterEach(() => server.close());

/** A watch whose server says something, and ends it, one answer after the other. */
async function watched(answers: readonly string[], status = 200): Promise<Client> {
  const left = [...answers];
  server = createServer((_, response) => response.writeHead(status).end(left.shift()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const none = Buffer.alloc(0);
  const { port } = server.address() as AddressInfo;
  return new Client({
    ...{ authority: none, certificate: none, key: none },
    server: `http://127.0.0.1:${port}`,
  });
}
const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;

it("a watch of the double of nodes goes on where its server ended it, without what went", async () => {
  const client = await watched([event("ADDED", 1) + event("DELETED", 2), event("MODIFIED", 3)]);
  const ended = new AbortController();
  const seen: number[] = [];
  for await (const object of client.watch<number>("/pods", ended.signal)) {
    seen.push(object);
    if (object === 3) ended.abort();
  }
  expect(seen).toEqual([1, 3]);
  await client.close();
});

it("a watch that is refused says so", async () => {
  const client = await watched(["Unauthorized"], 401);
  const watch = client.watch("/pods", new AbortController().signal);
  await expect(watch.next()).rejects.toThrow("GET /pods answers 401: Unauthorized");
  await client.close();
});
