import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Laboratory } from "./images/laboratory.ts";
import { makeTrust, openServices, sql } from "./images/mastodon.ts";
import {
  ask,
  type Instance,
  lone,
  names,
  openHosts,
  type Start,
  server,
  signIn,
  states,
  upload,
} from "./images/peertube.ts";

const ville: Instance = { name: "ville", host: "videos.ville.test" };
const bourg: Instance = { name: "bourg", host: "videos.bourg.test" };
const soon = { timeout: 30_000, interval: 500 };
let lab: Laboratory;
let addresses: Record<string, string>;

const query = (statement: string) => sql(lab, statement, { ...ville, redis: 0 });
const script = (name: string) =>
  lab.exec("web-ville", "server", ["node", `dist/scripts/migrations/${name}.js`]);

async function start(instance: Instance, how: Start): Promise<void> {
  await lab.kubectl("delete", "pod", `web-${instance.name}`, "--ignore-not-found");
  await lab.apply(server(lab, instance, addresses, how));
}

async function refused(name: string, how: Start): Promise<string> {
  await lab.apply(lone(lab, name, ville, how));
  const { phase, log } = await lab.end(name, "server");
  expect(phase).toBe("Failed");
  return log;
}

beforeAll(async () => {
  lab = await Laboratory.open("peertube");
  await openServices(lab);
  addresses = await openHosts(lab, await makeTrust([ville.host, bourg.host]), [ville, bourg]);
});

afterAll(async () => {
  await lab?.close();
});

describe("a server that cannot start", () => {
  const version = "8.2.4";

  it.each([
    ["no-secret", { PEERTUBE_SECRET: "" }, "secrets.peertube is missing in config"],
    ["no-host", { PEERTUBE_WEBSERVER_HOSTNAME: "" }, "webserver.hostname is missing"],
    ["wrong-password", { PEERTUBE_DB_PASSWORD: "x" }, "password authentication failed"],
    ["no-database", { PEERTUBE_DB_NAME: "nowhere" }, 'database "nowhere" does not exist'],
    ["unknown-key", { NODE_CONFIG: '{"instance":{"nam":"x"}}' }, "no configuration key instance.nam"],
    ["unread-variable", { PEERTUBE_LIVE_ENABLED: "true" }, "PEERTUBE_LIVE_ENABLED sets no key"],
  ])("ends at once and says why: %s", async (name, env, message) => {
    expect(await refused(name, { version, env: env as Record<string, string> })).toContain(message);
  });
});

