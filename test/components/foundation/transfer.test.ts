import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTls, globalAgent } from "node:https";
import { type AddressInfo, createServer as createSocket, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { transfer } from "../../../components/foundation/program/transfer.ts";
import { selfSigned } from "../../self-signed.ts";

/** Address of a server for one test. */
async function at(server: Server | ReturnType<typeof createSocket>, scheme = "http"): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Takes a body so slowly that all of it takes as many milliseconds. */
const takeSlowly = (milliseconds: number) => (request: IncomingMessage, response: ServerResponse) => {
  let bytes = 0;
  request.on("data", (piece: Buffer) => {
    bytes += piece.length;
    request.pause();
    setTimeout(() => request.resume(), (milliseconds * piece.length) / body.length);
  });
  request.on("end", () => response.end(String(bytes)));
};

const body = Buffer.alloc(24 * 1024 * 1024, 1);
const put = { method: "POST", headers: { authorization: "Basic x" } };

describe("a file to a vault or from it", () => {
  test("takes as long as the line needs, both ways", async () => {
    const address = await at(createServer(takeSlowly(3000)));
    const answer = await transfer(address, { ...put, body }, 1000);
    expect([answer.status, await answer.text()]).toEqual([200, String(body.length)]);
    const slow = createServer(async (_, response) => {
      response.writeHead(200, { date: "Thu, 26 Nov 2026 20:30:00 GMT" });
      for (let piece = 0; piece < 6; piece += 1) {
        response.write(Buffer.alloc(64 * 1024, 1));
        await sleep(400);
      }
      response.end();
    });
    const came = await transfer(await at(slow), { method: "GET", headers: {} }, 1000);
    expect([came.headers.get("date"), (await came.arrayBuffer()).byteLength]).toEqual([
      "Thu, 26 Nov 2026 20:30:00 GMT",
      6 * 64 * 1024,
    ]);
  });

  test("fails where a host lets a byte through now and then: nobody is held for ever", async () => {
    const dripping = createServer((_, response) => {
      response.writeHead(200, { "content-length": "100000" });
      const drip = setInterval(() => response.write("."), 50);
      response.on("close", () => clearInterval(drip));
    });
    const asked = transfer(await at(dripping), { method: "GET", headers: {} }, 300);
    await expect(asked).rejects.toThrow("nothing moved for 0.3 s");
  });

  test("fails when nothing moves: before the answer, in the middle of it, and while it is taken", async () => {
    const get = { method: "GET", headers: {} };
    const silent = await at(createServer(() => undefined));
    await expect(transfer(silent, get, 300)).rejects.toThrow("nothing moved for 0.3 s");
    const half = createServer((_, response: ServerResponse) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
    });
    await expect(transfer(await at(half), get, 300)).rejects.toThrow("nothing moved for 0.3 s");
    const full = createSocket((socket) => void socket.pause());
    await expect(transfer(await at(full), { ...put, body }, 300)).rejects.toThrow("nothing moved for 0.3 s");
  });

  test("is half an answer never, and another address never", async () => {
    const cut = createServer((_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half");
      setTimeout(() => response.destroy(), 50);
    });
    await expect(transfer(await at(cut), { method: "GET", headers: {} })).rejects.toThrow();
    const elsewhere = createServer((_, response) => {
      response.writeHead(302, { location: "http://127.0.0.1:1/" }).end();
    });
    const { status } = await transfer(await at(elsewhere), { method: "GET", headers: put.headers });
    expect(status).toBe(302);
  });

  test("is asked for again where a kept connection was closed under it, once", async () => {
    const counts = { asked: 0 };
    const server = createServer((request, response) => {
      counts.asked += 1;
      // The second question on a connection finds it closed.
      if (counts.asked === 2) request.socket.resetAndDestroy();
      else response.end("here");
    });
    const address = await at(server);
    const get = { method: "GET", headers: {} };
    expect(await (await transfer(address, get)).text()).toBe("here");
    expect(await (await transfer(address, get)).text()).toBe("here");
    expect(counts.asked).toBe(3);
  });

  test("over TLS takes as long too, and goes to no server that an authority does not vouch for", async () => {
    const { certificate, key } = selfSigned(["localhost"], 2);
    const server = createTls({ cert: certificate, key }, takeSlowly(3000));
    const address = (await at(server, "https")).replace("127.0.0.1", "localhost");
    await expect(transfer(address, { ...put, body }, 1000)).rejects.toThrow("self-signed certificate");
    const { options } = globalAgent;
    onTestFinished(() => void delete options.ca);
    options.ca = certificate;
    expect(await (await transfer(address, { ...put, body }, 1000)).text()).toBe(String(body.length));
  });
});
