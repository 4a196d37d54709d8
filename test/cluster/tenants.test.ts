import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { badObjects, goodObjects, pod } from "../../components/tenants/admission/attempts.ts";
import { admissionManifests } from "../../components/tenants/admission/manifests.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
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
  await kubectl(["delete", "namespace", open, "--wait=false"]);
  await dispatcher.close();
  await project.end(commune);
});

describe("an association", () => {
  const wiki = `https://wiki.chorale.${domain}`;

  test("has a site that everybody reads, with its name", async () => {
    const answer = await asked(`https://chorale.${domain}/`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).toContain("<h1>Chorale des Gratte-Ciel</h1>");
    expect((await asked(`https://judo.${domain}/nothing`)).status).toBe(404);
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
    await otherDatabase();
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

/** From judo's pod, with its own user: tarot's database is there, and is neither seen nor entered. */
async function otherDatabase() {
  const [own, others] = [await databaseOf("judo"), await databaseOf("tarot")];
  const script = `
    mysqli_report(MYSQLI_REPORT_OFF);
    $password = file_get_contents('/run/secrets/database/password');
    $server = mysqli_connect('mariadb.${commune}-mariadb.svc', '${own}', $password, '${own}');
    $names = array_column($server->query('SHOW DATABASES')->fetch_all(), 0);
    $entered = $server->select_db('${others}') || $server->select_db('mysql');
    $user = mysqli_connect('mariadb.${commune}-mariadb.svc', '${others}', $password) !== false;
    echo json_encode([$names, $entered, $user]);`;
  const words = ["exec", "-n", `${commune}-t-judo`, "deployment/t-judo-wordpress", "-c", "wordpress"];
  const { stdout } = await kubectl([...words, "--", "php", "-r", script]);
  expect(JSON.parse(stdout)).toEqual([["information_schema", own], false, false]);
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

describe("the API server refuses in an association's namespace, whoever asks", () => {
  test.each(badObjects.map(({ attempt, rule, object }) => [attempt, rule, object] as const))(
    "%s, by %s",
    async (_, rule, object) => {
      const hosted = JSON.parse(JSON.stringify(object).replaceAll("assos-bron.test", domain));
      // A policy takes a moment to reach the API server.
      await expect.poll(() => tried(hosted), { timeout: 60_000, interval: 1000 }).toContain(rule);
    },
  );

  const limits = (cpu: string, memory: string) => {
    const { spec } = pod();
    const [container] = spec.containers;
    return pod({
      containers: [
        { ...container, resources: { requests: { cpu: "5m", memory: "16Mi" }, limits: { cpu, memory } } },
      ],
    });
  };
  test.each([
    [
      "a privileged pod",
      pod({ containers: [{ ...pod().spec.containers[0], securityContext: { privileged: true } }] }),
      /violates PodSecurity "restricted/,
    ],
    ["the node's network", pod({ hostNetwork: true }), /violates PodSecurity "restricted/],
    [
      "a folder of the node",
      pod({ volumes: [{ name: "x", hostPath: { path: "/" } }] }),
      /no-foreign-volume|violates PodSecurity/,
    ],
    ["more processors than its plan", limits("4", "32Mi"), /exceeded quota.*limits.cpu/s],
    ["more memory than its plan", limits("50m", "4Gi"), /exceeded quota.*limits.memory/s],
    [
      "more storage than its plan",
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "attempt" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "100Gi" } } },
      },
      /exceeded quota.*requests.storage/s,
    ],
  ])("%s", async (_, object, message) => expect(await tried(object)).toMatch(message));

  test("and makes what an association may have", async () => {
    for (const object of goodObjects) {
      const hosted = JSON.parse(JSON.stringify(object).replaceAll("assos-bron.test", domain));
      expect(await tried(hosted)).toBe("made");
    }
  });
});

describe("from inside an association's pod", () => {
  const inside = (script: string) =>
    kubectl([
      "exec",
      "-n",
      namespace,
      "deployment/t-chorale-dokuwiki",
      "-c",
      "dokuwiki",
      "--",
      "bash",
      "-c",
      script,
    ]);
  const reaches = (host: string, to: number) =>
    `timeout 5 bash -c 'exec 3<>/dev/tcp/${host}/${to}' && echo reached`;
  const read = async (...words: string[]) => (await kubectl(["get", ...words])).stdout.trim();
  let targets: [attempt: string, host: string, port: number][];

  beforeAll(async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await kubectl(["create", "-f", "-"], {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: open, labels },
    });
    await kubectl(
      ["create", "-n", open, "-f", "-"],
      pod({ containers: [{ ...pod().spec.containers[0], command: ["sleep", "600"] }] }),
    );
    await kubectl(["wait", "-n", open, "pod/attempt", "--for=condition=Ready", "--timeout=120s"]);
    const of = (field: string) => `--output=jsonpath={${field}}`;
    const judo = ["-n", `${commune}-t-judo`];
    targets = [
      ["another association's pod", await read("pods", ...judo, of(".items[0].status.podIP")), 8080],
      [
        "another association's service",
        await read("service", ...judo, "t-judo-wordpress", of(".spec.clusterIP")),
        80,
      ],
      ["another's database server", `mariadb.${commune}-mariadb.svc.cluster.local`, 3306],
      ["the API server", await read("service", "-n", "default", "kubernetes", of(".spec.clusterIP")), 443],
      ["the kubelet", await read("nodes", of(".items[0].status.addresses[0].address")), 10250],
    ];
  });

  test("nothing is reached that a pod without policies reaches, but for names", async () => {
    for (const [attempt, host, to] of targets) {
      const without = await kubectl(["exec", "-n", open, "attempt", "--", "bash", "-c", reaches(host, to)]);
      // Another association's door is closed from its own side too.
      if (!attempt.startsWith("another"))
        expect(without.stdout, `${attempt}, without policies`).toBe("reached");
      expect((await inside(reaches(host, to))).stdout, attempt).toBe("");
    }
    expect(
      (await inside("getent hosts kubernetes.default.svc.cluster.local >/dev/null && echo named")).stdout,
    ).toBe("named");
  });

  test("there is no key to the cluster, no root, no first password and nothing to write to but its own", async () => {
    const attempts = [
      "ls /var/run/secrets/kubernetes.io",
      "cat /run/secrets/admin/password",
      "echo x > /var/www/html/doku.php",
      "test $(id -u) = 0",
    ];
    for (const script of attempts) expect((await inside(script)).exitCode, script).not.toBe(0);
  });
});
