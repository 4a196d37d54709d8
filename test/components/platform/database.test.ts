import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DatabaseClient } from "../../../components/platform/database/contract.ts";
import {
  databaseSection,
  serviceDatabaseSection,
} from "../../../components/platform/database/declaration.ts";
import { databaseServer, databaseVolume } from "../../../components/platform/database/manifests.ts";
import { roleConfigMap, roleJob } from "../../../components/platform/database/role.ts";
import { databaseResources, postgresqlSettings } from "../../../components/platform/database/sizing.ts";
import { workloadOf } from "../../../components/services/nextcloud/workloads.ts";

const server = { commune: "bron", server: "database", major: "17" as const };
const sized = { memoryMiB: 512, storageGiB: 20, storageClass: undefined, upgradeFrom: undefined };
const client: DatabaseClient = {
  workloads: [workloadOf("bron", "web")],
  database: "nextcloud",
  extensions: [],
};

describe("PostgreSQL's settings", () => {
  test.each([256, 881, 4096, 65_536])("of %i MiB leave room for every connection to sort", (memoryMiB) => {
    const settings = postgresqlSettings(memoryMiB);
    const megabytes = (key: string) => Number.parseInt(settings[key] ?? "", 10);
    expect(
      megabytes("shared_buffers") + megabytes("work_mem") * megabytes("max_connections"),
    ).toBeLessThanOrEqual(memoryMiB);
  });

  test("a server asks for half of what it may use", () => {
    expect(databaseResources(1024)).toEqual({ cpu: 0.1, requestMiB: 512, limitMiB: 1024 });
  });
});

describe("the server", () => {
  test("reads its password from a file", () => {
    const { template } = JSON.parse(JSON.stringify(databaseServer({ ...server, ...sized }).spec));
    expect(template.spec.containers[0].env).toContainEqual({
      name: "POSTGRES_PASSWORD_FILE",
      value: "/run/secrets/database/password",
    });
    expect(template.spec.terminationGracePeriodSeconds).toBe(120);
  });

  test("uses the storage class that the site names, else the default one", () => {
    const claim = (storageClass: string | undefined) =>
      databaseVolume({ ...server, ...sized, storageClass }).spec;
    expect(claim(undefined)).not.toHaveProperty("storageClassName");
    expect(claim("fast")).toMatchObject({ storageClassName: "fast" });
  });
});

describe("the role Job", () => {
  test("runs again when the password has a new version", () => {
    const template = (label: string) => JSON.stringify(roleJob(server, client, label).spec);
    expect(template("nextcloud/database-password/v2")).not.toBe(template("nextcloud/database-password/v1"));
  });

  test("keeps the password out of arguments and of the server's log", () => {
    expect(JSON.stringify(roleJob(server, client, "v1"))).not.toMatch(/"value":"[^"]*password/i);
    const script = roleConfigMap(server).data["role.sql"] ?? "";
    expect(script.indexOf("SET log_statement = 'none'")).toBeLessThan(script.indexOf("ALTER ROLE"));
  });
});

test("the role Job makes the extensions that a service asks for, in that service's database", () => {
  const script = roleConfigMap(server).data["role.sql"] ?? "";
  expect(script.indexOf("\\connect")).toBeLessThan(script.indexOf("CREATE EXTENSION"));
  const extensions = ["pg_trgm", "unaccent"];
  expect(JSON.stringify(roleJob(server, { ...client, extensions }, "v1"))).toContain('"pg_trgm,unaccent"');
});

test("a service's own server has names of its own", () => {
  const own = { ...server, server: "mastodon-database" };
  expect(databaseVolume({ ...own, ...sized }).metadata).toMatchObject({
    namespace: "bron-mastodon-database",
  });
});

test("whoever is the superuser says how its sessions begin, or is in the database of its own alone", () => {
  const files = ["components", "programs", "scripts"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const free = files.filter((file) => {
    if (!/\.(ts|sh|bash|sql)$/.test(file)) return false;
    const text = readFileSync(file, "utf8");
    const isSuperuser = /--username=postgres|PGUSER["': =,a-z]*postgres|"-U", "postgres"/.test(text);
    return isSuperuser && !/superuserOptions|SUPERUSER_OPTIONS/.test(text);
  });
  expect(free.sort()).toEqual([
    // They ask whether it answers, and make it; dump.sh and restore.sh say it in contents.sh; a trial is of no service.
    "components/platform/database/manifests.ts",
    "components/platform/database/pod/restore.sh",
    "components/platform/database/pod/server.sh",
    "scripts/site/database/trial.ts",
  ]);
});

describe("a major upgrade", () => {
  const pod = (upgradeFrom: "15" | undefined) =>
    JSON.parse(JSON.stringify(databaseServer({ ...server, ...sized, upgradeFrom }).spec)).template.spec as {
      initContainers?: { name: string; image: string; command: string[] }[];
      containers: { image: string }[];
    };

  test("is a dump by the old version and a restore by the new one, before the server starts", () => {
    expect(pod("15").initContainers?.map(({ name, image }) => [name, image])).toEqual([
      ["dump", "docker.io/library/postgres:15.20-trixie"],
      ["restore", "docker.io/library/postgres:17.12-trixie"],
    ]);
    expect(pod("15").containers.map(({ image }) => image)).toEqual([
      "docker.io/library/postgres:17.12-trixie",
    ]);
    expect(pod(undefined)).not.toHaveProperty("initContainers");
  });

  test("is a script that a shell can read", () => {
    const before = pod("15").initContainers ?? [];
    expect(before.length).toBeGreaterThan(0);
    for (const { command } of before) {
      const [shell = "", ...options] = command;
      const script = options.at(-1) ?? "";
      expect(spawnSync(shell, ["-n", "-c", script], { encoding: "utf8" })).toMatchObject({
        status: 0,
        stderr: "",
      });
    }
  });

  test("only goes forward, whichever server it is", () => {
    const message = (section: { safeParse(value: unknown): { error?: { issues: { message: string }[] } } }) =>
      section.safeParse({ version: "17", upgradeFrom: "17" }).error?.issues[0]?.message;
    for (const section of [databaseSection(["nextcloud"]), serviceDatabaseSection]) {
      expect(message(section)).toBe(
        '"17" is not older than the version "17". Write the version that the data has, or take it out.',
      );
      expect(section.safeParse({ version: "18", upgradeFrom: "17" }).success).toBe(true);
    }
  });
});
