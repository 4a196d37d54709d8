import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programServer, type Question, serverLimits } from "../../../components/foundation/program/server.ts";

async function* breaking() {
  yield Buffer.from("pie");
  throw new Error("the disk is gone");
}

let server: Server;
let port: number;
const failures: unknown[] = [];

async function answer({ path, search, method, body, pieces }: Question) {
  switch (path) {
    case "/pieces": {
      let length = 0;
      for await (const piece of pieces()) length += piece.length;
      return { status: 200, body: `read ${length}` };
    }
    case "/first-piece": {
      for await (const piece of pieces()) return { status: 400, body: `left after ${piece.length}` };
      return { status: 200, body: "nothing" };
    }
    case "/long":
      return {
        status: 200,
        body: { length: 7, open: () => Readable.from([Buffer.from("pie"), Buffer.from("ces!")]) },
      };
    case "/breaks":
      return { status: 200, body: { length: 7, open: () => Readable.from(breaking()) } };
    case "/throws":
      throw new Error("thrown by the handler");
    case "/rejects":
      return Promise.reject(new Error("rejected by the handler"));
    case "/header":
      return { status: 200, headers: { location: "a\r\nset-cookie: b" }, body: "" };
    case "/body": {
      const read = await body(10);
      return read === undefined
        ? { status: 413, body: "long" }
        : { status: 200, body: `read ${read.length}` };
    }
    default:
      return { status: 200, body: `${method} ${path}${search}` };
  }
}

