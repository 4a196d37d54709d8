import pg, { type PoolConfig } from "pg";
import { messageOf, Refusal } from "./refusal.ts";

/** Bigint ids are texts in the API, and fit no JavaScript number: they stay texts. */
export type Id = string;

/** Timestamps are stored without a zone and mean UTC, as Rails stores them. */
const timestampWithoutZone = 1114;
pg.types.setTypeParser(timestampWithoutZone, (text) => new Date(`${text.replace(" ", "T")}Z`));

/** Oldest PostgreSQL that Mastodon runs on, as `server_version_num`. Source: lib/tasks/db.rake, v4.6.5. */
const oldestServer = 140_000;

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
    return result;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
