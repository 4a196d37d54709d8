import { describe, expect, test } from "vitest";
import { countQueuedScript, withPassword } from "../../../scripts/recovery/caches.ts";
import { packedPlugin } from "../../components/services/peertube-plugin-archive.ts";
import { type Answer, until } from "../peertube/instance.ts";
import { channelOf } from "./channel.ts";
import type { Town } from "./town.ts";

/** Whether nginx gave the answer itself: the double signs all of its own. */
const fromVolume = ({ headers }: Answer) => headers["x-commune-double"] === undefined;

/** Path of a video's file on the public address. */
export const fileOf = (uuid: string, folder = "") =>
  `/static/streaming-playlists/hls/${folder}${uuid}/${uuid}-fragmented.mp4`;

/** A PeerTube that is up: what anybody sees of it, what it keeps to itself, its association's channel and its plugins. */
export function peertube(town: Town): void {
  const { visitor, inside, plugins } = town;
  const host = `video.${town.commune}.test`;
  /** The pods that serve, and how often each of their containers was started again. */
  const serving = async () =>
    (await inside.pods("web")).map(({ metadata, status }) => ({
      name: metadata.name,
      restarts: (status.containerStatuses ?? []).map(({ name, restartCount }) => `${name} ${restartCount}`),
    }));

  describe("a PeerTube that is up", () => {
    test("runs its pods under Pod Security restricted, ready, without having been started again", async () => {
      expect(await serving()).toEqual([{ name: expect.any(String), restarts: ["nginx 0", "peertube 0"] }]);
      const enforced = "jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}";
      expect(await inside.kubectl("get", "namespace", inside.namespace, "-o", enforced)).toBe("restricted");
    });

    test.each([
      ["/api/v1/ping", /^pong$/],
      ["/nodeinfo/2.0.json", /"version":"8\.2\.4"/],
      ["/", /<html/],
      ["/feeds/videos.xml?isLocal=true", /<rss/],
      ["/feeds/videos.atom?isLocal=true", /<feed/],
      ["/feeds/videos.json?isLocal=true", /jsonfeed/],
    ])("answers anybody at %s over HTTPS, under the headers of every front", async (path, text) => {
      const { status, headers, text: body } = await visitor.ask(path);
      expect({ status, hsts: headers["strict-transport-security"] }).toEqual({
        status: 200,
        hsts: "max-age=15552000; includeSubDomains",
      });
      expect(body).toMatch(text);
    });

    test("takes a video of 40 MiB and gives it back from the volume, with ranges, to anybody", async () => {
      await town.show("Conseil municipal");
      const whole = await visitor.ask(fileOf(town.video), { method: "HEAD" });
      expect(Number(whole.headers["content-length"])).toBe(town.film.length);
      expect(fromVolume(whole)).toBe(true);
      const part = await visitor.ask(fileOf(town.video), { headers: { range: "bytes=0-1023" } });
      expect({ status: part.status, origin: part.headers["access-control-allow-origin"] }).toEqual({
        status: 206,
        origin: "*",
      });
      const playlist = await visitor.ask(`/static/streaming-playlists/hls/${town.video}/master.m3u8`);
      expect(playlist.text).toContain("480p");
      expect(playlist.headers["content-type"]).toContain("mpegurl");
    });

    test("keeps a private video private, whatever way it is asked for", async () => {
      const secret = await visitor.upload("Huis clos", Buffer.alloc(2048, 7), 3, town.root);
      const ways = [
        fileOf(secret, "private/"),
        fileOf(secret),
        `/static/streaming-playlists/hls//private/${secret}/${secret}-fragmented.mp4`,
        `/static/streaming-playlists/hls/%70rivate/${secret}/${secret}-fragmented.mp4`,
        `/static/streaming-playlists/hls/${town.video}/../private/${secret}/${secret}-fragmented.mp4`,
        `/static/streaming-playlists/hls/${town.video}/%2e%2e%2fprivate%2f${secret}%2f${secret}-fragmented.mp4`,
      ];
      for (const way of ways) {
        const { status } = await visitor.ask(way);
        expect(status, way).toBeGreaterThanOrEqual(400);
        expect(status, way).toBeLessThan(500);
      }
      expect((await visitor.ask(fileOf(secret, "private/"), { headers: town.root })).status).toBe(200);
    });

    test("serves no other file of its volume", async () => {
      for (const path of ["/logs/peertube.log", "/config/production.yaml", "/static/../logs/peertube.log"]) {
        expect(fromVolume(await visitor.ask(path)), path).toBe(false);
      }
    });

    test("refuses a body that is no video, when it is large", async () => {
      const answer = await visitor.ask("/api/v1/users/token", {
        method: "POST",
        body: Buffer.alloc(200 * 1024),
      });
      expect(answer.status).toBe(413);
    });

    test("hides root's password and every other secret from logs, arguments and ConfigMaps", async () => {
      const { password } = await town.account("peertube");
      expect(password).toHaveLength(43);
      const files = ["sh", "-c", "cat /data/logs/* /config/*.yaml"];
      const written = {
        logs: await inside.kubectl("logs", "deploy/peertube", "--all-containers"),
        objects: await inside.kubectl("get", "deployments,jobs,configmaps,pods", "-o", "yaml"),
        files: await inside.kubectl("exec", "deploy/peertube", "-c", "peertube", "--", ...files),
      };
      for (const [where, text] of Object.entries(written)) {
        // Something is written there, of the server that has the password.
        expect(text, where).toMatch(where === "objects" ? host : /\S/);
        expect(text.includes(password), where).toBe(false);
      }
    });

    test("has what waits in its cache counted, as a planned move does before it stops", async () => {
      const inCache = (script: string) =>
        inside.kubectl("exec", "deployment/peertube-cache", "--", "sh", "-euc", script);
      const inDatabase = (words: string) => inCache(`${withPassword}; valkey-cli -n 3 ${words}`);
      await inDatabase("rpush of-a-test one two three");
      await inDatabase("zadd later 1 four");
      const counts = (await inCache(countQueuedScript)).trim().split("\n");
      await inDatabase("del of-a-test later");
      expect(counts).toHaveLength(4);
      expect(counts.every((count) => /^\d+$/.test(count))).toBe(true);
      expect(counts.at(-1)).toBe("3");
    });

    test("stays readable and in service while its cache is unavailable", async () => {
      const before = await serving();
      await inside.kubectl("scale", "deployment/peertube-cache", "--replicas=0");
      await until("the cache ends", 60, async () =>
        (await inside.pods("cache")).length === 0 ? true : undefined,
      );
      // What the kubelet would ask before it takes the pod out of service or starts it again.
      expect(await inside.probe("peertube", "readiness")).toBe("200");
      expect(await inside.probe("peertube", "liveness")).toBe("200");
      expect((await visitor.ask(`/api/v1/videos/${town.video}`)).status).toBe(200);
      await inside.kubectl("scale", "deployment/peertube-cache", "--replicas=1");
      await inside.kubectl("rollout", "status", "deployment/peertube-cache", "--timeout=120s");
      expect(await serving()).toEqual(before);
    });
  });

  describe("an association's channel", () => {
    const channel = channelOf(town);
    channel.isMade();
    channel.isNobodyElses();
  });

  test("plugins are fetched, checked and installed from the volume; another archive is refused", async () => {
    const name = "peertube-plugin-hello";
    const { archive, plugin } = packedPlugin(name, "1.0.0");
    await plugins.publish({
      [`${name}-1.0.0.tgz`]: archive,
      [`${name}-1.0.1.tgz`]: packedPlugin(name, "1.0.2").archive,
    });
    const installed = async () => {
      const { data } = await visitor.json<{ data: { name: string; version: string }[] }>("/api/v1/plugins", {
        headers: town.root,
      });
      return data.map(({ name, version }) => `${name} ${version}`);
    };
    const first = await plugins.converge({ [name]: plugin });
    expect(first.said).toContain(`${name} is there in version 1.0.0.`);
    expect(await installed()).toEqual(["hello 1.0.0"]);
    const other = await plugins.converge({ [name]: { ...plugin, version: "1.0.1" } });
    expect(other).toEqual({
      ended: expect.stringContaining("Failed"),
      said: expect.stringContaining("is not what is declared"),
    });
    expect(await installed()).toEqual(["hello 1.0.0"]);
    expect((await plugins.converge({})).said).toContain(`${name} was removed.`);
    expect(await installed()).toEqual([]);
  });
}
