import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { chainOf, manifestOf, newest } from "../../components/recovery/points/chain.ts";
import { heldAt } from "../../components/recovery/points/read.ts";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";
import { databaseName } from "../../components/tenants/applications/database.ts";
import { withoutSuspension, withSuspension } from "../../components/tenants/tenant/file.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import type { Outputs } from "../../scripts/stack.ts";
import { deleteCommand } from "../../scripts/tenant/delete.ts";
import { exportTenantCommand } from "../../scripts/tenant/export.ts";
import { importTenantCommand } from "../../scripts/tenant/import.ts";
import { usageCommand } from "../../scripts/tenant/usage.ts";
import { verifyCommand } from "../../scripts/tenant/verify.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { restoredInDebian } from "./debian.ts";
import { Metropolis } from "./federation/metropolis.ts";
import { type Hosting, pointTools, tenantTools, told, vaultOf } from "./hosting.ts";
import type { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const commune = "life-town";
/** Who keeps its copies. */
const host = "refuge-town";
const domain = `assos-${commune}.test`;
const site = `https://chorale.${domain}`;
const wiki = `https://wiki.chorale.${domain}`;
const inChorale = ["-n", `${commune}-t-chorale`];

const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
const asked = (
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
) => undiciFetch(url, { dispatcher, redirect: "manual", ...init });
const comes = (url: string, status: number) =>
  vi.waitFor(async () => expect((await asked(url)).status, url).toBe(status), {
    timeout: 60_000,
    interval: 1000,
  });

let project: Project;
let hosting: Hosting;
const kubectl = async (...words: string[]) => {
  const { stdout } = await execa("kubectl", words, { env: project.environment });
  return stdout;
};
const inPod = (application: string, script: string) =>
  kubectl(
    "exec",
    ...inChorale,
    `deployment/t-chorale-${application}`,
    "-c",
    application,
    "--",
    "sh",
    "-c",
    script,
  );
const tenantFile = (id = "chorale") => join(project.folder, "stacks", commune, "tenants", `${id}.yaml`);
const rewrite = (change: (text: string) => string, id?: string) =>
  writeFileSync(tenantFile(id), change(readFileSync(tenantFile(id), "utf8")));

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
let post = "";

/** Sums of every file that the association brought, by path. */
const files = async () => ({
  uploads: await inPod(
    "wordpress",
    "cd /usr/src/wordpress/wp-content/uploads && find . -type f -not -path './.restore-*' | sort | xargs sha256sum",
  ),
  pages: await inPod("dokuwiki", "cd /storage/data/pages && find . -type f | sort | xargs sha256sum"),
  accounts: await inPod("dokuwiki", "sha256sum /storage/conf/users.auth.php"),
});

const database = databaseName({ commune, id: "chorale" }, "wordpress");

/** What a server answers its superuser, a line for each row. */
const asRootOf =
  (server: string) =>
  (sql: string, ...where: string[]) =>
    kubectl(
      ...["exec", "-n", `${commune}-${server}`, `${server}-0`, "-c", "mariadb", "--", "bash", "-c"],
      `MYSQL_PWD=$(cat /run/secrets/mariadb/password) mariadb --socket=/run/mysqld/mysqld.sock --user=root --default-character-set=utf8mb4 --skip-column-names --execute "$@"`,
      ...["-", sql, ...where],
    );
/** The server that associations share. */
const asRoot = asRootOf("mariadb");

/** The rows of some tables of its database, or of all, as one text. */
async function rows(...tables: string[]): Promise<string> {
  const script = `MYSQL_PWD=$(cat /run/secrets/mariadb/password) mariadb-dump --socket=/run/mysqld/mysqld.sock --user=root --skip-dump-date --skip-extended-insert "$@"`;
  return kubectl(
    ...["exec", "-n", `${commune}-mariadb`, "mariadb-0", "-c", "mariadb", "--"],
    ...["bash", "-c", script, "-", database, ...tables],
  );
}

/** A post with its picture, by the site's own interface, and a page of the wiki. */
async function write() {
  const outputs = await project.succeed(
    "stack",
    "output",
    "tenants",
    "--show-secrets",
    "--json",
    "-s",
    commune,
  );
  const { user, password } = JSON.parse(outputs).chorale.wordpress.account as {
    user: string;
    password: string;
  };
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
  const login = await asked(`${site}/wp-login.php`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      cookie: "wordpress_test_cookie=WP%20Cookie%20check",
    },
    body: form({ log: user, pwd: password, testcookie: "1" }),
  });
  const cookie = login.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const nonce = await (
    await asked(`${site}/wp-admin/admin-ajax.php?action=rest-nonce`, { headers: { cookie } })
  ).text();
  const sent = async (path: string, type: string, body: Buffer | string, more = {}) => {
    const headers = { cookie, "x-wp-nonce": nonce, "content-type": type, ...more };
    const answer = await asked(`${site}/wp-json/wp/v2/${path}`, { method: "POST", headers, body });
    expect(answer.status, path).toBe(201);
    return (await answer.json()) as { id: number; source_url: string; link: string };
  };
  const name = { "content-disposition": "attachment; filename=concert.png" };
  const media = await sent("media", "image/png", picture, name);
  const content = `Venez à l’été. <img src="${media.source_url}">`;
  const written = { title: "Concert d’été", content, status: "publish", featured_media: media.id };
  post = (await sent("posts", "application/json", JSON.stringify(written))).link;
  // What WordPress leaves to its next cron (pings) is done now: within a test it would change rows.
  await inPod("wordpress", "php /usr/src/wordpress/wp-cron.php");
  expect(await asRoot("SELECT meta_key FROM wp_postmeta WHERE meta_key LIKE '\\_%me'", database)).toBe("");
  await inPod(
    "dokuwiki",
    "printf '====== Répétitions ======\\nLe mardi.\\n' > /storage/data/pages/repetitions.txt",
  );
}

