import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { images as catalogue } from "../../components/foundation/image/catalogue.ts";
import { containerSecurity, podBaseline } from "../../components/foundation/manifest/security.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { buildImages } from "../../local/images/index.ts";
import { buildToolchain } from "../../local/toolchain/index.ts";
import { tryDatabase } from "../../scripts/site/database/index.ts";
import { doubleObjects } from "../doubles/cloudnative-pg/install.ts";
import { cloudnativePgImage, cloudnativePgRecipe } from "../doubles/cloudnative-pg/recipe.ts";
import { asRead, commandsOf } from "./page.ts";
import { Project } from "./project.ts";

/**
 * A commune whose rows and queues are on several servers, with a double of CloudNativePG's operator: what it proves and
 * what it does not is in its README. The pods share the one node of this machine.
 */
const cluster = openCluster(inject("cluster"));
const stack = "several-town";
const folder = mkdtempSync(join(tmpdir(), "trials-"));
let project: Project;

function declareOf(id: string, more: string): void {
  project.declare(
    id,
    `id: ${id}\nname: Bron\ninsee: "69029"\ndomain: ${id}.test\npopulation: 900\ncontact: a@${id}.test\n${more}`,
  );
}
const declare = (more: string) => declareOf(stack, `availability: node-loss\n${more}`);

async function kubectl(...args: string[]): Promise<string> {
  return (await execa("kubectl", args, { env: cluster.environment })).stdout;
}

const apply = (items: readonly object[]) =>
  execa("kubectl", ["apply", "--server-side", "--filename=-"], {
    ...{ env: cluster.environment, input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) },
  });

