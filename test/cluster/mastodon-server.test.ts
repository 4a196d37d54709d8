import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Laboratory } from "./images/laboratory.ts";
import {
  ask,
  bootstrap,
  declaredToken,
  environmentOf,
  type Instance,
  links,
  makeTrust,
  openHosts,
  openServices,
  run,
  runner,
  server,
  sql,
  statusColumns,
  tools,
} from "./images/mastodon.ts";
import { pod } from "./images/pods.ts";
import { relay } from "./images/relay.ts";

const ville: Instance = { name: "ville", host: "social.ville.test", redis: 0 };
const bourg: Instance = { name: "bourg", host: "social.bourg.test", redis: 1 };
const passing: Instance = { name: "relay", host: "relay.test", redis: 2 };
const patient = { timeout: 30_000, interval: 1000 };
/** The third of a relay's states, by number. */
const accepted = "2";
let lab: Laboratory;
let addresses: Record<string, string>;
beforeAll(async () => {
  lab = await Laboratory.open("mastodon");
  await openServices(lab);
  addresses = await openHosts(lab, await makeTrust([ville.host, bourg.host, passing.host]), [
    ville,
    bourg,
    passing,
  ]);
  await lab.apply(tools(lab, ville));
  await lab.ready("tools");
});

afterAll(async () => {
  await lab?.close();
});