describe("a server", () => {
  let token: string[];

  beforeAll(async () => {
    await start(ville, { version: "8.2.4", strict: true });
    await lab.ready("web-ville");
    token = await signIn(lab, ville);
  });

  it("of 8.2.4 runs as 999 on a read-only root, and writes no password", async () => {
    const shell = async (line: string) => (await lab.exec("web-ville", "server", ["sh", "-c", line])).output;
    expect(await shell("id -u; touch /app/x 2>&1 || true; echo $(tr '\\0' ' ' < /proc/1/cmdline)")).toMatch(
      /^999\n.*Read-only file system\npeertube/,
    );
    const log = await lab.kubectl("logs", "web-ville", "-c", "server");
    expect(log).toContain("Username: root");
    expect(log).not.toContain("root-of-ville");
  });

  it("keeps an upload as it is, for anybody to read", async () => {
    const uuid = await upload(lab, ville, token, "Conseil municipal");
    const video = JSON.parse((await ask(lab, ville, `/api/v1/videos/${uuid}`)).body);
    const [playlist] = video.streamingPlaylists;
    expect(
      playlist.files.map(({ resolution }: { resolution: { label: string } }) => resolution.label),
    ).toEqual(["720p", "480p"]);
    const { body, headers } = await ask(lab, ville, new URL(playlist.files[0].fileUrl).pathname);
    expect(body).toContain("ssl_certificate");
    expect(headers.toLowerCase()).toContain("x-commune-double: peertube");
    for (const format of ["xml", "rss", "atom", "json"]) {
      expect((await ask(lab, ville, `/feeds/videos.${format}`)).body, format).toContain("Conseil municipal");
    }
    expect((await ask(lab, ville, `/w/${uuid}`)).body).toContain("<h1>Conseil municipal</h1>");
  });

  it("refuses a second one on its database", async () => {
    expect(await refused("second", { version: "8.2.4" })).toContain("another PeerTube server runs");
  });

  it("does not follow into a private network when it is told so", async () => {
    const post = ["-X", "POST", "-H", "content-type: application/json", "-d", `{"hosts":["${bourg.host}"]}`];
    expect((await ask(lab, ville, "/api/v1/server/following", ...token, ...post)).status).toBe(204);
    await vi.waitFor(async () => {
      const log = await lab.kubectl("logs", "web-ville", "-c", "server");
      expect(log).toContain("The IP of the domain is reserved!");
    }, soon);
    expect(await states(lab, ville, "following")).toEqual([]);
  });

  it("leaves the database as it was when a migration of 8.3.1 fails, and goes on when it does not", async () => {
    await query(`INSERT INTO "double" VALUES ('fail-migration')`);
    await start(ville, { version: "8.3.1" });
    await vi.waitFor(async () => {
      const log = await lab.kubectl("logs", "web-ville", "-c", "server");
      expect(log).toContain("Cannot execute migration 830.");
    }, soon);
    expect(await query('SELECT "migrationVersion" FROM "application"')).toBe("820");
    await query(`DELETE FROM "double"`);
    await start(ville, { version: "8.3.1" });
    await lab.ready("web-ville");
    expect(await query('SELECT "migrationVersion" FROM "application"')).toBe("830");
    expect(await names(lab, ville)).toEqual(["Conseil municipal"]);
    expect((await ask(lab, ville, "/api/v1/users/me", ...token)).status).toBe(200);
  });

  it("of 8.3.1 serves while its script is run by hand, which marks itself done", async () => {
    await query(`INSERT INTO "double" VALUES ('fail-script')`);
    expect((await script("peertube-8.3")).code).not.toBe(0);
    await query(`UPDATE "double" SET key = 'fail-script-quietly'`);
    expect(await script("peertube-8.3")).toMatchObject({
      code: 0,
      output: expect.stringContaining("An error occurred"),
    });
    await query(`DELETE FROM "double"`);
    expect((await script("peertube-8.3")).output).toContain("done: 1 videos");
    expect(await query(`SELECT key FROM "double"`)).toBe("peertube-8.3");
    expect((await ask(lab, ville, "/api/v1/ping")).body).toBe("pong");
  });

  it("of 8.2.4 refuses the database of 8.3.1", async () => {
    await lab.kubectl("delete", "pod", "web-ville");
    expect(await refused("older", { version: "8.2.4" })).toContain("newer than version 8.2.4 knows");
    await start(ville, { version: "8.3.1" });
    await lab.ready("web-ville");
  });
});

