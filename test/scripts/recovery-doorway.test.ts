import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { through } from "../../scripts/recovery/doorway.ts";
import { ordinary } from "../../scripts/recovery/points.ts";
import { selfSigned } from "../self-signed.ts";

let server: Server;
let folder: string;
let address: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "doorway-"));
  const { certificate, key } = selfSigned(["vault-bron.lyon.test"], 2);
  writeFileSync(join(folder, "ca.crt"), certificate);
  server = createServer({ cert: certificate, key }, ({ url, headers }, answer) => {
    if (url === "/elsewhere") answer.writeHead(302, { location: "https://thief.test/" }).end();
    else answer.end(`${headers.host} ${headers.authorization}`);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const ask = (path: string) =>
  through(ordinary, { address, ca: join(folder, "ca.crt") }).fetch(`https://vault-bron.lyon.test${path}`, {
    method: "GET",
    headers: { authorization: "Basic eDp5" },
  });

test("a vault is asked by its public name, at the address and with the authority that are named", async () => {
  const answer = await ask("/status");
  expect([answer.status, await answer.text()]).toEqual([200, "vault-bron.lyon.test Basic eDp5"]);
});

test("and cannot send whoever asks elsewhere, with the password", async () => {
  await expect(ask("/elsewhere")).rejects.toThrow(/fetch failed/);
});

test("without either it is as it was", () => {
  expect(through(ordinary, {})).toBe(ordinary);
});