beforeAll(async () => {
  const metropolis = new Metropolis(cluster, [
    { id: commune, insee: "69029", domain: `${commune}.test` },
    { id: host, insee: "69123", domain: `${host}.test` },
  ]);
  metropolis.know({ [commune]: { stack: commune } });
  project = metropolis.project;
  metropolis.declare(host, { with: "all" }, { recovery: { host: { [commune]: { space: "1 GiB" } } } });
  project.declare(
    commune,
    `id: ${commune}
name: Life Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: ${domain}, mariadb: { memory: 256 MiB, storage: 1 GiB } }
recovery: { vaults: [${host}] }
`,
  );
  mkdirSync(join(project.folder, "stacks", commune, "tenants"));
  writeFileSync(
    tenantFile(),
    tenantText(
      "chorale",
      "applications: { wordpress: {}, dokuwiki: { access: public }, radicale: { access: members } }\n",
      "large",
    ),
  );
  writeFileSync(tenantFile("cinema"), tenantText("cinema"));
  for (const id of [commune, host]) await metropolis.createStack(id);
  for (const id of [commune, host]) await project.up(id);
  const outputs = JSON.parse(
    await project.succeed("stack", "output", "--json", "--show-secrets", "-s", commune),
  ) as Outputs;
  hosting = { project, outputs, host, fetch };
  await comes(`${site}/`, 200);
  await comes(`${wiki}/health.php`, 200);
  await write();
});

afterAll(async () => {
  await dispatcher.close();
  await project.end(commune, host);
});

/** Takes everything along, and looks whether it is whole. @returns the folder. */
async function takenAlong(name: string): Promise<string> {
  const to = join(project.folder, name);
  await exportTenantCommand(tenantTools(hosting)).parseAsync([commune, "chorale", "--to", to], {
    from: "user",
  });
  await verifyCommand().parseAsync([to], { from: "user" });
  return to;
}

/** The posts in a dump, and nothing else: when it was made stands in it too. */
const posts = (folder: string) =>
  readFileSync(join(folder, "wordpress", "base.sql"), "utf8")
    .split("\n")
    .filter((line) => line.includes("INSERT INTO `wp_posts`") || line.startsWith("("));
const listed = async (folder: string, archive: string) =>
  (await execa("tar", ["-tf", join(folder, archive)])).stdout.split("\n");

