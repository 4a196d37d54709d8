import { readFileSync } from "node:fs";
import pg, { type PoolConfig } from "pg";
import type { Environment } from "./environment.ts";
import { messageOf, Refusal } from "./refusal.ts";

/** Bigint ids are texts in the API, and fit no JavaScript number: they stay texts. */
export type Id = string;

/** Timestamps are stored without a zone and mean UTC, as Rails stores them. */
const timestampWithoutZone = 1114;
pg.types.setTypeParser(timestampWithoutZone, (text) => new Date(`${text.replace(" ", "T")}Z`));

/** Oldest PostgreSQL that Mastodon runs on, as `server_version_num`. Source: lib/tasks/db.rake, v4.6.5. */
const oldestServer = 140_000;

/** Returns the parameters that libpq reads from its service file; none without one. Source: "The Connection Service File". */
function serviceFile({ PGSERVICEFILE, PGSERVICE }: Environment): Record<string, string | undefined> {
  if (PGSERVICEFILE === undefined || PGSERVICE === undefined) return {};
  const [, section = ""] = readFileSync(PGSERVICEFILE, "utf8").split(`[${PGSERVICE}]`);
  const [own = ""] = section.split(/^\[/m);
  return Object.fromEntries([...own.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

const verify: PoolConfig["verify"] = (client, done) =>
  client
    .query("SHOW transaction_read_only")
    .then(
      ({ rows: [row] }) =>
        done(row?.transaction_read_only === "on" ? new Error("session is read-only") : undefined),
      done,
    );

/**
 * Returns how Rails, which connects through libpq, gives up a server. Node has no option of a socket for what is not
 * acknowledged: what is not answered for as long ends with an error.
 */
export function asLibpq(env: Environment): Partial<PoolConfig> {
  const { connect_timeout, tcp_user_timeout, target_session_attrs } = serviceFile(env);
  return {
    ...(connect_timeout !== undefined && { connectionTimeoutMillis: Number(connect_timeout) * 1000 }),
    ...(tcp_user_timeout !== undefined && { query_timeout: Number(tcp_user_timeout) }),
    ...(target_session_attrs === "read-write" && { verify }),
  };
}

/** A pool that has been reached once. Throws Refusal with Rails' own text when the database says no. */
export async function openDatabase(address: PoolConfig): Promise<pg.Pool> {
  const pool = new pg.Pool({ ...address, options: "-c timezone=UTC" });
  pool.on("error", (error) => console.error(`PG::ConnectionBad: ${error.message}`));
  try {
    const { rows } = await pool.query<{ version: string }>(
      "SELECT current_setting('server_version_num') AS version",
    );
    if (Number(rows[0]?.version) < oldestServer) {
      throw new Refusal(
        "This version of Mastodon requires PostgreSQL 14.0 or newer. Please update PostgreSQL before updating Mastodon.",
      );
    }
    return pool;
  } catch (error) {
    await pool.end();
    throw error instanceof Refusal ? error : connectionRefusal(error, address);
  }
}

/** Whether a database does not exist, which `db:prepare` may make. */
export function isMissingDatabase(error: unknown): boolean {
  return error instanceof Refusal && error.message.startsWith("ActiveRecord::NoDatabaseError");
}

function connectionRefusal(error: unknown, { user, database }: PoolConfig): Refusal {
  const code = (error as { code?: string }).code;
  if (code === "28P01" || code === "28000") {
    return new Refusal(
      `ActiveRecord::DatabaseConnectionError: There is an issue connecting to your database with your username/password, username: ${user ?? "of DATABASE_URL"}.\n\n` +
        "Please check your database configuration to ensure the username/password are valid.",
    );
  }
  if (code === "3D000") {
    return new Refusal(
      `ActiveRecord::NoDatabaseError: We could not find your database: ${database ?? "of DATABASE_URL"}.`,
    );
  }
  return new Refusal(`ActiveRecord::ConnectionNotEstablished: ${messageOf(error)}`);
}

/** True when a query met a table or a column that its release expects and the schema does not have. */
export function isPendingMigration(error: unknown): boolean {
  const code = (error as { code?: string } | undefined)?.code;
  return code === "42P01" || code === "42703";
}

/** Runs `work` in one transaction on one connection. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    client.release();
    return result;
  } catch (error) {
    // A server that did not answer is asked nothing more: it rolls back what a connection that ends had begun.
    const isSilent = error instanceof Error && error.message === "Query read timeout";
    if (!isSilent) await client.query("ROLLBACK");
    client.release(isSilent);
    throw error;
  }
}
