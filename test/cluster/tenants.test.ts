import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { goodObjects } from "../../components/tenants/admission/attempts.ts";
import { admissionManifests } from "../../components/tenants/admission/manifests.ts";
import { attempts, statements } from "../../components/tenants/isolation/attempts.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { attemptsWithin } from "../../scripts/package/attempts.ts";
import type { Attempt } from "../../scripts/package/bench.ts";
import { contentsOf } from "../../scripts/package/contents.ts";
import { Place } from "../../scripts/package/place.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const commune = "club-town";
const domain = `assos-${commune}.test`;
const namespace = `${commune}-t-chorale`;
const open = `${commune}-open`;

const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
const asked = (
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
) => undiciFetch(url, { dispatcher, redirect: "manual", ...init });

let project: Project;
let place: Place;
/** What judo's user of the database server was refused. */
let ofDatabases: Attempt[] = [];
const kubectl = (words: readonly string[], input?: unknown) =>
  execa("kubectl", words, {
    env: project.environment,
    reject: false,
    all: true,
    ...(input !== undefined && { input: JSON.stringify(input) }),
  });
/** What the API server says of an object that would be made in the association's namespace. */
const tried = async (object: object) => {
  const { exitCode, all } = await kubectl(["create", "--dry-run=server", "-n", namespace, "-f", "-"], object);
  return exitCode === 0 ? "made" : all;
};

const both = "applications: { site: {}, dokuwiki: { access: members } }\n";
const write = (id: string, more = both) =>
  writeFileSync(join(project.folder, "stacks", commune, "tenants", `${id}.yaml`), tenantText(id, more));

beforeAll(async () => {
  project = new Project(cluster.environment);
  place = new Place({
    ...{ environment: project.environment, https: cluster.endpoints?.https ?? "", caFile: cluster.caFile },
    patience: 60,
  });
  project.declare(
    commune,
    `id: ${commune}
name: Club Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: ${domain}, mariadb: { memory: 256 MiB, storage: 1 GiB } }
`,
  );
  mkdirSync(join(project.folder, "stacks", commune, "tenants"));
  write("chorale");
  write("judo", "applications: { wordpress: {} }\n");
  const { exitCode, all } = await kubectl(["apply", "-f", "-"], {
    ...{ apiVersion: "v1", kind: "List" },
    items: admissionManifests(),
  });
  if (exitCode !== 0) throw new Error(all);
  await project.createStack(commune);
  await project.up(commune);
});

afterAll(async () => {
  await kubectl(["delete", "namespace", open, "--ignore-not-found", "--wait=false"]);
  await place.close();
  await dispatcher.close();
  await project.end(commune);
});

