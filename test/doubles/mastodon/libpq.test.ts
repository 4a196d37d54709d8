import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lostServer } from "../../../components/platform/lost-server/figures.ts";
import { serviceFile, serviceVariables } from "../../../components/platform/lost-server/service-file.ts";
import { type OwnPostgresql, ownPostgresql } from "../../postgresql.ts";
import { asLibpq, openDatabase } from "./database.ts";

describe("the double of Mastodon, with libpq's service file of a pod on several nodes", () => {
  let folder: string;
  let server: OwnPostgresql;
  let env: Record<string, string>;

  beforeAll(async () => {
    server = await ownPostgresql("trust");
    folder = mkdtempSync("/tmp/libpq-");
    const [[name = "", text = ""] = []] = Object.entries(serviceFile({ isPooled: false }));
    const inTest = text.replace(/^tcp_user_timeout=.*$/m, "tcp_user_timeout=300");
    writeFileSync(join(folder, name), inTest);
    env = Object.fromEntries(serviceVariables.map((variable) => [variable.name, variable.value]));
    env.PGSERVICEFILE = join(folder, name);
  });

  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  const opened = () => {
    const address = { host: "127.0.0.1", port: server.port, user: "postgres", database: "postgres" };
    return openDatabase({ ...address, ...asLibpq(env) });
  };

  test("gives up a connection that is not made, and an answer that does not come", async () => {
    expect(asLibpq(env)).toMatchObject({
      connectionTimeoutMillis: lostServer.connectSeconds * 1000,
      query_timeout: 300,
    });
    expect(asLibpq({})).toEqual({});
    const pool = await opened();
    await expect(pool.query("SELECT pg_sleep(30)")).rejects.toThrow("Query read timeout");
    expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  test("stays with no server that takes no writes", async () => {
    await server.sql("template1", "ALTER DATABASE postgres SET default_transaction_read_only = on");
    await expect(opened()).rejects.toThrow("session is read-only");
    await server.sql("template1", "ALTER DATABASE postgres RESET default_transaction_read_only");
    await (await opened()).end();
  });
});
