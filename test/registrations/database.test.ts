import pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { ExternalDatabase } from "../../components/platform/database/external.ts";
import { workloadOf } from "../../components/services/nextcloud/workloads.ts";

test("an external server is reached at its declared address, encrypted, with a given password", () => {
  const asked: string[] = [];
  const outside = new ExternalDatabase(
    { host: "pg.lyon.test", port: 5433, sslMode: "verify-full" },
    (name) => {
      asked.push(name);
      return pulumi.secret("given");
    },
  );
  const { connection, ready, networkPolicyFrom } = outside.databaseOf("nextcloud");
  expect(connection).toEqual({
    host: "pg.lyon.test",
    port: 5433,
    sslMode: "verify-full",
    database: "nextcloud",
  });
  expect(ready).toEqual([]);
  expect(asked).toEqual(["database-nextcloud-password"]);
  expect(networkPolicyFrom([workloadOf("bron", "web")]).spec).toMatchObject({
    egress: [{ ports: [{ port: 5433 }] }],
  });
});
