import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PinnedPlugin } from "../../../components/services/peertube/plan.ts";
import { pluginsConfigMap, pluginsJob } from "../../../components/services/peertube/plugins.ts";
import { packedPlugin } from "./peertube-plugin-archive.ts";
import { specOf } from "./peertube-spec.ts";

/** Enough of PeerTube's interface to install plugins. It knows root's password and its own public name. */
class FakeServer {
  readonly installed = new Map([
    ["peertube-plugin-livechat", "13.0.0"],
    ["peertube-theme-dark", "2.5.0"],
    ["peertube-plugin-old", "1.0.0"],
  ]);
  readonly asked: string[] = [];
  broken = new Set<string>();
  readonly server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const [path = ""] = (request.url ?? "").split("?");
    this.asked.push(`${request.method} ${request.url} ${body.replace(/password=[^&]*/, "")}`.trim());
    const answer = (status: number, value?: object) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(value && JSON.stringify(value));
    };
    if (request.headers.host !== "video.bron.test") return answer(403, { detail: "forbidden host" });
    if (path === "/api/v1/oauth-clients/local") return answer(200, { client_id: "a", client_secret: "b" });
    if (path === "/api/v1/users/token") {
      const form = new URLSearchParams(body);
      const right =
        form.get("password") === "s3cret&" &&
        form.get("username") === "root" &&
        form.get("client_id") === "a";
      return right ? answer(200, { access_token: "t" }) : answer(400, { code: "invalid_grant" });
    }
    if (request.headers.authorization !== "Bearer t") return answer(401);
    if (path === "/api/v1/plugins") {
      const start = request.url?.includes("pluginType=1") ? "peertube-plugin-" : "peertube-theme-";
      const data = [...this.installed]
        .filter(([name]) => name.startsWith(start))
        .map(([name, version]) => ({ name: name.slice(start.length), version, uninstalled: false }));
      // PeerTube keeps a row of what was uninstalled.
      return answer(200, { data: [...data, { name: "gone", version: "1.0.0", uninstalled: true }] });
    }
    // From the volume the folder's name is the plugin's. Source: PeerTube, server/core/lib/plugins/plugin-manager.ts.
    const { npmName, path: place } = JSON.parse(body);
    const name = npmName ?? basename(place);
    if (this.broken.has(name)) return answer(400, { detail: `Cannot install plugin ${place}` });
    // Without a way to the registry of npm its package manager fails, and the answer does not say why.
    if (
      path.endsWith("/install") &&
      JSON.parse(readFileSync(join(place, "package.json"), "utf8")).dependencies
    )
      return answer(400, { detail: `Cannot install plugin ${place}` });
    if (path.endsWith("/uninstall")) {
      this.installed.delete(name);
      return answer(204);
    }
    const { version } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
    this.installed.set(name, version);
    return answer(200, {});
  });
}

/** A registry: an archive of each package that it is given. */
class FakeRegistry {
  readonly archives = new Map<string, Buffer>();
  asked = 0;
  readonly server: Server = createServer((request, response) => {
    this.asked++;
    const archive = this.archives.get(basename(request.url ?? ""));
    response.writeHead(archive ? 200 : 404).end(archive);
  });

  /** Publishes a package, and says what a declaration pins of it. */
  publish(name: string, version: string, own: object = {}): PinnedPlugin {
    const { archive, plugin } = packedPlugin(name, version, own);
    this.archives.set(`${name}-${version}.tgz`, archive);
    return plugin;
  }
}