beforeAll(async () => {
  server = programServer({
    answer,
    headers: { "x-program": "yes" },
    failed: (error) => failures.push(error),
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Everything that is answered to these bytes until the connection ends, or nothing comes for a moment. */
async function said(bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (part) => {
    text += part.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.setTimeout(300, () => socket.destroy());
  socket.write(bytes, "latin1");
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}

const asked = async (target: string, method = "GET", headers = "connection: close\r\n") =>
  Number((await said(`${method} ${target} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`)).slice(9, 12));

describe("a target", () => {
  // Each of the first three ended the federation's server in November 2026.
  test.each([
    "//",
    "/\\",
    "//a:b/../.well-known/commune/carte",
    "/.well-known/../metrics",
    "/%2e%2e/metrics",
    "/a/./b",
    "http://elsewhere.test/",
    "https://[::1/",
    "*",
    "elsewhere.test:443",
    "?a",
    "/a#b",
    '/"',
    "/é",
  ])("that is no path in its one spelling, %j, is answered 400", async (target) => {
    expect(await asked(target)).toBe(400);
    expect(await asked(target, "OPTIONS")).toBe(400);
  });

  test("that is a path is passed on as it was sent", async () => {
    const target = "/.well-known/webfinger?resource=acct%3Aa@b.test&x=//..";
    expect(await said(`GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200 OK\r\nx-program: yes\r\n[\s\S]*\r\n\r\nGET \/\.well-known\/webfinger\?resource=acct%3Aa@b\.test&x=\/\/\.\.$/,
    );
  });
});

test("a tunnel is refused, another protocol is not spoken, and what is no HTTP is told so", async () => {
  expect(await said("CONNECT elsewhere.test:443 HTTP/1.1\r\nhost: x\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  expect(await asked("/", "GET", "connection: upgrade\r\nupgrade: websocket\r\n")).toBe(200);
  expect(await said("\x16\x03\x01\x02\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  expect(await asked("/", "GET", `cookie: ${"a".repeat(serverLimits.headerBytes)}\r\n`)).toBe(431);
});

describe("what is too large to hold", () => {
  const post = (path: string, length: number, body: string) =>
    said(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n\r\n${body}`);

  test("is read piece by piece, and the connection goes on", async () => {
    const text = await post("/pieces", 4, "abcd");
    expect(text).toContain("read 4");
    expect(text.toLowerCase()).not.toContain("connection: close");
  });

  test("and is left ends the connection", async () => {
    const text = await post("/first-piece", 100, "abcd");
    expect(text).toContain("left after 4");
    expect(text.toLowerCase()).toContain("connection: close");
  });

  test("is answered piece by piece, with its length, which is all that HEAD is told", async () => {
    const [got, told] = await Promise.all(
      ["GET", "HEAD"].map((method) =>
        said(`${method} /long HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
      ),
    );
    expect(got).toMatch(/content-length: 7\r\n[\s\S]*\r\n\r\npieces!$/);
    expect(told).toMatch(/content-length: 7\r\n[\s\S]*\r\n\r\n$/);
  });

  test("and breaks off ends the connection, so that nobody takes the half for the whole", async () => {
    const text = await said("GET /breaks HTTP/1.1\r\nhost: x\r\n\r\n");
    expect(text).toMatch(/\r\n\r\n(pie)?$/);
    expect(failures.splice(0)).toHaveLength(1);
  });
});

test("what a program throws is answered 500 and told once, and the next question is answered", async () => {
  for (const path of ["/throws", "/rejects", "/header"]) {
    expect(await asked(path), path).toBe(500);
    expect(failures.splice(0), path).toHaveLength(1);
  }
  expect(await asked("/")).toBe(200);
});

describe("a body", () => {
  const post = (headers: string, body: string) =>
    said(`POST /body HTTP/1.1\r\nhost: x\r\n${headers}\r\n${body}`);

  test("is read when it is short enough", async () => {
    expect(await post("content-length: 4\r\n", "abcd")).toContain("read 4");
    expect(await post("transfer-encoding: chunked\r\n", "4\r\nabcd\r\n0\r\n\r\n")).toContain("read 4");
  });

  test("that is declared or becomes too long is answered at once, and the connection ends", async () => {
    for (const text of [
      await post("content-length: 11\r\n", ""),
      await post("transfer-encoding: chunked\r\n", "b\r\nabcdefghijk\r\n"),
    ]) {
      expect(text).toMatch(/^HTTP\/1.1 413 /);
      expect(text.toLowerCase()).toContain("connection: close");
    }
  });

  test("that breaks off is nobody's failure", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write("POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab");
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect(await asked("/")).toBe(200);
    expect(failures).toEqual([]);
  });
});

test("questions that come before the answer to the first end the connection", async () => {
  const many = "GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(50);
  expect((await said(many)).match(/HTTP\/1.1/g) ?? []).toHaveLength(0);
});

test("no more than so many connections are taken", async () => {
  const sockets = Array.from({ length: serverLimits.connections + 50 }, () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    return socket;
  });
  await expect
    .poll(() => sockets.filter(({ closed }) => closed).length, { timeout: 4000 })
    .toBeGreaterThanOrEqual(50);
  const open = await new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  expect(open).toBe(serverLimits.connections);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => asked("/"), { timeout: 4000 }).toBe(200);
});

test.each([{ exchangeMs: 400 }, { stalledMs: 400 }])(
  "a connection on which nothing comes, a body that does not end, and an answer that nobody takes are closed in time: %o",
  async (limit) => {
    const limits = { ...serverLimits, headersMs: 100, requestMs: 200, ...limit };
    const large = Buffer.alloc(64 * 1024 * 1024);
    const hasty = programServer(
      {
        answer: async ({ path, body }) => ({
          status: 200,
          body: path === "/large" ? large : ((await body(10)) ?? ""),
        }),
        failed: (error) => failures.push(error),
      },
      limits,
    ).listen(0, "127.0.0.1");
    await once(hasty, "listening");
    const count = () => new Promise((resolve) => hasty.getConnections((_, open) => resolve(open)));
    const sockets = [
      "",
      "GET / HTTP/1.1\r\nhost",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab",
      "GET /large HTTP/1.1\r\nhost: x\r\n\r\n",
    ].map((bytes) => {
      const socket = connect((hasty.address() as AddressInfo).port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(bytes);
      // Nothing is read.
      return socket.pause();
    });
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    await expect.poll(count, { timeout: 5000 }).toBe(0);
    expect(failures).toEqual([]);
    for (const socket of sockets) socket.destroy();
    hasty.close();
  },
);
