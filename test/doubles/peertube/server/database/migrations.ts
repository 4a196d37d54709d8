import type pg from "pg";
import { log } from "../log.ts";
import { type Connection, DatabaseError, inTransaction, row } from "./connection.ts";
import { firstSchema } from "./schema.ts";

/** A change of the schema. The numbers are the double's own. */
interface Migration {
  version: number;
  /** The first upstream version that has it. */
  since: string;
  name: string;
  statements: string;
}

const migrations: Migration[] = [
  { version: 820, since: "8.2", name: "0820-first-schema", statements: firstSchema },
  {
    version: 830,
    since: "8.3",
    name: "0830-video-thumbnail-ratio",
    statements: `ALTER TABLE "video" ADD COLUMN "thumbnailRatio" text`,
  },
];

function minor(version: string): number {
  const [major = 0, second = 0] = version.split(".").map(Number);
  return major * 1000 + second;
}

/** The schema version that an upstream version works with. */
export function schemaOf(version: string): number {
  return Math.max(
    0,
    ...migrations.filter(({ since }) => minor(since) <= minor(version)).map((each) => each.version),
  );
}

/** Migrations that a database of one schema version needs for a server of an upstream version. */
export function pending(current: number, version: string): Migration[] {
  return migrations.filter((each) => each.version > current && each.version <= schemaOf(version));
}

/** Whether the database carries a flag of this double, which a test sets: `fail-migration`, `fail-script`. */
export async function flagged(on: Connection, flag: string): Promise<boolean> {
  return (await row(on, `SELECT 1 FROM "double" WHERE key = $1`, [flag])) !== undefined;
}

/** The schema version of a database, 0 for an empty one. */
export async function currentSchema(on: Connection): Promise<number> {
  const known = await row<{ name: string | null }>(
    on,
    `SELECT to_regclass('public.application')::text AS name`,
  );
  if (!known?.name) return 0;
  const found = await row<{ migrationVersion: number }>(on, `SELECT "migrationVersion" FROM "application"`);
  return found?.migrationVersion ?? 0;
}

/**
 * Brings the database to the schema of this version, in one transaction. Throws DatabaseError, also for a
 * database of a newer version: the way back is the dump that was made before the upgrade.
 */
export async function migrate(pool: pg.Pool, version: string): Promise<void> {
  await inTransaction(pool, async (connection) => {
    const current = await currentSchema(connection);
    if (current > schemaOf(version)) {
      throw new DatabaseError(
        `the database has schema ${current}, newer than version ${version} knows (${schemaOf(version)}). Restore the dump that was made before the upgrade`,
      );
    }
    const steps = pending(current, version);
    if (current > 0 && steps.length > 0) log.info("Begin migrations.");
    for (const step of steps) await execute(connection, step, current > 0);
    if (current > 0 && steps.length > 0) {
      log.info(`Migrations finished. New migration version schema: ${schemaOf(version)}`);
    }
  });
}

async function execute(connection: Connection, { version, name, statements }: Migration, upgrade: boolean) {
  try {
    if (upgrade) {
      log.info(`Executing ${name}.js migration script.`);
      if (await flagged(connection, "fail-migration"))
        throw new Error("told to fail by the flag fail-migration");
    }
    await connection.query(statements);
    await connection.query(`UPDATE "application" SET "migrationVersion" = $1`, [version]);
  } catch (error) {
    throw new DatabaseError(`Cannot execute migration ${version}.`, { cause: error });
  }
}
