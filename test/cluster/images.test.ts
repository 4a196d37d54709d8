import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { nextcloudProxy } from "../../components/services/nextcloud/sidecar-proxy.ts";
import { Laboratory } from "./images/laboratory.ts";
import { claim, configMap, pod, service } from "./images/pods.ts";

const host = "cloud.images.test";
let lab: Laboratory;

beforeAll(async () => {
  lab = await Laboratory.open("images");
});

afterAll(async () => {
  await lab?.close();
});

describe("PostgreSQL", () => {
  const run = ["run:/var/run/postgresql", "data:/var/lib/postgresql/data"];
  const server = (name: string, env: Record<string, string>) =>
    pod({
      name,
      uid: 999,
      scratch: ["run"],
      claims: { data: name },
      configs: { secret: "postgres-secret", scripts: "postgres-scripts" },
      containers: [
        {
          name: "main",
          image: lab.image("library/postgres"),
          args: ["postgres", "-c", "max_connections=42"],
          env: { PGDATA: "/var/lib/postgresql/data/pgdata", ...env },
          mounts: [...run, "secret:/secret", "scripts:/docker-entrypoint-initdb.d"],
          ready: ["pg_isready", "--host=127.0.0.1"],
        },
      ],
    });
  const sql = async (statement: string) =>
    (await lab.exec("database", "main", ["psql", "-U", "town", "hall", "-Atc", statement])).output;

  it("refuses to start without a password, and with one said twice", async () => {
    await lab.apply(
      configMap("postgres-secret", { password: "from-a-file" }),
      configMap("postgres-scripts", { "1.sql": "CREATE TABLE seen (x int);" }),
    );
    await lab.apply(claim("nopassword"), server("nopassword", {}));
    const none = await lab.end("nopassword", "main");
    expect(none.phase).toBe("Failed");
    expect(none.log).toMatch(/superuser password is not specified/);
    const twice = { POSTGRES_PASSWORD: "a", POSTGRES_PASSWORD_FILE: "/secret/password" };
    await lab.apply(claim("twice"), server("twice", twice));
    expect((await lab.end("twice", "main")).log).toMatch(/both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE/);
  });

  const env = { POSTGRES_PASSWORD_FILE: "/secret/password", POSTGRES_USER: "town", POSTGRES_DB: "hall" };

  it("initializes user, database and scripts, and takes arguments", async () => {
    await lab.apply(claim("database"), server("database", env), service("database", 5432));
    await lab.ready("database");
    expect(await sql("SHOW max_connections")).toBe("42");
    expect(await sql("SELECT count(*) FROM seen")).toBe("0");
    expect((await lab.exec("database", "main", ["id", "-u"])).output).toBe("999");
  });

  it("asks for the password over the network", async () => {
    const connect = (password: string) =>
      lab.exec("database", "main", [
        "sh",
        "-c",
        `PGPASSWORD=${password} psql -h $(hostname -i) -U town hall -Atc 'SELECT 7'`,
      ]);
    expect(await connect("from-a-file")).toEqual({ output: "7", code: 0 });
    expect((await connect("wrong")).output).toMatch(/password authentication failed/);
  });

  it("stops cleanly and finds its data again", async () => {
    await sql("INSERT INTO seen VALUES (5)");
    await lab.kubectl("delete", "pod", "database");
    await lab.apply(server("database", env));
    await lab.ready("database");
    expect(await sql("SELECT x FROM seen")).toBe("5");
    const log = await lab.kubectl("logs", "database");
    expect(log).toMatch(/Skipping initialization/);
    expect(log).toMatch(/database system was shut down at/);
  });
});

function cache() {
  const main = {
    name: "main",
    image: lab.image("valkey/valkey"),
    args: ["valkey-server", "--appendonly", "yes"],
    mounts: ["data:/data"],
    ready: ["valkey-cli", "ping"],
  };
  return pod({ name: "cache", uid: 999, scratch: ["data"], containers: [main] });
}

describe("Valkey", () => {
  it("takes its options as arguments, keeps data in /data, and is open to other pods", async () => {
    await lab.apply(cache(), service("cache", 6379));
    await lab.ready("cache");
    const ask = ["sh", "-c", "redis-cli -h $(hostname -i) set a b && ls /data"];
    const { output } = await lab.exec("cache", "main", ask);
    expect(output).toMatch(/^OK\nappendonlydir/);
  });
});