test("an association reads what it takes of its plan, measured", async () => {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
  await usageCommand(tenantTools(hosting)).parseAsync([commune, "chorale", "--json"], { from: "user" });
  log.mockRestore();
  const { chorale } = JSON.parse(said.join("\n")).usage;
  // Two Apaches with PHP, and an agenda and three fronts, within a plan of 2 GiB.
  expect(chorale.memoryBytes).toBeGreaterThan(20 * 1024 ** 2);
  expect(chorale.memoryBytes).toBeLessThan(2048 * 1024 ** 2);
  expect(Object.keys(chorale.files)).toEqual(["wordpress", "dokuwiki", "radicale"]);
  for (const bytes of [...Object.values(chorale.files), ...Object.values(chorale.databases)])
    expect(bytes).toBeGreaterThan(0);
});

const fetch = ((address, init) => undiciFetch(address, { ...init, dispatcher })) as Fetch;
/** The newest manifest of an application, opened with the password that lies in the association's namespace. */
async function newestManifest(application: string) {
  const owner = { commune, service: `t-chorale-${application}` };
  const { publicKey } = hosting.outputs.federation as unknown as { publicKey: string };
  const held = [await heldAt(vaultOf(hosting), owner.service)];
  const last = newest(chainOf(held, { owner, publicKey }));
  const path = "-o=jsonpath={.data.repository-password}";
  const password = await kubectl("get", "secret", ...inChorale, `restore-point-${application}`, path);
  if (last === undefined) throw new Error("no point");
  return manifestOf(last, Buffer.from(password, "base64").toString("utf8"));
}

describe("its restore points", () => {
  test("are taken of each application on demand, whole, and are at the vault", async () => {
    const began = Date.now();
    const said = await told(recoveryCommand(pointTools(hosting)), ["point", commune, "--tenant", "chorale"]);
    console.log(`Restore points of three applications: ${Date.now() - began} ms.`);
    expect(said.split("\n").sort()).toEqual(
      ["dokuwiki", "radicale", "wordpress"].map((each) =>
        expect.stringMatching(new RegExp(`^t-chorale-${each}: .*Z-000001$`)),
      ),
    );
    const { parts } = await newestManifest("wordpress");
    const [dump, uploads] = parts;
    const counted = await asRoot(
      "SELECT CONCAT((SELECT COUNT(*) FROM wp_posts), ' ', (SELECT COUNT(*) FROM wp_users))",
      database,
    );
    const { wp_posts, wp_users } = dump?.kind === "dump" ? dump.rows : {};
    expect(dump).toMatchObject({ kind: "dump", engine: "mariadb" });
    expect(`${wp_posts} ${wp_users}`).toBe(counted.trim());
    const there = (await files()).uploads.split("\n").length;
    expect(uploads).toMatchObject({ kind: "files", volume: "t-chorale-wordpress-uploads", files: there });
    expect((await newestManifest("radicale")).parts).toMatchObject([{ kind: "files" }]);
  });

  test("are told with the commune's own, and nothing that opens them is in the association's pods", async () => {
    const said = await told(recoveryCommand(pointTools(hosting)), ["points", commune]);
    expect(said).toMatch(/t-chorale-dokuwiki: 1 restore point\n {2}\S+-000001 {2}refuge-town/);
    expect(said).not.toContain("!");
    const address = new URL(hosting.outputs.vaults?.[host]?.address ?? "").hostname;
    const look = await inPod(
      "wordpress",
      `cat /proc/mounts; ls -a /run/secrets; ! php -r 'exit(@fsockopen("ssl://${address}", 443, $a, $b, 3) ? 0 : 1);' && echo closed`,
    );
    expect(look.trimEnd()).toMatch(/closed$/);
    expect(look).not.toMatch(/restore-point|serviceaccount|\.restore/);
  });
});

