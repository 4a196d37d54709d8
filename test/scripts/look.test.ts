import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { FederationStatus, LinkState } from "../../components/federation/status.ts";
import { lookAtFederation } from "../../scripts/look/federation.ts";
import { lookAtSchools } from "../../scripts/look/schools.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(
  answer: (request: IncomingMessage, body: string) => string | undefined,
): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    const text = answer(request, body);
    response.writeHead(text === undefined ? 404 : 200).end(text);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const sum = createHash("sha256").update("<svg/>").digest("hex");
const shelf = (picture: string) =>
  serve(({ url }) => {
    const files: Record<string, string> = {
      "/": "<h1>Écoles</h1>",
      "/library/commune/SHA256SUMS": `${sum}  pictures/gratte ciel.svg\n${sum}  shapes/quart.svg\n`,
      "/library/commune/pictures/gratte%20ciel.svg": picture,
    };
    return files[url ?? ""];
  });

test("what schools share is counted, and read back by its checksum", async () => {
  expect(await lookAtSchools(await shelf("<svg/>"), "commune", {})).toEqual({ status: 200, files: 2 });
  await expect(lookAtSchools(await shelf("<svg>other</svg>"), "commune", {})).rejects.toThrow(
    "pictures/gratte ciel.svg is not the file that was published.",
  );
});

test("two communes are linked when both say so, and what one writes is read at the other, then removed", async () => {
  const written: string[] = [];
  const removed: string[] = [];
  const one = await serve(({ method, url = "", headers }, body) => {
    if (headers.authorization !== "Bearer one") return undefined;
    if (method === "DELETE") removed.push(url);
    if (method !== "POST") return "{}";
    written.push(JSON.parse(body).status);
    return '{"id":"7"}';
  });
  let asked = 0;
  const other = await serve(({ url, headers }) => {
    asked += 1;
    const isHome = url === "/api/v1/timelines/home" && headers.authorization === "Bearer other";
    // It arrives at the second look.
    return isHome ? JSON.stringify(asked > 1 ? [{ content: written[0] }] : []) : undefined;
  });
  let looks = 0;
  const status = (peer: string, microblog: LinkState): FederationStatus => {
    const link = (state: LinkState) => ({ state, since: "2026-11-26T10:00:00Z" });
    const services = { microblog: link(microblog), documents: link("pending"), video: link("absent") };
    return { [peer]: { name: peer, domain: `${peer}.test`, declared: true, services } };
  };
  const statusOf = async (commune: string) => {
    looks += 1;
    if (commune === "bron") return status("givors", "accepted");
    return status("bron", looks > 2 ? "accepted" : "pending");
  };
  const voices = [
    { commune: "bron", url: one, token: "one" },
    { commune: "givors", url: other, token: "other" },
  ] as const;
  const { kinds, seconds } = await lookAtFederation(voices, statusOf, {});
  expect(kinds).toEqual(["microblog"]);
  expect(looks).toBe(4);
  expect(asked).toBe(2);
  expect(seconds).toBeGreaterThan(0.4);
  expect(removed).toEqual(["/api/v1/statuses/7"]);
});
