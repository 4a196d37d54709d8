import { setTimeout } from "node:timers/promises";
import { FormData, request, WebSocket } from "undici";
import { describe, expect, test } from "vitest";
import { answersPagePath, answersPath } from "../../../components/federation/answers.ts";
import { latestPagePath } from "../../../components/federation/latest.ts";
import { sha256 } from "../../../components/foundation/manifest/checksum.ts";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { lookAtMastodon } from "../../../scripts/look/mastodon.ts";
import { postingToken } from "../../../scripts/look/token.ts";
import { postNews } from "../../../scripts/publish/post.ts";
import { old, type Town } from "./town.ts";

/** A Mastodon that is up: what its visitors, its owner and its administrators find. */
export function mastodon(town: Town): void {
  const { commune, server, cluster } = town;

  describe("a Mastodon that is up", () => {
    test("has every pod ready under Pod Security restricted", async () => {
      const { metadata } = JSON.parse(
        await server.kubectl(["get", "namespace", server.namespace, "--output=json"]),
      );
      expect(metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
      const pods: {
        metadata: { labels: Record<string, string> };
        status: { containerStatuses: { ready: boolean }[] };
      }[] = JSON.parse(
        await server.kubectl([
          ...["get", "pods", `--namespace=${server.namespace}`, "--output=json"],
          "--selector=app.kubernetes.io/component!=job",
        ]),
      ).items;
      expect(
        pods.map(({ metadata: { labels }, status }) => [
          labels["app.kubernetes.io/component"],
          ...status.containerStatuses.map(({ ready }) => ready),
        ]),
      ).toEqual([
        ["cache", true],
        ["scheduler", true],
        ["sidekiq", true],
        ["streaming", true],
        ["web", true, true],
      ]);
    });

    test("is public: pages, feeds and nodeinfo answer without an account", async () => {
      const paths = [
        "/health",
        "/about",
        "/nodeinfo/2.0",
        "/@mairie",
        "/@mairie.rss",
        "/api/v1/timelines/public?local=true",
        "/api/v1/streaming/health",
      ];
      const answers = await Promise.all(
        paths.map(async (path) => `${path} ${(await server.get(path)).status}`),
      );
      expect(answers).toEqual(paths.map((path) => `${path} 200`));
      const account = `acct:mairie@${new URL(server.url).host}`;
      expect(JSON.parse((await server.get(`/.well-known/webfinger?resource=${account}`)).text)).toMatchObject(
        {
          subject: account,
        },
      );
    });

    test("says each security header once", async () => {
      expect((await server.get("/about")).headers).toMatchObject({
        "strict-transport-security": "max-age=15552000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "x-commune-double": "mastodon",
      });
    });

    test("has its owner, with the password of the stack, and the declared settings", async () => {
      const { user, password } = await town.account("mastodon");
      const said = await server.rails(
        `require 'json'
  owner = Account.find_local('${user}').user
  puts({
    role: UserRole.find_by(id: owner.role_id).name,
    functional: owner.functional?,
    password: owner.valid_password?($stdin.read),
    registrations: Setting.registrations_mode,
    retention: Setting.media_cache_retention_period,
    feed: Setting.local_live_feed_access,
    contact: Setting.site_contact_email
  }.to_json)`,
        password,
      );
      expect(JSON.parse(said.trim().split("\n").at(-1) ?? "")).toEqual({
        role: "Owner",
        functional: true,
        password: true,
        registrations: "none",
        retention: 14,
        feed: "public",
        contact: "numerique@villeurbanne.test",
      });
      const place = `--namespace=${server.namespace}`;
      const selector = "--selector=app.kubernetes.io/component=job";
      const logs = await server.kubectl(["logs", place, selector, "--tail=-1"]);
      expect(logs).toMatch(/\S/);
      expect(logs).not.toContain(password);
      const objects = await server.kubectl([
        ...["get", "deployments,jobs,configmaps,pods", place, "--output=yaml"],
      ]);
      expect(objects).toContain(new URL(server.url).host);
      expect(objects).not.toContain(password);
    });

    test("lets its owner post, and reads it back on the open web", async () => {
      const token = await server.token();
      expect(await lookAtMastodon(server.url, { owner: "mairie", token }, server.doorway)).toMatchObject({
        status: 200,
        version: expect.stringContaining(old.mastodon),
      });
    });

    test("posts news of the commune once, by a token for that alone", async () => {
      const token = await postingToken(commune, "mairie", new Kubectl(cluster.environment));
      const { url, dispatcher } = server;
      const poster = { url, owner: "mairie", token, dispatcher };
      const news = {
        id: "2026-11-26-marche",
        date: "2026-11-26",
        title: "Le marché rouvre",
        text: "Samedi.",
      };
      const page = `https://${commune}.test/actualites#${news.id}`;
      const post = await postNews(poster, news, page, new Date());
      // By what is read, and by the key alone, as where two post at once.
      expect(await postNews(poster, news, page, new Date())).toBe(post);
      const ask = (path: string, body: object) =>
        request(`${url}/api/v1/${path}`, {
          ...{ dispatcher, method: "POST" as const, body: JSON.stringify(body) },
          headers: {
            ...{ authorization: `Bearer ${token}`, "content-type": "application/json" },
            "idempotency-key": sha256(page),
          },
        });
      const again = await ask("statuses", { status: "again" });
      expect(await again.body.json()).toMatchObject({ url: post });
      expect((await ask("accounts/1/follow", {})).statusCode).toBe(403);
      expect((await server.get("/@mairie.rss")).text).toContain(page);
    });

    test("answers its own commune, which says so on its page of the state of services", async () => {
      const ask = async (path: string) => {
        const { statusCode, body } = await request(`https://${commune}.test${path}`, {
          dispatcher: server.dispatcher,
        });
        return { status: statusCode, text: await body.text() };
      };
      await expect.poll(async () => (await ask(answersPath)).status, { timeout: 30_000 }).toBe(200);
      const { own } = JSON.parse((await ask(answersPath)).text);
      expect(own.microblog).toMatchObject({ url: server.url, answers: true });
      expect((await ask(answersPagePath)).text).toContain("Mesuré par la commune seule");
    });

    test("shows what it posts on the commune's own page", async () => {
      const shown = async () => {
        const { body } = await request(`https://${commune}.test${latestPagePath}`, {
          dispatcher: server.dispatcher,
        });
        return body.text();
      };
      // The reconciler asks every five minutes, and once as it starts.
      await new Kubectl(cluster.environment).text([
        ...["rollout", "restart", "-n", `${commune}-federation`, "deployment/federation"],
      ]);
      await expect.poll(shown, { timeout: 60_000 }).toContain("Le marché rouvre");
    });

    test("serves an image from the volume, and as nothing but an image", async () => {
      const pixel = Buffer.from(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "base64",
      );
      const form = new FormData();
      form.append("file", new Blob([pixel], { type: "image/png" }), "pixel.png");
      const uploaded = await request(`${server.url}/api/v2/media`, {
        dispatcher: server.dispatcher,
        method: "POST",
        headers: { authorization: `Bearer ${await server.token()}` },
        body: form,
      });
      const media = (await uploaded.body.json()) as { url: string };
      const { status, headers } = await server.get(new URL(media.url).pathname);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        "content-security-policy": "default-src 'none'; form-action 'none'; sandbox",
        "content-type": "image/png",
      });
      // nginx served it: Rails, here its double, would have signed the answer.
      expect(headers).not.toHaveProperty("x-commune-double");
    });

    test("tells an open page of a new post: a worker and the streaming server, through the ingress", async () => {
      const token = await server.token();
      const address = `${server.url.replace("https:", "wss:")}/api/v1/streaming?stream=public&access_token=${token}`;
      const page = new WebSocket(address, { dispatcher: server.dispatcher });
      await new Promise((resolve, reject) => {
        page.addEventListener("open", resolve);
        page.addEventListener("error", ({ error }) => reject(error));
      });
      // A worker may still be telling of the post that an earlier test took back.
      const told = new Promise<unknown>((resolve) =>
        page.addEventListener("message", ({ data }) => {
          const message: { event: string } = JSON.parse(String(data));
          if (message.event === "update") resolve(message);
        }),
      );
      // The line is open a moment before the server listens for it, as upstream's: a post in between is told to nobody.
      const isTold = told.then(() => true);
      for (let time = 0; time < 10; time++) {
        await lookAtMastodon(server.url, { owner: "mairie", token }, server.doorway);
        if (await Promise.race([isTold, setTimeout(15_000, false)])) break;
      }
      expect(await told).toMatchObject({ event: "update", stream: ["public"] });
      page.close();
    });

    test("had each of its Jobs succeed at the first try", async () => {
      const jobs: { metadata: { name: string }; status: { succeeded?: number; failed?: number } }[] =
        JSON.parse(
          await server.kubectl(["get", "jobs", `--namespace=${server.namespace}`, "--output=json"]),
        ).items;
      expect(
        jobs.map(({ metadata, status }) => [
          metadata.name.replace(/-[0-9a-f]{8}$/, ""),
          status.succeeded,
          status.failed,
        ]),
      ).toEqual([
        ["mastodon-bootstrap", 1, undefined],
        ["mastodon-migrate-after", 1, undefined],
        ["mastodon-migrate-before", 1, undefined],
      ]);
    });
  });
}
