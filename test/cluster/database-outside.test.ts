import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { postgresqlImage } from "../../components/foundation/image/catalogue.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { makeTrust } from "./images/mastodon.ts";
import { configMap, pod, service } from "./images/pods.ts";
import { Visitor } from "./peertube/instance.ts";
import { Project } from "./project.ts";

/**
 * A commune whose rows are on a server that somebody else runs: over TLS only, with a certificate of an authority
 * that the site names, a role and a database for each service.
 */
const cluster = openCluster(inject("cluster"));
const stack = "tenant-town";
const outside = "lab-postgresql";
const host = `database.${outside}.svc`;
const services = ["nextcloud", "mastodon", "peertube"];
let project: Project;

function kubectl(args: readonly string[], input?: object) {
  return execa("kubectl", args, {
    env: cluster.environment,
    ...(input === undefined ? {} : { input: JSON.stringify(input) }),
  });
}

const passwordOf = (name: string) => `a-long-password-of-${name}`;

/** What its operator does by docs/database.md. */
const roles = services
  .map(
    (name) =>
      `CREATE ROLE ${name} LOGIN PASSWORD '${passwordOf(name)}'; CREATE DATABASE ${name} OWNER ${name};`,
  )
  .join("\n");
const extensions = "\\connect peertube\nCREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent;\n";

/** A certificate must be its server's own file, and nobody else's to read. */
const start = `cp /trust/* /tmp/ && chmod 600 /tmp/tls.key && exec docker-entrypoint.sh postgres -c ssl=on \\
  -c ssl_cert_file=/tmp/tls.crt -c ssl_key_file=/tmp/tls.key -c hba_file=/rules/pg_hba.conf -c max_connections=100`;

async function server(): Promise<string> {
  const trust = await makeTrust([host]);
  const database = pod({
    name: "database",
    uid: 999,
    scratch: ["run", "data"],
    configs: { trust: "trust", rules: "rules", roles: "roles" },
    containers: [
      {
        name: "main",
        image: postgresqlImage("17"),
        command: ["bash", "-ec", start],
        env: { PGDATA: "/var/lib/postgresql/data/pgdata", POSTGRES_PASSWORD: "of-the-operator" },
        mounts: [
          ...["run:/var/run/postgresql", "data:/var/lib/postgresql/data", "trust:/trust", "rules:/rules"],
          "roles:/docker-entrypoint-initdb.d",
        ],
        ready: ["pg_isready", "--host=127.0.0.1"],
      },
    ],
  });
  const items = [
    configMap("trust", { "tls.crt": trust.certificate, "tls.key": trust.key }),
    configMap("rules", {
      "pg_hba.conf":
        "local all postgres trust\nhostnossl all all 0.0.0.0/0 reject\nhostssl all all 0.0.0.0/0 scram-sha-256\n",
    }),
    configMap("roles", { "1.sql": roles + extensions }),
    database,
    service("database", 5432),
  ];
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await kubectl(["apply", "-f", "-"], {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: outside, labels },
  });
  await kubectl(["apply", "-n", outside, "-f", "-"], { apiVersion: "v1", kind: "List", items });
  await kubectl(["wait", "-n", outside, "--for=condition=Ready", "--timeout=180s", "pod/database"]);
  return trust.certificate;
}

async function sql(database: string, statement: string): Promise<string> {
  const psql = ["psql", "-U", "postgres", database, "-Atc", statement];
  return (await kubectl(["exec", "-n", outside, "database", "--", ...psql])).stdout;
}

/** All three services, with a version of PeerTube. */
function declare(version: string): void {
  project.declare(
    stack,
    `id: ${stack}
name: Bron
insee: "69029"
domain: ${stack}.test
population: 900
contact: numerique@${stack}.test
database: { external: { host: ${host} } }
nextcloud: { storage: 1 GiB, apps: [] }
mastodon: {}
peertube: { version: "${version}" }
`,
  );
}

beforeAll(async () => {
  await kubectl(["delete", "namespace", outside, "--ignore-not-found", "--timeout=120s"]);
  const authority = await server();
  project = new Project(cluster.environment);
  declare("8.2.4");
  await project.createStack(stack, { authority });
  for (const name of services) {
    const key = `commune:database-${name}-password`;
    await project.succeed("config", "set", "--secret", key, passwordOf(name), "-s", stack);
  }
  await project.up(stack);
});

afterAll(async () => {
  await project.end(stack);
  await kubectl(["delete", "namespace", outside, "--timeout=120s"]);
});

/** Output of a command in a container, and whether it failed. */
async function inside(service: string, workload: string, container: string, command: readonly string[]) {
  const { all, exitCode } = await execa(
    "kubectl",
    ["exec", "-n", `${stack}-${service}`, workload, "-c", container, "--", ...command],
    { env: cluster.environment, all: true, reject: false },
  );
  return { said: all, failed: exitCode !== 0 };
}

describe("a commune on a server outside", () => {
  test("has its rows there, each service as itself, over encrypted connections only", async () => {
    // The server takes no other connection; those of the moment are looked at all the same.
    const plain =
      "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL AND NOT ssl";
    expect(await sql("postgres", plain)).toBe("0");
    const tables = (owner: string) => `SELECT count(*) > 5 FROM pg_tables WHERE tableowner = '${owner}'`;
    const filled = await Promise.all(services.map((name) => sql(name, tables(name))));
    expect(filled).toEqual(["t", "t", "t"]);
    const { stdout } = await kubectl([
      ...["get", "namespaces", `--selector=commune.cloud/commune=${stack}`],
      "--output=jsonpath={.items[*].metadata.name}",
    ]);
    expect(stdout.split(" ").sort()).toEqual(
      ["federation", "mastodon", "nextcloud", "peertube"].map((service) => `${stack}-${service}`),
    );
  });

  test("writes nothing to a server that cannot prove its name", async () => {
    const other = `${host}.cluster.local`;
    const connect = `new PDO("pgsql:host=${other};dbname=nextcloud", "nextcloud", "${passwordOf("nextcloud")}");`;
    expect(await inside("nextcloud", "deploy/nextcloud", "php", ["php", "-r", connect])).toMatchObject({
      said: expect.stringContaining(`does not match host name "${other}"`),
      failed: true,
    });
    const rails = ["env", `DB_HOST=${other}`, "bin/rails", "runner", "puts 1"];
    expect(await inside("mastodon", "deploy/mastodon-web", "puma", rails)).toMatchObject({
      said: expect.stringMatching(/does not match certificate's altnames/),
      failed: true,
    });
  });

  test("has PeerTube away for one announced while when it goes to its next version", async () => {
    declare("8.3.1");
    const visitor = new Visitor(cluster, `video.${stack}.test`);
    expect(await visitor.json("/api/v1/config")).toMatchObject({ serverVersion: "8.2.4" });
    const update = project.succeed("up", "-s", stack, "--yes");
    const { versions, gaps } = await visitor.awayDuring(update);
    await visitor.close();
    console.log(`The double of PeerTube was away for ${gaps.join(" and ")} s from 8.2.4 to 8.3.1.`);
    expect(await update).toContain("PeerTube goes from 8.2.4 to 8.3.1: nobody can use it");
    expect(versions).toEqual(["8.2.4", "8.3.1"]);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toBeLessThan(120);
    expect(await sql("peertube", 'SELECT "migrationVersion" FROM application')).toBe("830");
  });

  test("leaves nothing to do", async () => {
    expect(Object.keys(await project.up(stack))).toEqual(["unchanged"]);
  });
});
