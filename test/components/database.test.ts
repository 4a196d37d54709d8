import { describe, expect, test } from "vitest";
import { databaseServer, databaseVolume } from "../../components/database/manifests.ts";
import { roleConfigMap, roleJob } from "../../components/database/role.ts";
import { databaseFootprint, postgresqlSettings } from "../../components/database/sizing.ts";
import { webWorkload } from "../../components/nextcloud/manifests.ts";

const server = { commune: "bron", server: "database" };
const client = { workloads: [webWorkload("bron")], database: "nextcloud", extensions: [] };

describe("PostgreSQL's settings", () => {
  test.each([256, 881, 4096, 65_536])("of %i MiB leave room for every connection to sort", (memoryMiB) => {
    const settings = postgresqlSettings(memoryMiB);
    const megabytes = (key: string) => Number.parseInt(settings[key] ?? "", 10);
    expect(
      megabytes("shared_buffers") + megabytes("work_mem") * megabytes("max_connections"),
    ).toBeLessThanOrEqual(memoryMiB);
  });

  test("a server asks for half of what it may use", () => {
    expect(databaseFootprint(1024)).toEqual({ cpu: 0.1, requestMiB: 512, limitMiB: 1024 });
  });
});

describe("the server", () => {
  test("reads its password from a file", () => {
    const { template } = JSON.parse(
      JSON.stringify(
        databaseServer({ ...server, memoryMiB: 512, storageGiB: 20, storageClass: undefined }).spec,
      ),
    );
    expect(template.spec.containers[0].env).toContainEqual({
      name: "POSTGRES_PASSWORD_FILE",
      value: "/run/secrets/database/password",
    });
    expect(template.spec.terminationGracePeriodSeconds).toBe(120);
  });

  test("uses the storage class that the site names, else the default one", () => {
    const claim = (storageClass: string | undefined) =>
      databaseVolume({ ...server, memoryMiB: 512, storageGiB: 20, storageClass }).spec;
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
  const own = { commune: "bron", server: "mastodon-database" };
  expect(
    databaseVolume({ ...own, memoryMiB: 512, storageGiB: 20, storageClass: undefined }).metadata,
  ).toMatchObject({
    namespace: "bron-mastodon-database",
  });
});
