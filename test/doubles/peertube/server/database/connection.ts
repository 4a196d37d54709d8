import pg from "pg";
import { databaseName, type Settings } from "../configuration/settings.ts";
import { log } from "../log.ts";

/** A connection for statements: the pool, or one connection inside a transaction. */
export type Connection = Pick<pg.ClientBase, "query">;

/** Thrown for a database that the server cannot start on. */
export class DatabaseError extends Error {}

function options(settings: Settings): pg.PoolConfig {
  const { hostname, port, username, password, ssl, ssl_settings, pool } = settings.database;
  return {
    host: hostname,
    port,
    user: username,
    password,
    database: databaseName(settings),
    // One connection holds the database (lock.ts).
    max: Math.max(2, pool.max),
    connectionTimeoutMillis: 10_000,
    application_name: "peertube",
    ...(ssl && { ssl: { rejectUnauthorized: ssl_settings.reject_unauthorized } }),
  };
}

/** A pool that answers. Throws DatabaseError at the first failure: the real server does not try again. */
export async function connect(settings: Settings): Promise<pg.Pool> {
  const pool = new pg.Pool(options(settings));
  pool.on("error", (error) => log.error("A database connection was lost.", error));
  try {
    await pool.query("SELECT 1");
  } catch (error) {
    throw new DatabaseError("Unable to connect to PostgreSQL database.", { cause: error });
  }
  return pool;
}

/** Does something in one transaction: all of it, or nothing. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** The rows of a statement, in the shape that its caller knows. */
export async function rows<T extends pg.QueryResultRow>(
  on: Connection,
  statement: string,
  values: unknown[] = [],
): Promise<T[]> {
  return (await on.query<T>(statement, values)).rows;
}

/** The first row of a statement. */
export async function row<T extends pg.QueryResultRow>(
  on: Connection,
  statement: string,
  values: unknown[] = [],
): Promise<T | undefined> {
  return (await rows<T>(on, statement, values))[0];
}

/** Makes the two extensions, when the role may. Throws DatabaseError in the real server's words. */
export async function requireExtensions(pool: pg.Pool, database: string): Promise<void> {
  for (const extension of ["pg_trgm", "unaccent"]) {
    const known = await row(pool, "SELECT 1 FROM pg_extension WHERE extname = $1", [extension]);
    if (known) continue;
    try {
      await pool.query(`CREATE EXTENSION ${extension}`);
    } catch {
      throw new DatabaseError(
        `You need to enable ${extension} extension in PostgreSQL. You can do so by running 'CREATE EXTENSION ${extension};' as a PostgreSQL super user in ${database} database.`,
      );
    }
  }
}