describe("an association", () => {
  const wiki = `https://wiki.chorale.${domain}`;

  test("has a site that everybody reads, with its name", async () => {
    const status = async (url: string) => (await asked(url)).status;
    // The ingress controller may hear of a pod a moment after `up` does.
    for (const [url, is] of [
      [`https://chorale.${domain}/`, 200],
      [`https://judo.${domain}/nothing`, 404],
    ] as const)
      await expect.poll(() => status(url), { timeout: 60_000, interval: 1000 }).toBe(is);
    const answer = await asked(`https://chorale.${domain}/`);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).toContain("<h1>Chorale des Gratte-Ciel</h1>");
  });

  test("has a wiki that strangers cannot read, and whose first account logs in and administers", async () => {
    // The ingress controller may hear of a pod a moment after `up` does.
    const health = async () => (await asked(`${wiki}/health.php`)).text();
    await expect.poll(health, { timeout: 60_000, interval: 1000 }).toBe("ok");
    // DokuWiki says no in a page that is answered with 200.
    const stranger = await (await asked(`${wiki}/wiki:syntax`)).text();
    expect(stranger).toContain('"ACT":"denied"');
    for (const path of ["conf/users.auth.php", "data/pages/wiki/syntax.txt", "inc/init.php", "install.php"])
      expect((await asked(`${wiki}/${path}`)).status, path).toBe(404);

    const outputs = await project.succeed(
      "stack",
      "output",
      "tenants",
      "--show-secrets",
      "--json",
      "-s",
      commune,
    );
    const { user, password } = JSON.parse(outputs).chorale.dokuwiki.account as {
      user: string;
      password: string;
    };
    const login = (u: string, p: string) =>
      asked(`${wiki}/start`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ do: "login", u, p }).toString(),
      });
    expect((await login(user, "wrong")).status).not.toBe(302);
    const welcome = await login(user, password);
    const cookies = welcome.headers.getSetCookie();
    expect(cookies.join("\n")).toMatch(/; secure/i);
    const cookie = cookies.map((each) => each.split(";")[0]).join("; ");
    const page = await (
      await asked(`${wiki}/start?do=admin&page=usermanager`, { headers: { cookie } })
    ).text();
    expect(page).toContain("Chorale des Gratte-Ciel");
    expect(page).toContain("bureau@chorale.test");
  });

  test("keeps what it has, and nothing of it changes, when another one comes", async () => {
    expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
    write("tarot", "applications: { wordpress: { access: members } }\n");
    const changes = await project.up(commune);
    expect(changes).toEqual({ created: expect.any(Number), unchanged: expect.any(Number) });
    expect(changes.created).toBeGreaterThan(10);
    await closedSite(`https://tarot.${domain}`);
    // While another's database is there.
    ofDatabases = await databasesTried();
    rmSync(join(project.folder, "stacks", commune, "tenants", "tarot.yaml"));
    expect(await project.up(commune)).toEqual({
      deleted: changes.created,
      unchanged: changes.unchanged,
    });
  });
});

/** A site for members: neither its pages nor its pictures are a stranger's. */
async function closedSite(tarot: string) {
  const home = async () => (await asked(`${tarot}/`)).headers.get("location");
  await expect
    .poll(home, { timeout: 60_000, interval: 1000 })
    .toMatch(/^https:\/\/tarot[^/]+\/wp-login\.php\?/);
  expect((await asked(`${tarot}/wp-json/wp/v2/posts`)).status).toBe(401);
  expect((await asked(`${tarot}/wp-content/uploads/2026/11/a.png`)).status).toBe(403);
}

/** Name of the database of an association's WordPress. */
async function databaseOf(id: string): Promise<string> {
  const words = ["get", "configmap", "-n", `${commune}-t-${id}`, `t-${id}-wordpress`, "--output=json"];
  const { data } = JSON.parse((await kubectl(words)).stdout) as { data: Record<string, string> };
  return /'DB_NAME', '(t[0-9a-f]{20})'/.exec(data["wp-config.php"] ?? "")?.[1] ?? "";
}

/** From judo's pod, with its own user, what is tried on the database server; another's database is there. */
async function databasesTried(): Promise<Attempt[]> {
  const [own, others] = [await databaseOf("judo"), await databaseOf("tarot")];
  const script = `
    mysqli_report(MYSQLI_REPORT_OFF);
    $password = file_get_contents('/run/secrets/database/password');
    $server = mysqli_connect('mariadb.${commune}-mariadb.svc', '${own}', $password, '${own}');
    $names = array_column($server->query('SHOW DATABASES')->fetch_all(), 0);
    $entered = $server->select_db('${others}') || mysqli_connect('mariadb.${commune}-mariadb.svc', '${others}', $password) !== false;
    $users = $server->query('SELECT 1 FROM mysql.user') !== false;
    echo json_encode([$names, $entered, $users]);`;
  const words = ["exec", "-n", `${commune}-t-judo`, "deployment/t-judo-wordpress", "-c", "wordpress"];
  const { stdout } = await kubectl([...words, "--", "php", "-r", script]);
  const [names, enters, reads] = JSON.parse(stdout) as [string[], boolean, boolean];
  expect(names).toContain(own);
  const went = { sees: names.includes(others), enters, "reads users": reads };
  return statements.map(({ attempt, tries, by }) => ({ attempt, refusedBy: went[tries] ? undefined : by }));
}