describe("Node", () => {
  it("runs a module from a ConfigMap as its own user", async () => {
    await lab.apply(
      configMap("node-program", {
        "main.mjs":
          "console.log(process.version, process.getuid(), await import('node:os').then((os) => os.userInfo().username));",
      }),
      pod({
        name: "node",
        uid: 1000,
        configs: { program: "node-program" },
        containers: [
          {
            name: "main",
            image: lab.image("library/node"),
            command: ["node", "/program/main.mjs"],
            mounts: ["program:/program"],
          },
        ],
      }),
    );
    const { phase, log } = await lab.end("node", "main");
    expect(log).toBe("v24.21.0 1000 node");
    expect(phase).toBe("Succeeded");
  });
});

describe("the Nextcloud double", () => {
  const code = ["html:/var/www/html", "data:/var/www/data"];
  const claims = { html: "html", data: "data" };
  const install = {
    NEXTCLOUD_UPDATE: "1",
    NEXTCLOUD_DATA_DIR: "/var/www/data",
    NEXTCLOUD_ADMIN_USER: "admin",
    NEXTCLOUD_ADMIN_PASSWORD: "a-long-password",
    NEXTCLOUD_TRUSTED_DOMAINS: host,
    POSTGRES_HOST: "database",
    POSTGRES_DB: "hall",
    POSTGRES_USER: "town",
    POSTGRES_PASSWORD: "from-a-file",
  };

  // The volume's root belongs to another user: the real one refuses it too, unless it is told not to look.
  const openVolumes = { NC_check_data_directory_permissions: "0" };

  /** Runs the image's entry point of a version with a command, to the end. */
  async function entrypoint(name: string, version: string, env: Record<string, string>) {
    const main = {
      name: "main",
      image: lab.image(`nextcloud:${version}`),
      args: ["true"],
      env: { ...env, ...openVolumes },
      mounts: code,
    };
    await lab.apply(pod({ name, uid: 33, claims, containers: [main] }));
    return lab.end(name, "main");
  }

  async function serve(name: string, version: string) {
    const image = lab.image(`nextcloud:${version}`);
    const php = { name: "php", image, env: openVolumes, mounts: code };
    const web = {
      name: "web",
      image: lab.image("nginx-unprivileged"),
      mounts: ["html:/var/www/html", "config:/etc/nginx/nginx.conf:nginx.conf"],
      ready: ["curl", "-fsS", "-H", `Host: ${host}`, "http://127.0.0.1:8080/status.php"],
    };
    await lab.apply(pod({ name, uid: 33, claims, configs: { config: "web" }, containers: [php, web] }));
    await lab.ready(name);
  }

  /** Status and body of a request through nginx. */
  async function ask(server: string, path: string, ...curl: string[]) {
    const url = `http://127.0.0.1:8080${path}`;
    const format = [
      "-s",
      "-w",
      "\n%{http_code}",
      ...(curl.some((word) => word.startsWith("Host:")) ? [] : ["-H", `Host: ${host}`]),
    ];
    const { output } = await lab.exec(server, "web", ["curl", ...format, ...curl, url]);
    const end = output.lastIndexOf("\n");
    return { body: output.slice(0, end).trim(), status: Number(output.slice(end + 1)) };
  }

  const login = ["-u", "admin:a-long-password"];
  const occ = (server: string, ...words: string[]) => lab.exec(server, "php", ["php", "occ", ...words]);

  it("does not go on with a data directory that it can neither own nor close", async () => {
    await lab.apply(claim("open-html"), claim("open-data"));
    const open = { html: "open-html", data: "open-data" };
    const env = { ...install, POSTGRES_DB: "lost" };
    const lost = { name: "main", image: lab.image("nextcloud:33.0.7"), args: ["true"], env, mounts: code };
    await lab.exec("database", "main", ["createdb", "-U", "town", "lost"]);
    await lab.apply(pod({ name: "open", uid: 33, claims: open, containers: [lost] }));
    const { phase, log } = await lab.end("open", "main");
    expect(log).toMatch(/Your data directory is readable by other people/);
    expect(phase).toBe("Failed");
  });

  it("installs itself into the real database", async () => {
    await lab.apply(claim("html"), claim("data"), configMap("web", { "nginx.conf": nextcloudProxy() }));
    const { phase, log } = await entrypoint("install", "33.0.6", install);
    expect(log).toMatch(/Nextcloud was successfully installed/);
    expect(phase).toBe("Succeeded");
    const users = ["psql", "-U", "town", "hall", "-Atc", "SELECT uid FROM oc_users"];
    expect((await lab.exec("database", "main", users)).output).toBe("admin");
  });

  it("answers as the reference says, and says that it is a double", async () => {
    await serve("cloud", "33.0.6");
    const { body } = await ask("cloud", "/status.php");
    expect(JSON.parse(body)).toMatchObject({
      installed: true,
      maintenance: false,
      needsDbUpgrade: false,
      versionstring: "33.0.6",
      productname: "Nextcloud",
    });
    expect(await ask("cloud", "/status.php", "-H", "Host: other.test")).toEqual({
      body: '{"error": "Trusted domain error.", "code": 15}',
      status: 400,
    });
    expect((await ask("cloud", "/index.php/login")).body).toContain("Nextcloud (double)");
    expect((await ask("cloud", "/status.php", "-I")).body).toMatch(/x-commune-double: nextcloud/i);
  });

  it("stores files, for the right password only", async () => {
    const file = "/remote.php/dav/files/admin/minutes.txt";
    expect((await ask("cloud", file, ...login, "-X", "PUT", "--data-binary", "the minutes")).status).toBe(
      201,
    );
    expect(await ask("cloud", file, ...login)).toEqual({ body: "the minutes", status: 200 });
    expect((await ask("cloud", file, "-u", "admin:wrong")).status).toBe(401);
    expect((await ask("cloud", file)).status).toBe(401);
  });

  it("keeps the quota", async () => {
    await occ("cloud", "config:app:set", "files", "default_quota", "--value=1 KB");
    const big = ["-X", "PUT", "--data-binary", "x".repeat(2048)];
    expect((await ask("cloud", "/remote.php/dav/files/admin/big", ...login, ...big)).status).toBe(507);
    await occ("cloud", "config:app:set", "files", "default_quota", "--value=none");
    expect((await ask("cloud", "/remote.php/dav/files/admin/big", ...login, ...big)).status).toBe(201);
  });

  it("has the real occ's manners", async () => {
    expect((await occ("cloud", "status", "--output=json")).output).toContain('"installed":true');
    expect(await occ("cloud", "nosuch")).toMatchObject({ code: 1 });
    expect((await occ("cloud", "nosuch")).output).toContain('Command "nosuch" is not defined.');
    expect((await occ("cloud", "user:add")).output).toContain('Not enough arguments (missing: "uid").');
    await occ("cloud", "maintenance:mode", "--on");
    expect((await ask("cloud", "/index.php/login")).status).toBe(503);
    expect((await ask("cloud", "/status.php")).status).toBe(200);
    await occ("cloud", "maintenance:mode", "--off");
    expect((await lab.exec("cloud", "php", ["php", "-f", "cron.php"])).code).toBe(0);
    expect((await occ("cloud", "config:app:get", "core", "backgroundjobs_mode")).output).toBe("cron");
  });

  it("does not answer while the cache that it is told to use does not", async () => {
    const set = (...words: string[]) => occ("cloud", "config:system:set", ...words);
    await set("redis", "host", "--value=cache");
    await set("memcache.locking", "--value=\\OC\\Memcache\\Redis");
    expect((await ask("cloud", "/status.php")).status).toBe(200);
    await lab.kubectl("delete", "pod", "cache", "--grace-period=1");
    expect((await ask("cloud", "/status.php")).status).toBe(500);
    const listed = await occ("cloud", "user:list");
    expect(listed.code).toBe(1);
    await lab.apply(cache());
    await lab.ready("cache");
    await vi.waitFor(async () => expect((await ask("cloud", "/status.php")).status).toBe(200), {
      timeout: 30_000,
      interval: 1000,
    });
  });

  it("upgrades by one image to the next, keeps files, and refuses to go back", async () => {
    await lab.kubectl("delete", "pod", "cloud");
    const up = await entrypoint("upgrade", "33.0.7", { NEXTCLOUD_UPDATE: "1" });
    expect(up).toMatchObject({ phase: "Succeeded" });
    const back = await entrypoint("downgrade", "33.0.6", { NEXTCLOUD_UPDATE: "1" });
    expect(back).toMatchObject({ phase: "Failed" });
    expect(back.log).toMatch(/downgrading is not supported/);
    await serve("cloud", "33.0.7");
    expect((await ask("cloud", "/remote.php/dav/files/admin/minutes.txt", ...login)).body).toBe(
      "the minutes",
    );
  });

  it("is not a new instance when its database is not new", async () => {
    await lab.kubectl("delete", "pod", "cloud");
    const main = {
      name: "main",
      image: lab.image("nextcloud:33.0.7"),
      // The entry point tries again for two minutes: the command that it runs says why at once.
      command: [
        "sh",
        "-c",
        "cp -r /usr/src/nextcloud/. /var/www/html/ && php occ maintenance:install --database=pgsql --database-name=hall --database-user=town --database-pass=from-a-file --database-host=database --admin-pass=x",
      ],
      mounts: ["fresh:/var/www/html"],
    };
    await lab.apply(pod({ name: "again", uid: 33, scratch: ["fresh"], containers: [main] }));
    const again = await lab.end("again", "main");
    expect(again.log).toMatch(/The Login is already being used/);
    expect(again.phase).toBe("Failed");
  });
});