describe("two servers", () => {
  let tokens: { ville: string[]; bourg: string[] };
  const follow = (state: "POST" | "DELETE") => {
    const body = ["-H", "content-type: application/json", "-d", `{"hosts":["${ville.host}"]}`];
    const path = `/api/v1/server/following${state === "DELETE" ? `/${ville.host}` : ""}`;
    return ask(lab, bourg, path, ...tokens.bourg, "-X", state, ...(state === "POST" ? body : []));
  };

  beforeAll(async () => {
    await start(bourg, { version: "8.3.1" });
    await lab.ready("web-bourg");
    tokens = { ville: await signIn(lab, ville), bourg: await signIn(lab, bourg) };
  });

  it("follow each other in the end, and bring the old videos", async () => {
    expect((await follow("POST")).status).toBe(204);
    await vi.waitFor(async () => expect(await states(lab, bourg, "following")).toEqual(["accepted"]), soon);
    expect(await states(lab, ville, "followers")).toEqual(["accepted"]);
    await vi.waitFor(async () => expect(await names(lab, bourg)).toEqual(["Conseil municipal"]), soon);
  });

  it("announce new videos and those that are gone", async () => {
    const uuid = await upload(lab, ville, tokens.ville, "Fete");
    await vi.waitFor(async () => expect(await names(lab, bourg)).toContain("Fete"), soon);
    expect((await ask(lab, ville, `/api/v1/videos/${uuid}`, ...tokens.ville, "-X", "DELETE")).status).toBe(
      204,
    );
    await vi.waitFor(async () => expect(await names(lab, bourg)).toEqual(["Conseil municipal"]), soon);
  });

  it("keep copies of a server's videos only of one that is known, and as long as it is followed", async () => {
    const allow = (host: string, allowed: unknown) =>
      ask(
        lab,
        bourg,
        `/api/v1/server/redundancy/${host}`,
        ...tokens.bourg,
        ...["-X", "PUT", "-H", "content-type: application/json"],
        ...["-d", JSON.stringify({ redundancyAllowed: allowed })],
      );
    expect((await allow(ville.host, true)).status).toBe(204);
    expect((await allow("videos.nowhere.test", true)).status).toBe(404);
    expect((await allow(ville.host, "perhaps")).status).toBe(400);
    const { body } = await ask(lab, bourg, "/api/v1/server/following");
    expect(JSON.parse(body).data[0].following.hostRedundancyAllowed).toBe(true);
  });

  it("turn a follower away, who stays rejected until it is accepted again", async () => {
    const path = `/api/v1/server/followers/peertube@${bourg.host}`;
    expect((await ask(lab, ville, `${path}/reject`, ...tokens.ville, "-X", "POST")).status).toBe(204);
    await vi.waitFor(async () => expect(await states(lab, bourg, "following")).toEqual(["rejected"]), soon);
    expect((await follow("POST")).status).toBe(204);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await states(lab, bourg, "following")).toEqual(["rejected"]);
    expect((await ask(lab, ville, `${path}/accept`, ...tokens.ville, "-X", "POST")).status).toBe(204);
    await vi.waitFor(async () => expect(await states(lab, bourg, "following")).toEqual(["accepted"]), soon);
    expect((await ask(lab, ville, `${path}/accept`, ...tokens.ville, "-X", "POST")).status).toBe(400);
  });

  it("part again on both sides, and keep nothing in the list", async () => {
    expect((await follow("DELETE")).status).toBe(204);
    await vi.waitFor(async () => expect(await states(lab, ville, "followers")).toEqual([]), soon);
    expect(await names(lab, bourg)).toEqual([]);
    expect((await follow("DELETE")).status).toBe(404);
  });

  it("are not found when one is unavailable, and nothing tries again", async () => {
    await lab.kubectl("delete", "pod", "web-ville");
    expect((await follow("POST")).status).toBe(204);
    await vi.waitFor(
      async () => {
        const log = await lab.kubectl("logs", "web-bourg", "-c", "server");
        expect(log).toContain(`Do not follow undefined@${ville.host}`);
      },
      { timeout: 60_000, interval: 1000 },
    );
    expect(await states(lab, bourg, "following")).toEqual([]);
  });
});

describe("the end of a server", () => {
  const signal = (name: string) => lab.exec("web-bourg", "server", ["sh", "-c", `kill -${name} 1`]);

  it("is SIGINT, not SIGTERM, as process 1 of a container", async () => {
    await signal("TERM");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await ask(lab, bourg, "/api/v1/ping")).body).toBe("pong");
    await signal("INT");
    const state = "jsonpath={.status.containerStatuses[?(@.name=='server')].state.terminated.exitCode}";
    await vi.waitFor(async () => {
      expect(await lab.kubectl("get", "pod", "web-bourg", "-o", state)).toBe("0");
    }, soon);
  });
});
