import { expect, test } from "vitest";
import type { DatabaseConnection } from "../../../components/platform/database/contract.ts";
import {
  type PoolerSpec,
  pooledConnection,
  poolerConfigMap,
  poolerDeployment,
  poolerPort,
  poolerSecret,
  usersOf,
} from "../../../components/platform/pooler/manifests.ts";
import { poolerConnections, poolerSize, poolSize } from "../../../components/platform/pooler/sizing.ts";

const inside: DatabaseConnection = {
  ...{ host: "database-rw.bron-database.svc", port: 5432, database: "mastodon", sslMode: "disable" },
};
const spec: PoolerSpec = {
  ...{ commune: "bron", service: "mastodon", size: poolerSize(177, 2), database: inside },
  ...{ passwordLabel: "mastodon/database-password/v1", authority: undefined },
};

/** The settings of PgBouncer, by name. */
function settings(of: PoolerSpec): Record<string, string> {
  const text = poolerConfigMap(of).data["pgbouncer.ini"] ?? "";
  return Object.fromEntries([...text.matchAll(/^(\w+) = ?(.*)$/gm)].map(([, name, value]) => [name, value]));
}

test("a client has a connection for a transaction, and every client has room in each pod", () => {
  expect(settings(spec)).toMatchObject({
    mastodon: "host=database-rw.bron-database.svc port=5432",
    pool_mode: "transaction",
    default_pool_size: String(poolSize),
    max_client_conn: "187",
    server_tls_sslmode: "disable",
  });
  expect(poolerConnections(spec.size)).toEqual({ process: "pooler", pods: 3, each: poolSize });
});

test("the password is in the Secret alone, as PgBouncer reads it", () => {
  expect(usersOf(inside, 'a"b')).toBe('"mastodon" "a""b"\n"metrics" ""\n');
  const secret = poolerSecret(spec, usersOf(inside, "s3cret"));
  expect(secret.stringData["userlist.txt"]).toContain("s3cret");
  expect(JSON.stringify([poolerConfigMap(spec), poolerDeployment(spec)])).not.toContain("s3cret");
});

test("the console is the exporter's, from its own pod, and everybody else logs in with a password", () => {
  const lines = (poolerConfigMap(spec).data["hba.conf"] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("host"));
  expect(lines.filter((line) => line.endsWith(" trust"))).toEqual([
    "host pgbouncer metrics 127.0.0.1/32 trust",
  ]);
  // The first line that fits counts.
  expect(lines.findIndex((line) => / pgbouncer all .* reject$/.test(line))).toBeLessThan(
    lines.findIndex((line) => / all all /.test(line)),
  );
  expect(lines.filter((line) => / all all /.test(line)).every((line) => line.endsWith("scram-sha-256"))).toBe(
    true,
  );
  expect(settings(spec)).not.toHaveProperty("admin_users");
});

test.each([
  [undefined, "/etc/ssl/certs/ca-certificates.crt"],
  ["-----BEGIN", "/etc/pooler/authority.pem"],
])("a server outside is proved by the authority of the site (%s), or the system's", (authority, file) => {
  const outside = { ...spec, database: { ...inside, sslMode: "verify-full" as const }, authority };
  expect(settings(outside)).toMatchObject({ server_tls_sslmode: "verify-full", server_tls_ca_file: file });
  expect(poolerConfigMap(outside).data["authority.pem"]).toBe(authority);
  expect(settings(spec)).not.toHaveProperty("server_tls_ca_file");
  // Clients are in the same namespace, and the pooler has no certificate.
  expect(pooledConnection(spec, outside.database)).toEqual({
    ...{ host: "mastodon-pooler", port: poolerPort, database: "mastodon", sslMode: "disable" },
  });
});

test("its pods start again with another password, another server or another size, one after the other", () => {
  const marks = (changed: Partial<PoolerSpec>) =>
    JSON.stringify(poolerDeployment({ ...spec, ...changed }).spec.template);
  expect(marks({ passwordLabel: "mastodon/database-password/v2" })).not.toBe(marks({}));
  expect(marks({ database: { ...inside, host: "elsewhere" } })).not.toBe(marks({}));
  expect(marks({ size: poolerSize(300, 2) })).not.toBe(marks({}));
  expect(poolerDeployment(spec).spec).toMatchObject({
    ...{ replicas: 2, strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } },
  });
});