test("what it wrote in its wiki goes back to a point, and nothing else of it changes", async () => {
  const listed = await told(recoveryCommand(pointTools(hosting)), ["points", commune, "--tenant", "chorale"]);
  const [, point = ""] = /t-chorale-dokuwiki: 1 restore point\n {2}(\S+)/.exec(listed) ?? [];
  const before = await files();
  await inPod("dokuwiki", "cd /storage/data/pages && rm repetitions.txt && echo new > later.txt");
  const words = [commune, "--service", "t-chorale-dokuwiki", "--point", point, "--yes"];
  const said = await told(restoreCommand(pointTools(hosting)), words);
  expect(said).toMatch(/kept aside: 1 file that came since\n {2}come back: 1 file that went since/);
  expect(said).not.toContain("rows stay");
  expect(await files()).toEqual(before);
  await comes(`${wiki}/repetitions`, 200);
  await told(restoreCommand(pointTools(hosting)), [...words, "--release"]);
});

test("its site goes back to a point with its rows, and to what was there before, and nothing else of it changes", async () => {
  const listed = await told(recoveryCommand(pointTools(hosting)), ["points", commune, "--tenant", "chorale"]);
  const [, point = ""] = /t-chorale-wordpress: 1 restore point\n {2}(\S+)/.exec(listed) ?? [];
  const seen = async () => ({
    files: await files(),
    rows: await rows("wp_posts", "wp_postmeta", "wp_users"),
  });
  const databases = () =>
    asRoot(
      "SELECT schema_name FROM information_schema.schemata UNION SELECT CONCAT(user, '@', host) FROM mysql.user",
    );
  const [before, names] = [await seen(), await databases()];
  await asRoot(
    "UPDATE wp_posts SET post_title = 'Spoilt' WHERE post_title = 'Concert d’été'; CREATE TABLE later (id INT)",
    database,
  );
  const uploads = "cd /usr/src/wordpress/wp-content/uploads";
  await inPod("wordpress", `${uploads} && echo new > later.txt`);
  const spoilt = await seen();
  expect(spoilt).not.toEqual(before);
  const words = [commune, "--service", "t-chorale-wordpress", "--point", point, "--with-rows", "--yes"];
  const began = Date.now();
  const said = await told(restoreCommand(pointTools(hosting)), words);
  console.log(`A site's files and rows back: ${Date.now() - began} ms.`);
  expect(said).toContain("Files and rows are the point's.");
  expect(await seen()).toEqual(before);
  await comes(post, 200);
  expect(await asRoot("SHOW TABLES LIKE 'later'", database)).toBe("");
  await told(restoreCommand(pointTools(hosting)), [...words, "--undo"]);
  expect(await seen()).toEqual(spoilt);
  expect(await asRoot("SHOW TABLES LIKE 'later'", database)).toBe("later");
  await told(restoreCommand(pointTools(hosting)), [...words, "--release"]);
  expect(await databases()).toBe(names);
  await inPod("wordpress", `${uploads} && rm later.txt`);
  await asRoot(
    "UPDATE wp_posts SET post_title = 'Concert d’été' WHERE post_title = 'Spoilt'; DROP TABLE later",
    database,
  );
  expect(await seen()).toEqual(before);
});

describe("an association that leaves", () => {
  let archive: string;
  beforeAll(async () => {
    archive = await takenAlong("archive");
  });

  test("takes its pages, posts, pictures and accounts along, in formats that others read", async () => {
    expect(posts(archive).join()).toContain("Venez à l’été.");
    const wxr = readFileSync(join(archive, "wordpress", "export.xml"), "utf8");
    expect(wxr).toContain("<title><![CDATA[Concert d’été]]></title>");
    expect(wxr.trimEnd()).toMatch(/<\/rss>$/);
    expect(await listed(archive, "wordpress/fichiers.tar")).toContainEqual(
      expect.stringMatching(/^\.\/\d{4}\/\d{2}\/concert\.png$/),
    );
    const wiki = await listed(archive, "dokuwiki/fichiers.tar");
    expect(wiki).toContain("data/pages/repetitions.txt");
    expect(wiki).toContain("conf/users.auth.php");
    expect((await listed(archive, "radicale/fichiers.tar")).join("\n")).toMatch(
      /^collections\/collection-root\//m,
    );
    expect(wiki.filter((path) => path.startsWith("data/cache"))).toEqual([]);
  });

  test("goes on in a plain Debian, by what its LISEZMOI.md says, with its posts and its picture", async () => {
    const { home, found, image } = await restoredInDebian(archive, [new URL(post).pathname]);
    expect(home).toContain("<title>Chorale des Gratte-Ciel</title>");
    expect(home).toContain("Concert d’été");
    expect(found).toContain("Venez à l’été.");
    expect(image).toEqual(picture);
  });
});

