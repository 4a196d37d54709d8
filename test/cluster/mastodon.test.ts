import { setTimeout } from "node:timers/promises";
import { FormData, request, WebSocket } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { answersPagePath, answersPath } from "../../components/federation/answers.ts";
import { latestPagePath } from "../../components/federation/latest.ts";
import { sha256 } from "../../components/foundation/manifest/checksum.ts";
import type { HostedAccount } from "../../components/services/facts.ts";
import { associationsScript, forgetsAccount } from "../../components/services/mastodon/associations.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { lookAtMastodon } from "../../scripts/look/mastodon.ts";
import { postingToken } from "../../scripts/look/token.ts";
import { postNews } from "../../scripts/publish/post.ts";
import { portal } from "../components/portal/town.ts";
import { Newsroom } from "./mastodon/newsroom.ts";
import { testPublishing } from "./mastodon/publishing.ts";
import { Server } from "./mastodon/server.ts";
import { visitDuring } from "./mastodon/visitors.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const stack = "social-town";
const host = `social.${stack}.test`;
const images = "ghcr.io/mastodon/mastodon";
let project: Project;
let server: Server;

function declare(version: string, more = "", sections = ""): void {
  project.declare(
    stack,
    `id: ${stack}
name: Villeurbanne
insee: "69266"
domain: ${stack}.test
population: 10000
contact: numerique@villeurbanne.test
mastodon: { version: "${version}"${more} }
${sections}`,
  );
}

beforeAll(async () => {
  server = new Server(cluster, stack, `https://${host}`);
  project = new Project(cluster.environment);
  declare("4.5.9");
  await project.createStack(stack);
  await project.up(stack);
});

