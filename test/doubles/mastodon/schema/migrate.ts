import type { Pool, PoolClient } from "pg";
import { transaction } from "../database.ts";
import { messageOf, Refusal } from "../refusal.ts";
import { type Migration, planMigrations } from "./releases.ts";

/** Rails takes one advisory lock for all migrations of a database; the number is the double's own. */
const migrationLock = 4_567_890_123;

/** The key in `commune_double` whose value, a migration's version, makes that migration fail. For tests. */
const failSwitch = "fail_migration";

/** Versions that a database has, oldest first. Empty for a new database. */
export async function appliedMigrations(pool: Pool | PoolClient): Promise<string[]> {
  const known = await pool.query("SELECT to_regclass('schema_migrations') AS name");
  if (known.rows[0]?.name === null) return [];
  const { rows } = await pool.query<{ version: string }>("SELECT version FROM schema_migrations ORDER BY 1");
  return rows.map(({ version }) => version);
}

/**
 * `db:migrate`: each missing migration in a transaction of its own. Throws Refusal when one fails (that one
 * leaves nothing behind), when another process migrates, and when the plan is refused.
 */
export async function migrate(pool: Pool, version: string, skipPost: boolean): Promise<void> {
  await locked(pool, async (client) => {
    const plan = planMigrations(await appliedMigrations(client), version, skipPost);
    if ("refusal" in plan) throw new Refusal(plan.refusal);
    await client.query("CREATE TABLE IF NOT EXISTS schema_migrations (version varchar PRIMARY KEY)");
    await client.query(
      "CREATE TABLE IF NOT EXISTS ar_internal_metadata (key varchar PRIMARY KEY, value varchar, created_at timestamp(6) NOT NULL DEFAULT now(), updated_at timestamp(6) NOT NULL DEFAULT now())",
    );
    await client.query(
      "INSERT INTO ar_internal_metadata (key, value) VALUES ('environment', 'production') ON CONFLICT DO NOTHING",
    );
    for (const migration of plan.pending) await run(pool, migration);
  });
}

async function locked(pool: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS got", [migrationLock]);
    if (rows[0]?.got !== true) {
      throw new Refusal(
        "ActiveRecord::ConcurrentMigrationError: Cannot run migrations because another migration process is currently running.",
      );
    }
    try {
      await work(client);
    } finally {
      await client.query("SELECT pg_advisory_unlock($1)", [migrationLock]);
    }
  } finally {
    client.release();
  }
}

async function run(pool: Pool, { version, name, sql }: Migration): Promise<void> {
  const title = `== ${version} ${name}:`;
  console.log(`${title} migrating ${"=".repeat(Math.max(4, 60 - title.length))}`);
  const start = performance.now();
  try {
    await transaction(pool, async (client) => {
      await client.query(sql);
      await failIfAsked(client, version);
      await client.query("INSERT INTO schema_migrations VALUES ($1)", [version]);
    });
  } catch (error) {
    throw new Refusal(
      `StandardError: An error has occurred, this and all later migrations canceled:\n\n${messageOf(error)}`,
    );
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(4);
  console.log(`${title} migrated (${seconds}s) ${"=".repeat(Math.max(4, 51 - title.length))}\n`);
}

/** After the change, so that a test sees the rollback too. */
async function failIfAsked(client: PoolClient, version: string): Promise<void> {
  const { rows } = await client.query("SELECT value FROM commune_double WHERE key = $1", [failSwitch]);
  if (rows[0]?.value !== version) return;
  throw new Error(`PG::RaiseException: the double was asked to fail here (commune_double: ${failSwitch})`);
}