describe("an association that is suspended", () => {
  const frontOfPages = () =>
    kubectl("get", "configmaps", "-n", `${commune}-t-cinema`, "--output=jsonpath={.items[*].data}");
  let before: { files: Awaited<ReturnType<typeof files>>; posts: string };
  let asleep = "";
  beforeAll(async () => {
    before = { files: await files(), posts: await rows("wp_posts", "wp_postmeta", "wp_users") };
    for (const id of ["chorale", "cinema"])
      rewrite((text) => withSuspension(text, { since: "2026-11-27", reason: "Sur demande." }), id);
    await project.up(commune);
    asleep = await rows();
  });

  test("answers at every address that it is suspended, to people and programs", async () => {
    for (const url of [
      `${site}/`,
      post,
      `${site}/index.html`,
      `${site}/wp-login.php`,
      `${wiki}/repetitions`,
    ]) {
      // The ingress controller answers 503 by itself until it hears of the notice's pod.
      const retry = async () => (await asked(url)).headers.get("retry-after");
      await expect.poll(retry, { timeout: 60_000, interval: 1000 }).toBe("86400");
      const answer = await asked(url);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      const text = await answer.text();
      expect(text, url).toContain("Ce site est suspendu depuis le 27 novembre 2026.");
      expect(text).toContain('href="mailto:bureau@chorale.test"');
      expect(text).not.toContain("Sur demande");
    }
    expect((await asked(`${site}/xmlrpc.php`, { method: "POST", body: "x" })).status).toBe(503);
  });

  test("runs nothing but that page, and nothing of it changes", async () => {
    const images = "--output=jsonpath={.items[*].spec.containers[*].image}";
    const running = () =>
      kubectl("get", "pods", ...inChorale, "--field-selector=status.phase=Running", images);
    await expect.poll(running, { timeout: 60_000 }).toMatch(/^(\S*nginx-unprivileged:\S+ ?){3}$/);
    const timed = (await kubectl("get", "cronjobs,jobs", ...inChorale, "--output=name")).split("\n");
    // The commune copies what the association keeps still.
    expect(timed.filter((name) => !name.includes("batch/restore-"))).toEqual([]);
    expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
    expect(await rows()).toBe(asleep);
  });

  test("that has pages of files alone has the notice in their place", async () => {
    expect(await frontOfPages()).toContain("location / { return 503; }");
  });

  test("can still take everything along", async () => {
    const folder = await takenAlong("archive-suspended");
    expect(posts(folder)).toEqual(posts(join(project.folder, "archive")));
    for (const file of ["wordpress", "dokuwiki", "radicale"].map((each) => `${each}/fichiers.tar`)) {
      const sums = await Promise.all(
        [folder, join(project.folder, "archive")].map((each) => execa("sha256sum", [join(each, file)])),
      );
      expect(sums[0]?.stdout.slice(0, 64), file).toBe(sums[1]?.stdout.slice(0, 64));
    }
    const left = [
      "get",
      "pods",
      ...inChorale,
      "--selector=app.kubernetes.io/component=exit",
      "--output=name",
    ];
    await expect.poll(() => kubectl(...left), { timeout: 60_000 }).toBe("");
  });

  test("comes back with the same bytes", async () => {
    for (const id of ["chorale", "cinema"]) rewrite(withoutSuspension, id);
    await project.up(commune);
    await comes(post, 200);
    await comes(`${wiki}/repetitions`, 200);
    expect(await files()).toEqual(before.files);
    expect(await rows("wp_posts", "wp_postmeta", "wp_users")).toBe(before.posts);
    const page = await (await asked(post)).text();
    const [address = ""] = /https:[^"]*concert\.png/.exec(page) ?? [];
    expect(Buffer.from(await (await asked(address)).arrayBuffer()).equals(picture)).toBe(true);
    expect(await frontOfPages()).not.toContain("return 503");
    expect(before.files.uploads).toContain("concert.png");
    expect(before.files.pages).toContain("repetitions.txt");
    expect(await kubectl("get", "cronjobs", ...inChorale, "--output=name")).toContain("wordpress-events");
  });
});

test("an association is erased in steps that are each applied, and the commune proves it", async () => {
  const erase = (...words: string[]) =>
    deleteCommand(tenantTools(hosting)).parseAsync([commune, "chorale", ...words], { from: "user" });
  const volumes = () =>
    kubectl("get", "persistentvolumes", "--output=jsonpath={.items[*].spec.claimRef.namespace}");
  const proof = join(project.folder, "proof");
  await expect(erase()).rejects.toThrow("has taken nothing along");
  await erase("--archive", join(project.folder, "archive"));
  await project.up(commune);
  await comes(`${site}/`, 404);
  expect(await volumes()).toContain(`${commune}-t-chorale`);
  await erase();
  await project.up(commune);
  await erase();
  expect(existsSync(tenantFile())).toBe(false);
  await expect(erase("--proof", proof)).rejects.toThrow(
    /there is still: namespace life-town-t-chorale, volume/,
  );
  await project.up(commune);
  await vi.waitFor(() => erase("--proof", proof), { timeout: 60_000, interval: 2000 });
  await verifyCommand().parseAsync([proof], { from: "user" });
  expect(await volumes()).not.toContain(`${commune}-t-chorale`);
  const text = readFileSync(join(proof, "LISEZMOI.md"), "utf8");
  expect(text).toContain("la base de données `t");
  expect(text).toContain("t-chorale-dokuwiki-storage");
  expect(text).toMatch(/- à refuge-town, `t-chorale-wordpress\/files-\d{4}q\d`, jusqu’au /);
  expect(await vaultOf(hosting).once()).toContainEqual(
    expect.stringMatching(/^ended-t-chorale-wordpress-files-\d{4}q\d$/),
  );
});

/** An association that arrived, with a database server of its own. */
const theatre = databaseName({ commune, id: "theatre" }, "wordpress");
const onOwnServer = asRootOf("db--theatre");
const moved = (url: string) => url.replace("chorale.", "theatre.");

test("an association arrives with its archive, and has at its new addresses what it had, on a server of its own", async () => {
  const arrive = () =>
    importTenantCommand(tenantTools(hosting)).parseAsync(
      [commune, join(project.folder, "archive"), "--as", "theatre", "--yes"],
      { from: "user" },
    );
  await arrive();
  await expect(arrive()).rejects.toThrow("is not up: there is no Deployment t-theatre-wordpress");
  rewrite((text) => `${text}dedicatedDatabase: { memory: 256 MiB, storage: 1 GiB }\n`, "theatre");
  await project.up(commune);
  await arrive();
  await comes(moved(post), 200);
  const page = await (await asked(moved(post))).text();
  expect(page).toContain("Venez à l’été.");
  expect(page).not.toContain("//chorale.");
  const [address = ""] = /https:[^"]*concert\.png/.exec(page) ?? [];
  expect(address).toContain(`//theatre.${domain}/`);
  expect(Buffer.from(await (await asked(address)).arrayBuffer()).equals(picture)).toBe(true);
  await comes(moved(`${wiki}/repetitions`), 200);
  expect(await (await asked(moved(`${wiki}/repetitions`))).text()).toContain("Le mardi.");
  const names = "SELECT schema_name FROM information_schema.schemata UNION SELECT user FROM mysql.user";
  const databases = await onOwnServer(names);
  expect(databases).toContain(theatre);
  expect(databases).not.toMatch(/_(in|out)$/m);
  expect(await asRoot(names)).not.toMatch(/^t[0-9a-f]{20}/m);
});

describe("a database server of its own", () => {
  const titles = () => onOwnServer("SELECT post_title FROM wp_posts ORDER BY ID", theatre);

  test("is measured beside what its association's plan gives", async () => {
    const said = await told(usageCommand(tenantTools(hosting)), [commune, "theatre", "--json"]);
    const { serverBytes, databases } = JSON.parse(said).usage.theatre;
    expect(serverBytes).toBeGreaterThan(20 * 1024 ** 2);
    expect(serverBytes).toBeLessThan(288 * 1024 ** 2);
    expect(databases[theatre]).toBeGreaterThan(0);
  });

  test("goes back to a point with its rows", async () => {
    const said = await told(recoveryCommand(pointTools(hosting)), ["point", commune, "--tenant", "theatre"]);
    const [, point = ""] = /t-theatre-wordpress: (?:\S+ )*(\S+-000001)/.exec(said) ?? [];
    const before = await titles();
    expect(before).toContain("Concert d’été");
    await onOwnServer("UPDATE wp_posts SET post_title = 'Spoilt'", theatre);
    const words = [commune, "--service", "t-theatre-wordpress", "--point", point, "--with-rows", "--yes"];
    await told(restoreCommand(pointTools(hosting)), words);
    expect(await titles()).toBe(before);
    await told(restoreCommand(pointTools(hosting)), [...words, "--release"]);
    await comes(moved(post), 200);
  });

  test("and the application on it get other passwords, and the former ones open nothing", async () => {
    const secret = async (service: string, name: string) =>
      Buffer.from(
        await kubectl("get", "secret", "-n", `${commune}-${service}`, name, "-o=jsonpath={.data.password}"),
        "base64",
      ).toString("utf8");
    const passwords = async () => ({
      [theatre]: await secret("t-theatre", "t-theatre-wordpress-database"),
      root: await secret("db--theatre", "db--theatre-root"),
    });
    const opens = async (user: string, password: string) => {
      const at = ["exec", "-i", "-n", `${commune}-db--theatre`, "db--theatre-0", "-c", "mariadb", "--"];
      const script = `MYSQL_PWD=$(cat) mariadb --host=127.0.0.1 --port=3307 --user=${user} --execute='DO 0'`;
      const options = { env: project.environment, input: password, reject: false };
      const { exitCode, stderr } = await execa("kubectl", [...at, "bash", "-c", script], options);
      if (exitCode !== 0) expect(String(stderr)).toContain("Access denied");
      return exitCode === 0;
    };
    const former = await passwords();
    for (const [user, password] of Object.entries(former)) expect(await opens(user, password)).toBe(true);
    const declaration = join(project.folder, "stacks", commune, "commune.yaml");
    const raised = "secrets: { t-theatre/wordpress-database-password: 2, db--theatre/root-password: 2 }\n";
    writeFileSync(declaration, `${readFileSync(declaration, "utf8")}${raised}`);
    await project.up(commune);
    for (const [user, password] of Object.entries(former)) expect(await opens(user, password)).toBe(false);
    for (const [user, password] of Object.entries(await passwords()))
      expect(await opens(user, password)).toBe(true);
    await comes(moved(post), 200);
    expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
  });

  test("is erased with its association, and the proof names it", async () => {
    const erase = (...words: string[]) =>
      deleteCommand(tenantTools(hosting)).parseAsync([commune, "theatre", ...words], { from: "user" });
    await erase("--without-archive", "Elle en a déjà une.");
    await project.up(commune);
    expect(await kubectl("get", "pods", "-n", `${commune}-db--theatre`, "--output=name")).toBe("");
    await erase();
    await project.up(commune);
    await erase();
    // Whose file is gone has no passwords.
    const declaration = join(project.folder, "stacks", commune, "commune.yaml");
    writeFileSync(declaration, readFileSync(declaration, "utf8").replace(/^secrets: .*\n/m, ""));
    const proof = join(project.folder, "proof-theatre");
    await expect(erase("--proof", proof)).rejects.toThrow(
      /namespace life-town-db--theatre, namespace life-town-t-theatre|namespace life-town-t-theatre, namespace life-town-db--theatre/,
    );
    await project.up(commune);
    await vi.waitFor(() => erase("--proof", proof), { timeout: 60_000, interval: 2000 });
    const text = readFileSync(join(proof, "LISEZMOI.md"), "utf8");
    expect(text).toMatch(
      /- l’espace `life-town-db--theatre` \(\S+\), celui de son serveur de base de données ;/,
    );
    expect(text).toContain("db--theatre-data");
  });
});
