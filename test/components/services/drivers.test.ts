import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { OwnService } from "../../../components/federation/settings.ts";
import type { LinkedKind } from "../../../components/services/list.ts";
import { reconcilerScopes } from "../../../components/services/mastodon/bootstrap.ts";
import { microblogDriver } from "../../../components/services/mastodon/driver.ts";
import { documentsDriver } from "../../../components/services/nextcloud/driver.ts";
import { videoDriver } from "../../../components/services/peertube/driver.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An application's API: what it was asked, and what it answers to that. */
async function application(
  kind: LinkedKind,
  answer: (asked: string, request: IncomingMessage) => { status?: number; body?: unknown },
): Promise<{ own: OwnService; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const line = `${request.method} ${request.url}`;
      asked.push(line);
      const { status = 200, body } = answer(line, request);
      response.writeHead(status).end(body === undefined ? "" : JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  closing.push(() => server.close());
  await once(server, "listening");
  const inside = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const source = "https://example.org";
  return {
    own: { kind, software: kind, version: "1", url: "https://own.test", licence: "AGPL-3.0", source, inside },
    asked,
  };
}

describe("documents", () => {
  const path = "/ocs/v2.php/apps/federation/trusted-servers";
  const changesAt = async (status: number, stale: boolean) => {
    const { own, asked } = await application("documents", (line) => ({
      body: {
        ocs: { data: line.startsWith("GET") ? [{ id: 7, url: "https://cloud.lyon.test", status }] : {} },
      },
    }));
    const service = documentsDriver(own, { secret: () => "password" });
    const observed = (await service.observe(["cloud.lyon.test"])).get("cloud.lyon.test");
    if (observed === undefined) throw new Error("nothing was observed");
    await service.open("cloud.lyon.test", observed, stale);
    return asked.filter((line) => !line.startsWith("GET"));
  };

  test("are asked for again when a question was lost, and when the other side ended the trust", async () => {
    const anew = [`DELETE ${path}/7`, `POST ${path}`];
    expect(await changesAt(2, false)).toEqual([]);
    expect(await changesAt(2, true)).toEqual(anew);
    expect(await changesAt(4, false)).toEqual(anew);
  });

  test("keep their secret, however long a peer's Nextcloud is out", async () => {
    expect(await changesAt(3, true)).toEqual([]);
  });
});

describe("video", () => {
  const peer = "video.lyon.test";
  const own = { host: "own.test", name: "peertube", hostRedundancyAllowed: false };
  const instance = async (followed: readonly object[], login: number) => {
    const list = followed.map((following) => ({ follower: own, following, state: "accepted" }));
    const { own: settings, asked } = await application("video", (line) => {
      if (line.includes("/server/following?")) return { body: { data: list, total: list.length } };
      if (line.includes("/server/followers?")) return { body: { data: [], total: 0 } };
      if (line.includes("/users/token")) return { status: login, body: { access_token: "token" } };
      return { body: {} };
    });
    const changes = () => asked.filter((line) => !line.startsWith("GET"));
    return { service: videoDriver(settings, { secret: () => "password", redundancy: true }), changes };
  };

  test("is not followed because an administrator follows a channel there", async () => {
    const channel = { host: peer, name: "chaine", hostRedundancyAllowed: true };
    const server = { host: peer, name: "peertube", hostRedundancyAllowed: false };
    const alone = await instance([channel], 200);
    expect((await alone.service.observe([peer])).get(peer)?.outgoing).toBe("none");
    const both = await instance([channel, server], 200);
    expect((await both.service.observe([peer])).get(peer)?.outgoing).toBe("accepted");
    await both.service.keep(peer);
    expect(both.changes()).toContain(`PUT /api/v1/server/redundancy/${peer}`);
  });

  test("says so when root has another password, and tries once a run", async () => {
    const { service, changes } = await instance([], 400);
    for (let runs = 1; runs <= 2; runs += 1) {
      const nothing = (await service.observe([peer, "video.bron.test"])).get(peer);
      if (nothing === undefined) throw new Error("nothing was observed");
      for (const target of [peer, "video.bron.test"]) {
        await expect(service.open(target, nothing, false)).rejects.toThrow("root in with its first password");
      }
      expect(changes()).toEqual(Array(runs).fill("POST /api/v1/users/token"));
    }
  });
});

describe("microblog", () => {
  /** Scope that each call needs, as upstream's controllers say (named beside `reconcilerScopes`). */
  const needed: readonly [call: RegExp, scope: string][] = [
    [/^GET \/api\/v1\/accounts\/lookup/, "read:accounts"],
    [/^GET \/api\/v1\/accounts\/relationships/, "read:follows"],
    [/^GET \/api\/v2\/search/, "read:search"],
    [/^POST \/api\/v1\/accounts\/7\/(follow|unfollow|remove_from_followers)$/, "write:follows"],
  ];
  const scopeOf = (line: string) => needed.find(([call]) => call.test(line))?.[1];

  test("asks for what its token may do, and its token may do no more", async () => {
    const known = new Set<string>();
    const { own, asked } = await application("microblog", (line) => {
      const scope = scopeOf(line);
      if (scope === undefined || !reconcilerScopes.split(" ").includes(scope)) return { status: 403 };
      if (line.includes("/search")) known.add("7");
      if (line.includes("/search"))
        return { body: { accounts: [{ id: "7", acct: "mairie@Social.lyon.test" }] } };
      if (line.includes("/lookup")) return known.size > 0 ? { body: { id: "7" } } : { status: 404 };
      if (line.includes("/relationships")) {
        return { body: [{ id: "7", following: false, requested: true, followed_by: true }] };
      }
      return { body: {} };
    });
    const account = "mairie@social.lyon.test";
    const service = microblogDriver(own, { secret: () => "token" });
    await service.open(account, { outgoing: "none", incoming: false }, false);
    const observed = (await service.observe([account])).get(account);
    expect(observed).toEqual({ outgoing: "asked", incoming: true });
    await service.close(account, { outgoing: "asked", incoming: true });
    expect([...new Set(asked.map(scopeOf))].sort()).toEqual(reconcilerScopes.split(" ").sort());
  });

  test("follows no other account than the one that was asked for, whatever a peer's server says that it is", async () => {
    const { own, asked } = await application("microblog", (line) => {
      if (line.includes("/search")) {
        const accounts = [
          { id: "7", acct: "mairie@social.lyon.test" },
          { id: "8", acct: "mairie" },
        ];
        return { body: { accounts } };
      }
      return line.includes("/lookup") ? { status: 404 } : { body: {} };
    });
    const service = microblogDriver(own, { secret: () => "token" });
    const open = (account: string) => service.open(account, { outgoing: "none", incoming: false }, false);
    await expect(open("mairie@social.bron.test")).rejects.toThrow("cannot be found from here");
    expect(asked.filter((line) => line.startsWith("POST"))).toEqual([]);
    await open("mairie@social.lyon.test");
    expect(asked.filter((line) => line.startsWith("POST"))).toEqual(["POST /api/v1/accounts/7/follow"]);
  });
});
