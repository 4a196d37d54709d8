import { describe, expect, test } from "vitest";
import { Newsroom } from "../mastodon/newsroom.ts";
import type { Town } from "./town.ts";

/** Tests of `commune publish` where a Mastodon is up. */
export function publishing(town: Town): void {
  const { server } = town;
  const newsroom = new Newsroom(town.cluster, town.project, town.commune, server);
  const web = () => [`--namespace=${server.namespace}`, "deployment/mastodon-web"];
  const scale = async (pods: string) => {
    await server.kubectl(["scale", ...web(), `--replicas=${pods}`]);
    await server.kubectl(["rollout", "status", ...web(), "--timeout=180s"]);
  };
  const health = async () => (await server.get("/health")).status;

  describe("commune publish", () => {
    test("has news on the page and in the feed before Mastodon is asked for anything, and posts it once", async () => {
      const title = "Fête de la musique";
      const { code, before } = await newsroom.publish(title);
      expect(code).toBe(0);
      expect(before).toEqual({ page: true, feed: true, mastodon: false });
      expect(await newsroom.readable(title)).toEqual({ page: true, feed: true, mastodon: true });
      expect(Object.values(newsroom.outbox)).toEqual([
        { tries: 1, posted: expect.stringContaining(server.url) },
      ]);
      expect(await newsroom.publish()).toMatchObject({ code: 0, said: "No news waits." });
    });

    test("publishes with Mastodon down, and posts what waited when it is back, once", async () => {
      const title = "La piscine rouvre";
      const post = () =>
        Object.entries(newsroom.outbox).find(([news]) => news.endsWith("la-piscine-rouvre"))?.[1];
      const pods = await server.kubectl(["get", ...web(), "--output=jsonpath={.spec.replicas}"]);
      await scale("0");
      await expect.poll(health, { timeout: 60_000 }).not.toBe(200);
      const { code, said } = await newsroom.publish(title);
      expect(said).toMatch(
        /la-piscine-rouvre is published and waits to be posted: .+\nTry again with: npx commune publish/,
      );
      expect(code).toBe(1);
      expect(await newsroom.readable(title)).toEqual({ page: true, feed: true, mastodon: false });
      expect(post()).toEqual({
        tries: 1,
        last: { at: expect.any(String), why: expect.stringMatching(/\S/) },
      });
      await scale(pods);
      await expect.poll(health, { timeout: 60_000 }).toBe(200);
      expect((await newsroom.publish()).code).toBe(0);
      expect(post()).toEqual({ tries: 2, posted: expect.stringContaining(server.url) });
      const posts = (await server.get("/@mairie.rss")).text.split("<item>");
      expect(posts.filter((item) => item.includes(title))).toHaveLength(1);
    });
  });
}
