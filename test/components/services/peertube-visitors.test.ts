import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { proxyPort } from "../../../components/platform/exposure/sidecar-proxy.ts";
import { peertubeProxy } from "../../../components/services/peertube/sidecar-proxy.ts";
import { serverPort } from "../../../components/services/peertube/spec.ts";
import { hasNginx, program, writeHere } from "../../lint/nginx.ts";
import { closed, portOf } from "../../listening.ts";

/** nginx itself before a server that takes everything. `npm run lint:all` unpacks it. */
describe.skipIf(!hasNginx())("PeerTube's front", () => {
  let folder: string;
  let stop: () => Promise<void>;
  const socket = () => join(folder, `${proxyPort}.sock`);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "peertube-front-"));
    const server = createServer((_, response) => response.end());
    const port = await portOf(server);
    // Here it is reached by a socket, where there is an ingress controller in a cluster.
    const text = peertubeProxy(["unix:"]).replaceAll(`127.0.0.1:${serverPort}`, `127.0.0.1:${port}`);
    writeHere(folder, { "nginx.conf": text });
    const words = ["-c", join(folder, "nginx.conf"), "-g", "user root; daemon off;"];
    const running = execa(program, words, { reject: false, all: true });
    stop = async () => {
      running.kill();
      await Promise.all([running, closed(server)]);
      rmSync(folder, { recursive: true });
    };
    const isUp = vi.waitFor(() => status("GET", "/", "2001:db8:ffff::1"), 30_000);
    expect(await Promise.race([running.then(({ all }) => all), isUp])).toBe(200);
  });
  afterEach(() => stop());

  const status = (method: string, path: string, address: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: "video.bron.test", "x-forwarded-for": address };
      request({ socketPath: socket(), method, path, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on("error", reject)
        .end();
    });

  /** Number of requests that pass, all of one network (/64) and each of another address; or each of another network. */
  async function passed(count: number, path: string, { method = "POST", of = "one network" } = {}) {
    const asked = Array.from({ length: count }, (_, index) => {
      const own = (index + 1).toString(16);
      return status(method, path, of === "one network" ? `2001:db8::${own}` : `2001:db8:0:${own}::1`);
    });
    return (await Promise.all(asked)).filter((each) => each === 200).length;
  }

  test.each([
    "/api/v1/users/token",
    "/API/v1/users/Token/",
    "/api/v1/users/3/reset-password",
    "/api/v1/users/3/verify-email",
    "/api/v1/users/registrations/3/verify-email",
  ])("limits tries of one network (/64), whatever its addresses, at %s", async (path) => {
    const good = await passed(120, path);
    expect(good).toBeGreaterThan(60);
    // 61 at once, and two more a second.
    expect(good).toBeLessThan(115);
    expect(await passed(60, path, { of: "many" })).toBe(60);
  });

  test.each([
    "/api/v1/users/register",
    "/api/v1/users/registrations/request",
    "/api/v1/users/ask-reset-password",
    "/api/v1/users/ask-send-verify-email/",
    "/api/v1/users/registrations/ask-send-verify-email",
    "/api/v1/server/contact",
  ])("limits letters of one network (/64) at %s", async (path) => {
    expect(await passed(40, path)).toBeLessThan(20);
    expect(await passed(20, path, { of: "many" })).toBe(20);
  });

  test("counts nothing else: what is read, and what somebody does who is there", async () => {
    expect(await passed(100, "/api/v1/users/me/videos", { method: "GET" })).toBe(100);
    expect(await passed(100, "/api/v1/users/3/registrations")).toBe(100);
    expect(await passed(100, "/api/v1/users/token", { method: "GET" })).toBe(100);
  });
});