describe("an association with WordPress", () => {
  const site = `https://judo.${domain}`;
  const inJudo = ["-n", `${commune}-t-judo`];
  let cookie = "";
  const login = (user: string, pwd: string) =>
    asked(`${site}/wp-login.php`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        cookie: "wordpress_test_cookie=WP%20Cookie%20check",
      },
      body: new URLSearchParams({ log: user, pwd, testcookie: "1" }).toString(),
    });

  test("has a site with its name, in French, that asks nobody else for anything", async () => {
    const home = async () => (await asked(`${site}/`)).status;
    await expect.poll(home, { timeout: 60_000, interval: 1000 }).toBe(200);
    const page = await (await asked(`${site}/`)).text();
    expect(page).toContain("<title>Chorale des Gratte-Ciel</title>");
    expect(page).toContain('lang="fr-FR"');
    const fetched = [...page.matchAll(/<(?:script|img|link)[^>]*?(?:src|href)=["'](https?:[^"']+)/g)];
    expect(fetched.length).toBeGreaterThan(3);
    const strangers = fetched.map(([, address = ""]) => new URL(address).host);
    expect(new Set(strangers)).toEqual(new Set([`judo.${domain}`]));
    for (const path of ["xmlrpc.php", "wp-cron.php", "wp-admin/install.php", "wp-json/wp/v2/users", ".env"])
      expect((await asked(`${site}/${path}`)).status, path).toBe(404);
  });

  test("has an administrator who logs in, and cannot change the site's code", async () => {
    const words = ["stack", "output", "tenants", "--show-secrets", "--json", "-s", commune];
    const { user, password } = JSON.parse(await project.succeed(...words)).judo.wordpress.account as {
      user: string;
      password: string;
    };
    const refused = await login(user, "wrong");
    expect(refused.headers.getSetCookie().join()).not.toContain("wordpress_logged_in");
    const cookies = (await login(user, password)).headers.getSetCookie();
    expect(cookies.join("\n")).toMatch(/wordpress_logged_in[^\n]*; secure; HttpOnly/i);
    cookie = cookies.map((each) => each.split(";")[0]).join("; ");
    const admin = async (path: string) => asked(`${site}/wp-admin/${path}`, { headers: { cookie } });
    expect(await (await admin("")).text()).toContain("Tableau de bord");
    expect((await admin("plugin-install.php")).status).toBe(403);
    expect((await admin("update-core.php")).status).not.toBe(302);
  });

  test("keeps a post and its picture when its pod and the database server's are deleted", async () => {
    const nonce = await (
      await asked(`${site}/wp-admin/admin-ajax.php?action=rest-nonce`, { headers: { cookie } })
    ).text();
    const picture = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const sent = async (path: string, type: string, body: Buffer | string, more = {}) => {
      const headers = { cookie, "x-wp-nonce": nonce, "content-type": type, ...more };
      const answer = await asked(`${site}/wp-json/wp/v2/${path}`, { method: "POST", headers, body });
      expect(answer.status, path).toBe(201);
      return (await answer.json()) as { id: number; source_url: string; link: string };
    };
    const name = { "content-disposition": "attachment; filename=concert.png" };
    const { id, source_url: address } = await sent("media", "image/png", picture, name);
    const post = {
      title: "Concert",
      content: `Venez. <img src="${address}">`,
      status: "publish",
      featured_media: id,
    };
    const { link } = await sent("posts", "application/json", JSON.stringify(post));

    const server = ["-n", `${commune}-mariadb`];
    const deleted = await Promise.all([
      kubectl(["delete", "pod", ...inJudo, "-l", "app.kubernetes.io/component=wordpress"]),
      kubectl(["delete", "pod", ...server, "mariadb-0"]),
    ]);
    for (const { all } of deleted) expect(all).toMatch(/^pod "[^"]+" deleted/);
    await kubectl(["rollout", "status", ...server, "statefulset/mariadb", "--timeout=120s"]);
    await kubectl(["rollout", "status", ...inJudo, "deployment/t-judo-wordpress", "--timeout=120s"]);
    const status = async () => (await asked(link)).status;
    await expect.poll(status, { timeout: 60_000, interval: 1000 }).toBe(200);
    expect(await (await asked(link)).text()).toContain(address);
    const kept = await asked(address);
    expect(Buffer.from(await kept.arrayBuffer()).equals(picture)).toBe(true);
  });

  test("can be copied by hand, as docs/tenants.md says", async () => {
    const script = `MYSQL_PWD=$(cat /run/secrets/mariadb/password) mariadb-dump --socket=/run/mysqld/mysqld.sock --user=root --single-transaction "$0"`;
    const pod = [
      "exec",
      "-n",
      `${commune}-mariadb`,
      "mariadb-0",
      "-c",
      "mariadb",
      "--",
      "bash",
      "-c",
      script,
    ];
    expect((await kubectl([...pod, await databaseOf("judo")])).stdout).toContain("INSERT INTO `wp_posts`");
    const files = ["exec", ...inJudo, "deployment/t-judo-wordpress", "-c", "wordpress", "--"];
    const tar = ["tar", "-C", "/usr/src/wordpress/wp-content", "-c", "uploads"];
    expect((await kubectl([...files, ...tar])).stdout).toContain("concert.png");
  });

  test("has its timed job, which reaches the database from a pod of its own", async () => {
    await kubectl(["create", "job", ...inJudo, "--from=cronjob/t-judo-wordpress-events", "now"]);
    const { all, exitCode } = await kubectl([
      "wait",
      ...inJudo,
      "job/now",
      "--for=condition=Complete",
      "--timeout=60s",
    ]);
    expect(exitCode, all).toBe(0);
    await kubectl(["delete", "job", ...inJudo, "now"]);
  });
});

describe("from within an association is refused", () => {
  const theirs = `${commune}-t-judo`;
  let seen: ReadonlyMap<string, string | undefined>;
  let before: string;

  beforeAll(async () => {
    before = await contentsOf(place, theirs);
    const tried = await attemptsWithin({
      ...{ place, namespace, domain, release: "t-chorale-dokuwiki", containers: ["dokuwiki", "front"] },
      ...{ host: `chorale.${domain}`, firstPassword: "/run/secrets/admin/password", open },
      other: {
        ...{ namespace: theirs, release: "t-judo-wordpress", host: `judo.${domain}` },
        database: `mariadb.${commune}-mariadb.svc.cluster.local`,
      },
    });
    seen = new Map([...tried, ...ofDatabases].map(({ attempt, refusedBy }) => [attempt, refusedBy]));
  });

  describe.each(attempts)("what somebody $from", ({ rows }) => {
    test.each(rows)("$attempt: by $by", ({ attempt, by }) => expect(seen.get(attempt)).toBe(by));
  });

  test("and nothing else went through", () => {
    expect(new Set(seen.keys())).toEqual(
      new Set(attempts.flatMap(({ rows }) => rows.map(({ attempt }) => attempt))),
    );
  });

  test("with another association as it was, and answering", async () => {
    expect(await contentsOf(place, theirs)).toBe(before);
    expect((await asked(`https://judo.${domain}/`)).status).toBe(200);
  });

  test("while what an association may have is made", async () => {
    for (const object of goodObjects) {
      const hosted = JSON.parse(JSON.stringify(object).replaceAll("assos-bron.test", domain));
      expect(await tried(hosted)).toBe("made");
    }
  });
});