describe("the Job of plugins", () => {
  let fake: FakeServer;
  let registry: FakeRegistry;
  let folder: string;

  beforeEach(async () => {
    fake = new FakeServer();
    registry = new FakeRegistry();
    folder = mkdtempSync(join(tmpdir(), "peertube-plugins-"));
    await Promise.all(
      [fake, registry].map(({ server }) => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))),
    );
  });

  afterEach(() => {
    fake.server.close();
    registry.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(
    plugins: Record<string, PinnedPlugin>,
    password = "s3cret&",
    pluginMirror = addressOf(registry.server),
  ) {
    const { data } = pluginsConfigMap(specOf({ plugins }, { pluginMirror }));
    const list = (data["plugins.json"] ?? "")
      .replace("http://peertube", addressOf(fake.server))
      .replace("/data/", `${folder}/`);
    writeFileSync(join(folder, "plugins.mjs"), data["plugins.mjs"] ?? "");
    writeFileSync(join(folder, "plugins.json"), list);
    writeFileSync(join(folder, "password"), password);
    return execa("node", ["plugins.mjs", "plugins.json", "password"], {
      cwd: folder,
      all: true,
      reject: false,
    });
  }

  const kept = () => readdirSync(join(folder, "pinned-plugins"));

  test("fetches, checks, installs, updates and removes until only those declared are there", async () => {
    const declared = {
      "peertube-plugin-livechat": registry.publish("peertube-plugin-livechat", "14.0.4"),
      "peertube-theme-dark": registry.publish("peertube-theme-dark", "2.5.0"),
    };
    const { exitCode, all } = await run(declared);
    expect({ exitCode, all, installed: Object.fromEntries(fake.installed) }).toEqual({
      exitCode: 0,
      all: [
        "peertube-plugin-old was removed.",
        "peertube-plugin-livechat is there in version 14.0.4.",
        "peertube-theme-dark is there in version 2.5.0.",
      ].join("\n"),
      installed: { "peertube-plugin-livechat": "14.0.4", "peertube-theme-dark": "2.5.0" },
    });
    expect(kept()).toHaveLength(2);
  });

  test("asks nobody for anything the second time", async () => {
    const declared = { "peertube-theme-dark": registry.publish("peertube-theme-dark", "2.5.0") };
    await run(declared);
    [fake.asked.length, registry.asked] = [0, 0];
    expect((await run(declared)).exitCode).toBe(0);
    expect({
      installs: fake.asked.filter((asked) => /install/.test(asked)),
      fetched: registry.asked,
    }).toEqual({
      installs: [],
      fetched: 0,
    });
  });

  test("installs one again whose version is there, by somebody else's hand or with another content", async () => {
    const first = registry.publish("peertube-theme-dark", "2.5.0");
    await run({ "peertube-theme-dark": first });
    fake.asked.length = 0;
    const second = registry.publish("peertube-theme-dark", "2.5.0", { description: "other" });
    expect(second.integrity).not.toBe(first.integrity);
    expect((await run({ "peertube-theme-dark": second })).exitCode).toBe(0);
    expect(fake.asked.filter((asked) => asked.includes("/install"))).toHaveLength(1);
    expect(kept()).toHaveLength(1);
  });

  test("refuses an archive that is not the declared one, before any plugin is touched", async () => {
    const good = registry.publish("peertube-plugin-new", "0.1.0");
    const declared = registry.publish("peertube-theme-dark", "2.5.1");
    const { integrity } = registry.publish("peertube-theme-dark", "2.5.1", { main: "hostile.js" });
    const { exitCode, all } = await run({ "peertube-plugin-new": good, "peertube-theme-dark": declared });
    expect(exitCode).toBe(1);
    expect(all).toContain(
      `peertube-theme-dark-2.5.1.tgz is not what is declared: it has ${integrity}, and peertube.plugins says ${declared.integrity}`,
    );
    expect(fake.asked.filter((asked) => /install/.test(asked))).toEqual([]);
  });

  test("refuses an archive of another plugin, and says what is not there", async () => {
    const other = registry.publish("peertube-plugin-other", "1.0.0");
    registry.archives.set(
      "peertube-plugin-new-1.0.0.tgz",
      registry.archives.get("peertube-plugin-other-1.0.0.tgz") ?? Buffer.of(),
    );
    const { all } = await run({ "peertube-plugin-new": other });
    expect(all).toContain("says that it is peertube-plugin-other 1.0.0");
    const missing = await run({ "peertube-plugin-gone": other });
    expect(missing.all).toContain("peertube-plugin-gone-1.0.0.tgz is answered with 404");
    expect(fake.installed.size).toBe(3);
  });

  test("waits for a network policy that has not reached its node yet", async () => {
    const declared = { "peertube-theme-dark": registry.publish("peertube-theme-dark", "2.5.1") };
    const { port } = new URL(addressOf(registry.server));
    await new Promise((closed) => registry.server.close(closed));
    const running = run(declared, "s3cret&", `http://127.0.0.1:${port}`);
    await expect.poll(() => fake.asked.length, { timeout: 20_000 }).toBeGreaterThan(2);
    registry.server.listen(Number(port), "127.0.0.1");
    expect((await running).exitCode).toBe(0);
    expect(fake.installed.get("peertube-theme-dark")).toBe("2.5.1");
  });

  test("says why when PeerTube cannot install a plugin, and tries again the next time", async () => {
    const declared = { "peertube-plugin-bad": registry.publish("peertube-plugin-bad", "1.0.0") };
    fake.broken.add("peertube-plugin-bad");
    const { exitCode, all } = await run(declared);
    expect(exitCode).toBe(3);
    expect(all).toContain("POST /api/v1/plugins/install was answered with 400");
    fake.broken.clear();
    expect((await run(declared)).exitCode).toBe(0);
    expect(Object.fromEntries(fake.installed)).toEqual({ "peertube-plugin-bad": "1.0.0" });
  });

  test("says what a plugin needs beside itself, and where the reason is, once", async () => {
    const declared = {
      "peertube-plugin-needy": registry.publish("peertube-plugin-needy", "1.0.0", {
        dependencies: { "a-library": "^2.0.0" },
      }),
    };
    const { exitCode, all } = await run(declared);
    expect(all?.split("\n")[0]).toBe(
      "peertube-plugin-needy needs a-library: PeerTube fetches that from registry.npmjs.org.",
    );
    expect(all).toContain("POST /api/v1/plugins/install was answered with 400");
    expect(all).toContain("It needs a-library, which PeerTube has to fetch from registry.npmjs.org itself");
    expect(all).toContain(
      "PeerTube's own log says more: kubectl -n bron-peertube logs deploy/peertube -c peertube",
    );
    const { podFailurePolicy } = JSON.parse(JSON.stringify(pluginsJob(specOf({ plugins: declared }))?.spec));
    expect(podFailurePolicy.rules).toEqual([
      {
        action: "FailJob",
        onExitCodes: { containerName: "plugins", operator: "In", values: [exitCode] },
      },
    ]);
  });

  test("says that root's password was changed, and not which one it tried", async () => {
    const { exitCode, all } = await run({}, "an-old-one");
    expect(exitCode).toBe(1);
    expect(all).toContain("root cannot log in with its first password");
    expect(all).not.toContain("an-old-one");
    expect(fake.installed.size).toBe(3);
  });
});

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake does not listen");
  return `http://127.0.0.1:${address.port}`;
}