async function eventually(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await holds().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`after ${seconds} s, not yet: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const [database, nextcloud, mastodon] = ["database", "nextcloud", "mastodon"].map(
  (name) => `${stack}-${name}`,
) as [string, string, string];
const ofCluster = ["cluster", "database", "-n", database];
const primaryOf = async (namespace: string) =>
  (
    await kubectl(
      ...["get", "pods", "-n", namespace, "--selector=cnpg.io/instanceRole=primary"],
      ...["--field-selector=status.phase=Running", "--output=jsonpath={.items[*].metadata.name}"],
    )
  ).trim();
const psql = (pod: string, name: string, statement: string) =>
  kubectl(
    ...["exec", "-n", database, pod, "-c", "postgres", "--"],
    ...["psql", "-U", "postgres", "-d", name, "-Atc", statement],
  );
const occ = (...command: string[]) =>
  kubectl("exec", "-n", nextcloud, "deploy/nextcloud", "-c", "php", "--", "php", "occ", ...command);

const pushing =
  "for i = 1, tonumber(ARGV[1]) do redis.call('rpush', KEYS[1], i) end return redis.call('llen', KEYS[1])";

/** A pod of the test's with the labels of a client of the queue, whose policies hold for it. */
function client(): object {
  const labels = { "app.kubernetes.io/instance": mastodon, "app.kubernetes.io/component": "sidekiq" };
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "client", namespace: mastodon, labels } },
    spec: {
      ...podBaseline(999),
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          ...{ name: "client", image: catalogue.valkey.reference, command: ["sleep", "3600"] },
          env: [
            ...["REDISCLI_AUTH", "VALKEYCLI_AUTH"].map((name) => ({
              name,
              valueFrom: { secretKeyRef: { name: "mastodon-cache", key: "password" } },
            })),
          ],
          resources: { limits: { memory: "32Mi" } },
          securityContext: containerSecurity,
        },
      ],
    },
  };
}

beforeAll(async () => {
  project = new Project(cluster.environment);
  declare("nextcloud: { storage: 1 GiB, apps: [] }\nmastodon: {}\n");
  await project.createStack(stack, { nodes: "3" });
  const silent = { report: () => undefined, signal: new AbortController().signal };
  const [toolchain, images] = [
    await buildToolchain(silent),
    await buildImages(silent, [cloudnativePgRecipe]),
  ];
  await cluster.up({ toolchain, images, domains: [], ...silent });
});

afterAll(async () => {
  await project.end(stack);
  await execa("kubectl", ["delete", "--ignore-not-found", "--filename=-"], {
    ...{ env: cluster.environment, reject: false },
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items: doubleObjects() }),
  });
  rmSync(folder, { recursive: true, force: true });
});

test("a preview on a cluster without the operator says what is missing, and what to install", async () => {
  const { exitCode, output } = await project.pulumi(["preview", "-s", stack]);
  expect(exitCode).not.toBe(0);
  expect(output).toContain("kubectl --context <name> apply --server-side --filename=https://");
  expect(output).toMatch(/databaseroles\.postgresql\.cnpg\.io['"]? does not exist/);
  expect(output).toContain(`${stack}-needs-cloudnative-pg`);
});

describe("with the double", () => {
  beforeAll(async () => {
    await apply(doubleObjects());
    await kubectl(
      "rollout",
      "status",
      "-n",
      "cnpg-system",
      "deployment/cnpg-controller-manager",
      "--timeout=300s",
    );
  });

  test("site check --database loses the server that takes writes three times, and no acknowledged write", async () => {
    const evidence = await tryDatabase({
      ...{ reach: { environment: cluster.environment, context: undefined }, settings: {}, person: undefined },
      ...{ language: "en", report: () => undefined, file: join(folder, "database-trials.jsonl") },
    });
    console.log(JSON.stringify(evidence));
    expect(evidence.operator).toBe(cloudnativePgImage);
    expect(evidence.losses.map(({ fault }) => fault)).toEqual([
      "postmaster killed",
      "pod deleted",
      "pod ended",
    ]);
    expect(evidence.losses.map(({ writable }) => writable)).toEqual([1, 1, 1]);
    expect(evidence.acknowledged).toBeGreaterThan(200);
    expect(evidence.lost).toEqual([]);
    expect(await kubectl("get", "namespaces", "--output=name")).not.toContain("site-check");
  });

  test("a commune comes up: services find the server that takes writes, with roles and databases of their own", async () => {
    await project.up(stack);
    expect(await occ("config:system:get", "dbhost")).toBe(`database-rw.${database}.svc:5432`);
    const owners = await psql(
      await primaryOf(database),
      "postgres",
      "SELECT datname || ' ' || pg_get_userbyid(datdba) FROM pg_database WHERE datname IN ('nextcloud', 'mastodon') ORDER BY 1",
    );
    expect(owners.split("\n")).toEqual(["mastodon mastodon", "nextcloud nextcloud"]);
    const { create = 0, update = 0, replace = 0 } = await project.up(stack);
    expect({ create, update, replace }).toEqual({ create: 0, update: 0, replace: 0 });
  });

  test("what Nextcloud wrote is there when another server takes writes, and it goes on", async () => {
    await occ("config:app:set", "core", "commune-test", "--value=before");
    const confirming = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'";
    await eventually("two servers confirm", 120, async () => {
      return (await psql(await primaryOf(database), "postgres", confirming)) === "2";
    });
    const first = await primaryOf(database);
    const uid = () => kubectl("get", "pod", first, "-n", database, "--output=jsonpath={.metadata.uid}");
    const before = await uid();
    await kubectl("delete", "pod", "-n", database, first, "--grace-period=0", "--force");
    await eventually("another server takes writes", 120, async () => {
      const now = await primaryOf(database);
      return now !== "" && (await occ("config:app:set", "core", "commune-test-2", "--value=after")) !== "";
    });
    expect(await occ("config:app:get", "core", "commune-test")).toBe("before");
    await eventually("the lost server is made again", 60, async () => (await uid()) !== before);
    await kubectl("wait", "pod", first, "-n", database, "--for=condition=Ready", "--timeout=180s");
    await eventually(
      "three servers are ready",
      60,
      async () => (await kubectl("get", ...ofCluster, "--output=jsonpath={.status.readyInstances}")) === "3",
    );
  });

  test("a server that has rows does not become one again: it is refused, and says the page", async () => {
    declare("nextcloud: { storage: 1 GiB, apps: [] }\nmastodon: {}\ndatabase: { availability: single }\n");
    const { exitCode, output } = await project.pulumi(["preview", "-s", stack]);
    declare("nextcloud: { storage: 1 GiB, apps: [] }\nmastodon: {}\n");
    expect(exitCode).not.toBe(0);
    expect(output).toContain("nothing brings them by itself. Write availability: node-loss here");
    expect(output).toContain('docs/database.md, "From one node to several, and back"');
  });

  const member = (name: string, ...command: string[]) =>
    kubectl(
      ...["exec", "-n", mastodon, `${name}-0`, "-c", "valkey", "--"],
      ...[
        "sh",
        "-c",
        'export VALKEYCLI_AUTH=$(cat /etc/valkey/password); REDISCLI_AUTH=$VALKEYCLI_AUTH exec valkey-cli "$@"',
        "sh",
        ...command,
      ],
    );
  const members = ["mastodon-cache-0", "mastodon-cache-1", "mastodon-cache-2"];
  async function masters(): Promise<string[]> {
    const roles = await Promise.all(
      members.map((name) => member(name, "info", "replication").catch(() => "role:away")),
    );
    return members.filter((_, index) => roles[index]?.includes("role:master"));
  }

  test("a queue survives its master, which is one; clients find the next one at the same address", async () => {
    await eventually("one master with followers", 120, async () => {
      const [master] = await masters();
      return (
        master !== undefined && (await member(master, "info", "replication")).includes("connected_slaves:2")
      );
    });
    const [master = ""] = await masters();
    await apply([client()]);
    await kubectl("wait", "pod/client", "-n", mastodon, "--for=condition=Ready", "--timeout=120s");
    const push = async (count: number) =>
      Number(
        await kubectl(
          ...["exec", "-n", mastodon, "client", "--", "timeout", "5", "valkey-cli", "-h", "mastodon-cache"],
          ...["eval", pushing, "1", "queue:test", String(count)],
        ),
      );
    expect(await push(1000)).toBe(1000);
    // Followers do not confirm: what was acknowledged in the last moment may be lost, and this was before.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const before = Date.now();
    await kubectl("delete", "pod", "-n", mastodon, `${master}-0`, "--grace-period=0", "--force");
    await eventually("clients push again", 60, async () => (await push(1)) > 1000);
    console.log(`the queue took work again after ${(Date.now() - before) / 1000} s`);
    expect(await push(0)).toBe(1001);
    await eventually("one master alone", 60, async () => (await masters()).length === 1);
  });

  test("a master that is told to end hands over first: what it acknowledged is there, and the next one takes writes", async () => {
    const [master = ""] = await masters();
    const pushed = kubectl(
      ...["exec", "-n", mastodon, "client", "--", "sh", "-c"],
      'for i in $(seq 200); do valkey-cli -e -h mastodon-cache rpush queue:handed "$i" > /dev/null 2>&1 && echo "$i"; sleep 0.05; done',
    );
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await kubectl("delete", "pod", "-n", mastodon, `${master}-0`);
    const next = await masters();
    expect(next.filter((name) => name !== master)).toHaveLength(1);
    const acknowledged = (await pushed).split("\n");
    console.log(`acknowledged while it was handed over: ${acknowledged.length} of 200`);
    const there = new Set(
      (
        await kubectl(
          ...["exec", "-n", mastodon, "client", "--", "valkey-cli", "-h", "mastodon-cache"],
          ...["lrange", "queue:handed", "0", "-1"],
        )
      ).split("\n"),
    );
    expect(acknowledged.filter((each) => !there.has(each))).toEqual([]);
    expect(acknowledged.at(-1)).toBe("200");
  });

  test("no sentinel stays busy with a connection that was refused at first", async () => {
    const ticks = () =>
      Promise.all(
        ["0", "1", "2"].map(async (member) => {
          const pod = `mastodon-cache-${member}-0`;
          const stat = await kubectl(
            ...["exec", "-n", mastodon, pod, "-c", "sentinel", "--", "cat", "/proc/1/stat"],
          );
          const [user, system] = stat.split(" ").slice(13);
          return Number(user) + Number(system);
        }),
      );
    const busiest = async () => {
      const before = await ticks();
      await new Promise((resolve) => setTimeout(resolve, 5000));
      return Math.max(...(await ticks()).map((now, index) => now - (before[index] ?? 0)));
    };
    // Of 500; one that is busy takes a core, as far as it has one.
    await expect.poll(busiest, { timeout: 120_000 }).toBeLessThan(50);
  });

  describe("rows on one node", () => {
    const leaving = "leaving-town";
    const retired = "retired: { since: 2026-11-26 }";
    const town = (nextcloud: string, more: string) =>
      declareOf(leaving, `${more}nextcloud: { storage: 1 GiB, apps: []${nextcloud} }\n`);
    const query = (server: string, pod: string, statement: string) =>
      kubectl(
        ...["exec", "-n", `${leaving}-${server}`, pod, "--"],
        ...["psql", "-U", "postgres", "-d", "nextcloud", "-Atc", statement],
      );
    const minutes = "SELECT count(*), md5(string_agg(text, '' ORDER BY n)) FROM minutes";

    /** Commands of the page for a move between servers of ours; the new one's first pod takes writes. */
    async function step(block: number): Promise<void> {
      for (const command of commandsOf("database.md", "Move rows between servers of ours", leaving, block)) {
        const changed = command.replace(/(-nextcloud-database exec (?:-i )?)database-0/, "$1database-1");
        const { exitCode, output } = await asRead(project, changed);
        expect(exitCode, `${changed}\n${output}`).toBe(0);
      }
    }

    afterAll(() => project.end(leaving));

    test("go to several by the commands of the page, service by service, and nothing of them is lost", async () => {
      town("", "");
      await project.createStack(leaving, { nodes: "3" });
      await project.up(leaving);
      await query(
        "database",
        "database-0",
        "CREATE TABLE minutes AS SELECT n, md5(n::text) AS text FROM generate_series(1, 5000) n",
      );
      await query("database", "database-0", "ALTER TABLE minutes OWNER TO nextcloud");
      const before = await query("database", "database-0", minutes);

      town("", "availability: node-loss\n");
      const { exitCode, output } = await project.pulumi(["preview", "-s", leaving]);
      expect([exitCode === 0, output.includes("Write availability: single here")]).toEqual([false, true]);

      const kept = "availability: node-loss\ndatabase: { availability: single }\n";
      town(`, ${retired}`, kept);
      await project.up(leaving);
      await step(0);
      const left = `availability: node-loss\ndatabase: { availability: single, ${retired} }\n`;
      town(`, dedicatedDatabase: {}, ${retired}`, left);
      await step(1);
      town(", dedicatedDatabase: {}", left);
      await project.up(leaving);
      expect(await query("nextcloud-database", "database-1", minutes)).toBe(before);
      const host = await kubectl(
        ...["exec", "-n", `${leaving}-nextcloud`, "deploy/nextcloud", "-c", "php", "--"],
        ...["php", "occ", "config:system:get", "dbhost"],
      );
      expect(host).toBe(`database-rw.${leaving}-nextcloud-database.svc:5432`);
    });
  });
});