describe("a server", () => {
  let token: string;
  let other: string;
  const bearer = () => ["-H", `Authorization: Bearer ${token}`];

  beforeAll(async () => {
    await run(lab, "old", "bundle exec rails db:prepare");
    await run(lab, "new", "bundle exec rails db:migrate", { SKIP_POST_DEPLOYMENT_MIGRATIONS: "true" });
    token = (await runner(lab, bootstrap("mairie"), ville)).output;
    await lab.apply(server(lab, ville, "4.5.9", addresses));
    await lab.ready("web-ville");
  });

  it("of the old release works between the phases, then the new one", async () => {
    const posted = await ask(lab, ville, "/api/v1/statuses", ...bearer(), "-d", "status=de 4.5");
    expect(posted.status).toBe(200);
    await lab.kubectl("delete", "pod", "web-ville");
    await lab.apply(server(lab, ville, "4.6.5", addresses));
    await lab.ready("web-ville");
    expect((await ask(lab, ville, "/api/v1/statuses", ...bearer(), "-d", "status=de 4.6")).status).toBe(200);
    expect((await run(lab, "new", "bundle exec rails db:migrate")).code).toBe(0);
    expect(await sql(lab, statusColumns, ville)).not.toContain("local_only");
    const timeline = await ask(lab, ville, "/api/v1/timelines/public?local=true");
    expect(JSON.parse(timeline.body).map(({ content }: { content: string }) => content)).toEqual([
      "<p>de 4.6</p>",
      "<p>de 4.5</p>",
    ]);
  });

  it("of the old release does not fit the schema after the second phase, and says so", async () => {
    const url = "http://127.0.0.1:3999/api/v1/timelines/public";
    const curl = `curl -s -H 'Host: ${ville.host}' -H 'X-Forwarded-Proto: https' -w ' %{http_code}' ${url}`;
    const start = "bundle exec puma -p 3999 > /tmp/puma.log 2>&1 & puma=$!";
    // curl ends with 7 while nothing listens yet.
    const asked = `for second in $(seq 60); do answer=$(${curl}); [ $? = 7 ] || break; sleep 1; done`;
    const shown = 'kill $puma; echo "$answer"';
    const { output } = await lab.exec("tools", "old", ["sh", "-c", [start, asked, shown].join("\n")]);
    expect(output).toMatch(/migrations are pending, or are those of a newer one.* 500$/);
  });

  it("answers to its own host over TLS, and says that it is a double", async () => {
    const inside = async (path: string, ...curl: string[]) => {
      const url = `http://127.0.0.1:3000${path}`;
      return (await lab.exec("web-ville", "web", ["curl", "-si", ...curl, url])).output;
    };
    expect(await inside("/health")).toMatch(/^HTTP\/1\.1 200[\s\S]*x-commune-double: mastodon/i);
    expect(await inside("/about")).toMatch(/^HTTP\/1\.1 403[\s\S]*x-commune-double: mastodon/i);
    expect(await inside("/about", "-H", `Host: ${ville.host}`)).toMatch(
      /^HTTP\/1\.1 301[\s\S]*location: https:/i,
    );
    for (const path of [
      "/about",
      "/nodeinfo/2.0",
      "/@mairie",
      "/@mairie.rss",
      "/.well-known/host-meta",
      "/nowhere",
    ]) {
      const { headers, status } = await ask(lab, ville, path);
      expect(status, path).toBe(path === "/nowhere" ? 404 : 200);
      expect(headers, path).toMatch(/x-commune-double: mastodon/i);
    }
  });

  it("keeps uploads on its volume", async () => {
    const picture = ["-F", "file=@/usr/bin/tini;type=image/png", "-F", "description=un bateau"];
    const media = JSON.parse((await ask(lab, ville, "/api/v2/media", ...bearer(), ...picture)).body);
    const form = ["-d", "status=photo #fete", "-d", `media_ids[]=${media.id}`];
    expect((await ask(lab, ville, "/api/v1/statuses", ...bearer(), ...form)).status).toBe(200);
    const feed = (await ask(lab, ville, "/tags/fete.rss")).body;
    expect(feed).toContain(media.url);
    const path = new URL(media.url).pathname;
    expect((await ask(lab, ville, path, "-o", "/dev/null")).headers).toMatch(
      / 200 [\s\S]*content-type: image\/png/i,
    );
    const stored = `/opt/mastodon/public${path}`;
    expect((await lab.exec("web-ville", "sidekiq", ["cmp", stored, "/usr/bin/tini"])).code).toBe(0);
  });

  it("tells those who listen of new posts", async () => {
    const url = "http://127.0.0.1:4000/api/v1/streaming/public/local";
    const listen = ["sh", "-c", `curl -sN -m 8 -H "Authorization: Bearer ${token}" ${url}`];
    const heard = lab.exec("web-ville", "streaming", listen);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await ask(lab, ville, "/api/v1/statuses", ...bearer(), "-d", "status=en direct");
    expect((await heard).output).toMatch(/event: update\ndata: .*en direct/);
    expect((await lab.exec("web-ville", "streaming", ["curl", "-s", url])).output).toMatch(
      /Missing access token/,
    );
  });

  it("knows only the grants of upstream", async () => {
    const app = ["-d", "client_name=a", "-d", "redirect_uris=urn:ietf:wg:oauth:2.0:oob", "-d", "scopes=read"];
    const made = JSON.parse((await ask(lab, ville, "/api/v1/apps", ...app)).body);
    const grant = async (type: string) =>
      ask(
        lab,
        ville,
        "/oauth/token",
        "-d",
        `grant_type=${type}`,
        "-d",
        `client_id=${made.client_id}`,
        "-d",
        `client_secret=${made.client_secret}`,
      );
    expect(JSON.parse((await grant("client_credentials")).body)).toMatchObject({
      token_type: "Bearer",
      scope: "read",
    });
    expect(await grant("password")).toMatchObject({
      status: 400,
      body: expect.stringMatching(/unsupported_grant_type/),
    });
    expect((await ask(lab, ville, "/api/v1/statuses", "-d", "status=x")).status).toBe(401);
  });

  it("has its queues worked, and lets no second process have the scheduler", async () => {
    expect(JSON.parse((await ask(lab, ville, "/double/checks")).body).queues_without_worker).toEqual([]);
    const second = {
      name: "main",
      image: lab.image("mastodon/mastodon:v4.6.5"),
      // A busy node takes a moment until a new pod is let through to the cache.
      args: [
        ...["bash", "-c"],
        "until true < /dev/tcp/$REDIS_HOST/6379; do sleep 1; done; exec bundle exec sidekiq -q scheduler",
      ],
      env: environmentOf(ville),
      mounts: ["cache:/opt/mastodon/tmp", "media:/opt/mastodon/public/system", "trust:/etc/trust"],
    };
    await lab.apply(
      pod({
        name: "second",
        uid: 991,
        scratch: ["cache", "media"],
        configs: { trust: "trust" },
        containers: [second],
      }),
    );
    const { phase, log } = await lab.end("second", "main");
    expect(phase).toBe("Failed");
    expect(log).toMatch(/The queue scheduler already has a worker/);
  });

  it("follows another server and reads it, through both servers' workers", async () => {
    const set = Object.entries(environmentOf(bourg)).map(([name, value]) => `${name}=${value}`);
    expect((await lab.exec("tools", "new", ["env", ...set, "rails", "db:prepare"])).code).toBe(0);
    other = (await runner(lab, bootstrap("bourgmestre"), bourg)).output;
    await lab.apply(server(lab, bourg, "4.6.5", addresses));
    await lab.ready("web-bourg");
    const search = `/api/v2/search?resolve=true&q=@bourgmestre@${bourg.host}`;
    // Ready, it may still be unknown to those who lead to it.
    const account = await vi.waitFor(async () => {
      const [found] = JSON.parse((await ask(lab, ville, search, ...bearer())).body).accounts;
      expect(found?.acct).toBe(`bourgmestre@${bourg.host}`);
      return found;
    }, patient);
    expect(
      (await ask(lab, ville, `/api/v1/accounts/${account.id}/follow`, ...bearer(), "-X", "POST")).status,
    ).toBe(200);
    const related = async () =>
      JSON.parse(
        (await ask(lab, ville, `/api/v1/accounts/relationships?id=${account.id}`, ...bearer())).body,
      )[0];
    await vi.waitFor(
      async () => expect(await related()).toMatchObject({ following: true, requested: false }),
      {
        timeout: 30_000,
        interval: 1000,
      },
    );
    const post = ["-H", `Authorization: Bearer ${other}`];
    const posted = JSON.parse(
      (await ask(lab, bourg, "/api/v1/statuses", ...post, "-d", "status=bonjour de bourg")).body,
    );
    const home = async () => (await ask(lab, ville, "/api/v1/timelines/home", ...bearer())).body;
    await vi.waitFor(async () => expect(await home()).toContain("bonjour de bourg"), {
      timeout: 30_000,
      interval: 1000,
    });
    await ask(lab, bourg, `/api/v1/statuses/${posted.id}`, ...post, "-X", "DELETE");
    await vi.waitFor(async () => expect(await home()).not.toContain("bonjour de bourg"), {
      timeout: 30_000,
      interval: 1000,
    });
  });

  it("puts an end to being followed, and the follower's server learns it", async () => {
    const own = ["-H", `Authorization: Bearer ${other}`];
    const search = `/api/v2/search?resolve=true&q=@mairie@${ville.host}`;
    const [follower] = JSON.parse((await ask(lab, bourg, search, ...own)).body).accounts;
    const relationship = async (instance: Instance, id: string, ...who: string[]) =>
      JSON.parse((await ask(lab, instance, `/api/v1/accounts/relationships?id=${id}`, ...who)).body)[0];
    expect(await relationship(bourg, follower.id, ...own)).toMatchObject({ followed_by: true });
    const removal = `/api/v1/accounts/${follower.id}/remove_from_followers`;
    const removed = await ask(lab, bourg, removal, ...own, "-X", "POST");
    expect(JSON.parse(removed.body)).toMatchObject({ followed_by: false });
    const [target] = JSON.parse(
      (await ask(lab, ville, `/api/v2/search?q=@bourgmestre@${bourg.host}`, ...bearer())).body,
    ).accounts;
    await vi.waitFor(
      async () =>
        expect(await relationship(ville, target.id, ...bearer())).toMatchObject({ following: false }),
      { timeout: 30_000, interval: 1000 },
    );
  });

  it("finds nobody on a server that is not there, and says so by an empty list", async () => {
    const search = "/api/v2/search?resolve=true&q=@mairie@social.nowhere.test";
    const { status, body } = await ask(lab, ville, search, ...bearer());
    expect([status, JSON.parse(body).accounts]).toEqual([200, []]);
  });

  it("has tokens and relays by script, as a commune declares them, and changes nothing the second time", async () => {
    await lab.apply(...relay(lab, passing.name, passing.host, addresses));
    await lab.ready(`web-${passing.name}`);
    const script = links(`https://${passing.host}/inbox`);
    const state = (instance: Instance) => sql(lab, "SELECT state FROM relays", instance);
    expect((await runner(lab, script, ville)).output).toBe("made, pending");
    await vi.waitFor(async () => expect(await state(ville)).toBe(accepted), patient);
    expect((await runner(lab, script, ville)).output).toBe("kept, accepted");
    // What docs/federation.md tells an administrator to ask.
    const told = 'Relay.find_each { |relay| puts "#{relay.inbox_url} #{relay.state}" }';
    expect((await runner(lab, told, ville)).output).toBe(`https://${passing.host}/inbox accepted`);
    const given = ["-H", `Authorization: Bearer ${declaredToken}`];
    expect((await ask(lab, ville, "/api/v1/accounts/verify_credentials", ...given)).status).toBe(200);
    expect((await ask(lab, ville, "/api/v1/statuses", ...given, "-d", "status=x")).status).toBe(403);
    const timeline = "/api/v1/timelines/public?local=true";
    expect((await ask(lab, ville, timeline, ...given)).status).toBe(403);
    expect((await ask(lab, ville, timeline, ...bearer())).status).toBe(200);
  });

  it("reads through a relay what nobody here follows, until it leaves the relay", async () => {
    const follow = `Relay.find_or_create_by!(inbox_url: 'https://${passing.host}/inbox').enable!`;
    await runner(lab, follow, bourg);
    await vi.waitFor(
      async () => expect(await sql(lab, "SELECT state FROM relays", bourg)).toBe(accepted),
      patient,
    );
    const post = ["-d", "status=par le relais"];
    expect((await ask(lab, ville, "/api/v1/statuses", ...bearer(), ...post)).status).toBe(200);
    const read = ["-H", `Authorization: Bearer ${other}`];
    await vi.waitFor(async () => {
      const { body } = await ask(lab, bourg, "/api/v1/timelines/public", ...read);
      expect(body).toContain("par le relais");
    }, patient);
    const leave = "Relay.where.not(inbox_url: []).find_each(&:destroy); p Relay.count";
    expect((await runner(lab, leave, ville)).output).toBe("0");
    await vi.waitFor(
      async () =>
        expect(await lab.kubectl("logs", `web-${passing.name}`, "-c", "relay")).toContain(
          `received Undo https://${ville.host}/actor`,
        ),
      patient,
    );
  });

  it("speaks to no private address that is not excepted", async () => {
    const script = `p ResolveAccountService.new.call('bourgmestre@${bourg.host}')`;
    const resolve = async (...set: string[]) =>
      (await lab.exec("web-ville", "web", ["env", ...set, "bin/rails", "runner", script])).output;
    expect(await resolve()).toMatch(/^#<Account id: \d+>$/m);
    // Who was asked about within a day is not asked about again.
    expect(await resolve("ALLOWED_PRIVATE_ADDRESSES=")).toMatch(/^#<Account id: \d+>$/m);
    await sql(
      lab,
      "UPDATE accounts SET updated_at = now() - interval '2 days' WHERE domain IS NOT NULL",
      ville,
    );
    expect(await resolve("ALLOWED_PRIVATE_ADDRESSES=")).toMatch(/^nil$/m);
  });

  it("ends at SIGTERM, the workers after their jobs", async () => {
    await lab.kubectl("exec", "web-bourg", "-c", "sidekiq", "--", "sh", "-c", "kill -TERM 1");
    await vi.waitFor(
      async () =>
        expect(await lab.kubectl("logs", "web-bourg", "-c", "sidekiq")).toMatch(/Shutting down[\s\S]*Bye!/),
      { timeout: 30_000, interval: 1000 },
    );
    const ready = "/opt/mastodon/tmp/sidekiq_process_has_started_and_will_begin_processing_jobs";
    expect((await lab.exec("web-bourg", "web", ["test", "-e", ready])).code).toBe(1);
  });
});
