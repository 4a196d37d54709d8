import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pluginsConfigMap } from "../../../components/services/peertube/plugins.ts";
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
    const { npmName, pluginVersion } = JSON.parse(body);
    if (this.broken.has(npmName)) return answer(400, { detail: `Cannot install plugin ${npmName}` });
    if (path.endsWith("/uninstall")) this.installed.delete(npmName);
    else this.installed.set(npmName, pluginVersion);
    return answer(path.endsWith("/uninstall") ? 204 : 200, path.endsWith("/uninstall") ? undefined : {});
  });
}

describe("the Job of plugins", () => {
  let fake: FakeServer;
  let folder: string;

  beforeEach(async () => {
    fake = new FakeServer();
    folder = mkdtempSync(join(tmpdir(), "peertube-plugins-"));
    await new Promise<void>((done) => fake.server.listen(0, "127.0.0.1", done));
  });

  afterEach(() => {
    fake.server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(plugins: Record<string, string>, password = "s3cret&") {
    const { data } = pluginsConfigMap(specOf({ plugins }));
    const address = fake.server.address();
    if (address === null || typeof address === "string") throw new Error("the fake server does not listen");
    const list = (data["plugins.json"] ?? "").replace("http://peertube", `http://127.0.0.1:${address.port}`);
    writeFileSync(join(folder, "plugins.mjs"), data["plugins.mjs"] ?? "");
    writeFileSync(join(folder, "plugins.json"), list);
    writeFileSync(join(folder, "password"), password);
    return execa("node", ["plugins.mjs", "plugins.json", "password"], {
      cwd: folder,
      all: true,
      reject: false,
    });
  }

  test("installs, updates and removes until only those declared are there", async () => {
    const declared = {
      "peertube-plugin-livechat": "14.0.4",
      "peertube-theme-dark": "2.5.0",
      "peertube-plugin-new": "0.1.0",
    };
    const { exitCode, all } = await run(declared);
    expect({ exitCode, installed: Object.fromEntries(fake.installed) }).toEqual({
      exitCode: 0,
      installed: declared,
    });
    expect(all).toContain("peertube-plugin-old was removed.");
    expect(fake.asked.filter((asked) => asked.includes("/install"))).toHaveLength(2);
  });

  test("changes nothing the second time", async () => {
    const declared = {
      "peertube-plugin-livechat": "13.0.0",
      "peertube-theme-dark": "2.5.0",
      "peertube-plugin-old": "1.0.0",
    };
    const { exitCode } = await run(declared);
    expect(exitCode).toBe(0);
    expect(fake.asked.filter((asked) => /install/.test(asked))).toEqual([]);
  });

  test("says why when a plugin cannot be installed", async () => {
    fake.broken.add("peertube-plugin-bad");
    const { exitCode, all } = await run({ "peertube-plugin-bad": "1.0.0" });
    expect(exitCode).toBe(1);
    expect(all).toContain("POST /api/v1/plugins/install was answered with 400");
    expect(all).toContain("Cannot install plugin peertube-plugin-bad");
  });

  test("says that root's password was changed, and not which one it tried", async () => {
    const { exitCode, all } = await run({}, "an-old-one");
    expect(exitCode).toBe(1);
    expect(all).toContain("root cannot log in with its first password");
    expect(all).not.toContain("an-old-one");
    expect(fake.installed.size).toBe(3);
  });
});