afterAll(async () => {
  await server.dispatcher.close();
  await project.end(stack);
});

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
    const account = `acct:mairie@${host}`;
    expect(JSON.parse((await server.get(`/.well-known/webfinger?resource=${account}`)).text)).toMatchObject({
      subject: account,
    });
  });

  test("says each security header once", async () => {
    expect((await server.get("/about")).headers).toMatchObject({
      "strict-transport-security": "max-age=15552000; includeSubDomains",
      "x-content-type-options": "nosniff",
      "x-commune-double": "mastodon",
    });
  });

  test("has its owner, with the password of the stack, and the declared settings", async () => {
    const outputs: { accounts: { mastodon: { user: string; password: string } } } = JSON.parse(
      await project.succeed("stack", "output", "--json", "--show-secrets", "-s", stack),
    );
    const { user, password } = outputs.accounts.mastodon;
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
    expect(await server.kubectl(["logs", place, selector, "--tail=-1"])).not.toContain(password);
    const objects = ["get", "deployments,jobs,configmaps,pods", place, "--output=yaml"];
    expect(await server.kubectl(objects)).not.toContain(password);
  });

  test("lets its owner post, and reads it back on the open web", async () => {
    const token = await server.token();
    expect(await lookAtMastodon(server.url, { owner: "mairie", token }, server.doorway)).toMatchObject({
      status: 200,
      version: expect.stringContaining("4.5.9"),
    });
  });

  test("posts news of the commune once, by a token for that alone", async () => {
    const token = await postingToken(stack, "mairie", new Kubectl(cluster.environment));
    const { url, dispatcher } = server;
    const poster = { url, owner: "mairie", token, dispatcher };
    const news = { id: "2026-11-26-marche", date: "2026-11-26", title: "Le marché rouvre", text: "Samedi." };
    const page = `https://${stack}.test/actualites#${news.id}`;
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
      const { statusCode, body } = await request(`https://${stack}.test${path}`, {
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
      const { body } = await request(`https://${stack}.test${latestPagePath}`, {
        dispatcher: server.dispatcher,
      });
      return body.text();
    };
    // The reconciler asks every five minutes, and once as it starts.
    await new Kubectl(cluster.environment).text([
      ...["rollout", "restart", "-n", `${stack}-federation`, "deployment/federation"],
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

  test("changes nothing when it is applied again", async () => {
    expect(Object.keys(await project.up(stack))).toEqual(["unchanged"]);
  });

  test("applies a changed setting with one Job, and restarts nothing", async () => {
    declare("4.5.9", ", registrations: approval");
    const { unchanged, ...changes } = await project.up(stack);
    expect(unchanged).toBeGreaterThan(50);
    expect(changes).toEqual({ updated: 1, replaced: 1 });
    expect(await server.rails("puts Setting.registrations_mode")).toContain("approved");
  });
});

describe("an association's account", () => {
  const chorale: HostedAccount = {
    ...{
      service: "mastodon",
      tenant: "chorale-gratte-ciel",
      user: "chorale",
      contact: "bureau@chorale.test",
    },
    ...{ name: "Chorale mixte et populaire des Gratte-Ciel", isOpen: true },
  };
  /** What the Job does of accounts, and how it ends. */
  const bootstrap = (account: Partial<HostedAccount> = {}) =>
    server
      .rails(
        `require 'json'; name = 'mairie'; declared = JSON.parse($stdin.read)\n${associationsScript}\nputs 'all done'`,
        JSON.stringify({ associations: [{ ...chorale, ...account }] }),
      )
      .catch(String);
  const seen = () =>
    server.sql(
      `SELECT a.display_name, u.email, u.disabled, u.approved AND u.confirmed_at IS NOT NULL, u.locale, u.role_id IS NULL,
        u.encrypted_password <> '', u.reset_password_sent_at IS NOT NULL FROM accounts a JOIN users u ON u.account_id = a.id WHERE a.username = 'chorale'`,
    );

  test("is made once, in French and with a letter for its password, and is closed and opened with the association", async () => {
    const open = "Chorale mixte et populaire des|bureau@chorale.test|f|t|fr|t|t|t";
    expect(await bootstrap()).toContain("all done");
    expect(await seen()).toBe(open);
    await server.sql("UPDATE accounts SET display_name = 'La Chorale' WHERE username = 'chorale'");
    const own = open.replace(/^[^|]*/, "La Chorale");
    for (const [isOpen, disabled] of [
      [true, "f"],
      [false, "t"],
      [false, "t"],
      [true, "f"],
    ] as const) {
      expect(await bootstrap({ isOpen })).toContain("all done");
      expect(await seen()).toBe(own.replace("|f|t|fr", `|${disabled}|t|fr`));
    }
    // Whom a moderator closed stays so.
    const moderated = (disabled: boolean) =>
      server.sql(`UPDATE users SET disabled = ${disabled} WHERE email = 'bureau@chorale.test'`);
    await moderated(true);
    expect(await bootstrap()).toContain("all done");
    expect(await seen()).toContain("|t|t|fr|");
    await moderated(false);
  });

  test("is never somebody else's of that name, nor of that mailbox", async () => {
    expect(await bootstrap({ tenant: "judo", isOpen: false })).toContain("@chorale is somebody else's");
    expect(await bootstrap({ user: "mairie" })).toContain("@mairie is somebody else's");
    expect(await bootstrap({ user: "judo" })).toMatch(/@judo: .*Email has already been taken/);
    expect(await server.sql("SELECT count(*) FROM accounts WHERE username = 'judo'")).toBe("0");
    expect(await seen()).toContain("|f|t|fr|");
  });

  test("goes with the association alone, and nobody gets its name", async () => {
    const { deployment = "", container, command } = forgetsAccount;
    const pod = [`--namespace=${server.namespace}`, `deployment/${deployment}`, `--container=${container}`];
    const forget = (tenant: string) => server.kubectl(["exec", ...pod, "--", ...command(tenant, "")]);
    await forget("judo");
    expect(await seen()).not.toBe("");
    for (let time = 0; time < 2; time++) await forget(chorale.tenant);
    expect(await seen()).toBe("");
    expect(await bootstrap()).toContain("@chorale was deleted, and its name stays taken");
  });
});

describe("from 4.5.9 to 4.6.5", () => {
  const [before, after] = ["20260402083000", "20260611140000"];

  test("a migration that fails stops before the roll, and the old version goes on serving", async () => {
    await server.sql(`INSERT INTO commune_double VALUES ('fail_migration', '${before}')`);
    declare("4.6.5", ", registrations: approval");
    const { exitCode, output } = await project.pulumi(["up", "-s", stack, "--yes"]);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/mastodon-migrate-before-[0-9a-f]{8}/);
    const [job = ""] = /mastodon-migrate-before-[0-9a-f]{8}/.exec(output) ?? [];
    expect(await server.webImages()).toEqual([`${images}:v4.5.9`]);
    expect((await server.get("/about")).status).toBe(200);
    expect(await server.sql("SELECT count(*) FROM schema_migrations")).toBe("2");

    const place = `--namespace=${server.namespace}`;
    const { metadata } = JSON.parse(await server.kubectl(["get", place, `job/${job}`, "--output=json"]));
    const advice: string = metadata.annotations["commune.cloud/when-it-fails"];
    expect(advice).toContain(`kubectl -n ${server.namespace} logs job/${job}`);
    const reason = "this and all later migrations canceled";
    expect(await server.kubectl(["logs", place, `job/${job}`])).toContain(reason);
    // The end of the log is part of the pods' state too, where an engine or a report finds it.
    const tries = ["get", "pods", place, `--selector=job-name=${job}`];
    const ended = "--output=jsonpath={.items[*].status.containerStatuses[0].state.terminated.message}";
    expect(await server.kubectl([...tries, ended])).toContain(reason);

    // Until it is mended, the next run tries again and says the same.
    const again = await project.pulumi(["up", "-s", stack, "--yes"]);
    expect(again.exitCode).not.toBe(0);
    expect(again.output).toContain("BackoffLimitExceeded");
    expect(advice).toMatch(new RegExp(`Mend it, then: npx pulumi up -s ${stack}$`));
    await server.sql("DELETE FROM commune_double WHERE key = 'fail_migration'");
  });

  test("goes through without one failed request, and keeps every post", async () => {
    const { requests, failures, posts } = await visitDuring(server, await server.token(), async () => {
      await project.up(stack);
    });
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(200);
    expect(posts.length).toBeGreaterThan(10);
    const kept = await Promise.all(posts.map((id) => server.get(`/api/v1/statuses/${id}`)));
    expect(kept.filter(({ status }) => status !== 200)).toEqual([]);
    console.log(`upgrade: ${requests} requests, ${posts.length} posts, all answered and kept`);

    expect(await server.webImages()).toEqual([`${images}:v4.6.5`]);
    expect(JSON.parse((await server.get("/api/v2/instance")).text).version).toContain("4.6.5");
    const done = `SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations WHERE version IN ('${before}', '${after}')`;
    expect(await server.sql(done)).toBe(`${before} ${after}`);
  });

  test("leaves nothing to do, and no Job of the version before", async () => {
    expect(Object.keys(await project.up(stack))).toEqual(["unchanged"]);
    const jobs = await server.kubectl(["get", "jobs", `--namespace=${server.namespace}`, "--output=name"]);
    expect(jobs.split("\n")).toHaveLength(3);
  });
});

describe("commune publish", () => {
  beforeAll(async () => {
    declare("4.6.5", ", registrations: approval", portal);
    await project.up(stack);
  });

  testPublishing(() => ({ newsroom: new Newsroom(cluster, project, stack, server), server }));
});
