import { randomBytes, randomInt } from "node:crypto";
import pg, { type Pool } from "pg";
import { isMissingDatabase, openDatabase } from "./database.ts";
import { databaseAddress, type Environment } from "./environment.ts";
import { messageOf, Refusal } from "./refusal.ts";
import { checkFirstBoot, checkFirstBootIfMigrated } from "./schema/first-boot.ts";
import { appliedMigrations, migrate } from "./schema/migrate.ts";
import { migrationsOf } from "./schema/releases.ts";
import { seed } from "./schema/seed.ts";
import { readSettings, type Settings } from "./settings.ts";
import { newVapidKeys } from "./vapid.ts";

/** Surroundings of a task. */
interface Bench {
  env: Environment;
  /** Release of the code, such as 4.6.5. */
  version: string;
  settings: Settings;
  pool: Pool;
}

/** Tasks that need neither settings nor a database. */
const plainTasks: Record<string, (env: Environment) => void> = {
  "mastodon:webpush:generate_vapid_key": () => {
    const { publicKey, privateKey } = newVapidKeys();
    console.log(`VAPID_PRIVATE_KEY=${privateKey}\nVAPID_PUBLIC_KEY=${publicKey}`);
  },
  "db:encryption:init": (env) => printEncryptionKeys(env),
  secret: () => console.log(randomBytes(64).toString("hex")),
};

const databaseTasks: Record<string, (bench: Bench) => Promise<void>> = {
  "db:prepare": prepare,
  "db:setup": setUp,
  "db:migrate": async (bench) => {
    await checkFirstBootIfMigrated(bench.pool, bench.settings);
    await migrate(bench.pool, bench.version, skipPost(bench.env));
    await checkFirstBoot(bench.pool, bench.settings);
  },
  "db:migrate:setup": prepare,
  "db:seed": ({ pool }) => seed(pool),
  "db:create": async ({ pool }) => {
    const { rows } = await pool.query("SELECT current_database() AS name");
    console.error(`Database '${rows[0]?.name}' already exists`);
  },
  "db:version": async ({ pool }) =>
    console.log(`Current version: ${(await appliedMigrations(pool)).at(-1) ?? 0}`),
  "db:migrate:status": status,
  "db:abort_if_pending_migrations": abortIfPending,
};

const creatingTasks = ["db:prepare", "db:setup", "db:create", "db:migrate:setup"];

/** Runs rails or rake tasks, in the order given. Throws Refusal. */
export async function runTasks(names: string[], env: Environment, version: string): Promise<void> {
  for (const name of names) {
    const plain = plainTasks[name];
    const withDatabase = databaseTasks[name];
    if (plain) plain(env);
    else if (withDatabase) {
      const settings = readSettings(env);
      const pool = await openOrCreate(env, creatingTasks.includes(name));
      await withDatabase({ env, version, settings, pool }).finally(() => pool.end());
    } else throw unknownTask(name);
  }
}

function unknownTask(name: string): Refusal {
  const known = [...Object.keys(plainTasks), ...Object.keys(databaseTasks)].join(", ");
  return new Refusal(
    `Don't know how to build task '${name}' (See the list of available tasks with \`rake --tasks\`)\nThe double has: ${known}.`,
  );
}

function skipPost(env: Environment): boolean {
  return (env.SKIP_POST_DEPLOYMENT_MIGRATIONS ?? "") !== "";
}

async function openOrCreate(env: Environment, create: boolean): Promise<Pool> {
  const address = databaseAddress(env, 2);
  try {
    return await openDatabase(address);
  } catch (error) {
    if (!create || !isMissingDatabase(error) || address.database === undefined) throw error;
    const server = new pg.Client({ ...address, database: "postgres" });
    await server.connect();
    try {
      await server.query(`CREATE DATABASE ${pg.escapeIdentifier(address.database)} ENCODING 'UTF8'`);
      console.log(`Created database '${address.database}'`);
    } catch (failure) {
      throw new Refusal(`Couldn't create '${address.database}' database: ${messageOf(failure)}`);
    } finally {
      await server.end();
    }
    return openDatabase(address);
  }
}

/** A new database gets everything, whatever is to be skipped, and the seeds; an old one is migrated. */
async function prepare({ env, version, settings, pool }: Bench): Promise<void> {
  const fresh = !(await checkFirstBootIfMigrated(pool, settings));
  await migrate(pool, version, !fresh && skipPost(env));
  if (fresh) await seed(pool);
  await checkFirstBoot(pool, settings);
}

async function setUp(bench: Bench): Promise<void> {
  if ((await appliedMigrations(bench.pool)).length > 0) {
    throw new Refusal(
      "ActiveRecord::ProtectedEnvironmentError: You are attempting to run a destructive action against your 'production' database.\n" +
        "Use db:prepare or db:migrate: the double drops no database.",
    );
  }
  await prepare(bench);
}

async function status({ pool, version }: Bench): Promise<void> {
  const applied = await appliedMigrations(pool);
  console.log(
    "\n Status   Migration ID    Migration Name\n--------------------------------------------------",
  );
  for (const migration of migrationsOf(version)) {
    const state = applied.includes(migration.version) ? "  up  " : " down ";
    console.log(` ${state}   ${migration.version}  ${migration.name}`);
  }
  const known = migrationsOf(version).map((migration) => migration.version);
  for (const each of applied.filter((one) => !known.includes(one))) {
    console.log(`   up     ${each}  ********** NO FILE **********`);
  }
}

/** Migrations of a newer release do not count: an older process may start again during an upgrade. */
async function abortIfPending({ env, pool, version }: Bench): Promise<void> {
  const applied = await appliedMigrations(pool);
  const lines = migrationsOf(version)
    .filter((migration) => !applied.includes(migration.version))
    .filter(({ phase }) => !(skipPost(env) && phase === "post"))
    .map((migration) => `  ${migration.version} ${migration.name}`);
  if (lines.length === 0) return;
  throw new Refusal(
    `You have ${lines.length} pending migration${lines.length === 1 ? "" : "s"}:\n${lines.join("\n")}\nRun \`bin/rails db:migrate\` to update your database then try again.`,
  );
}

function printEncryptionKeys(env: Environment): void {
  const names = ["DETERMINISTIC_KEY", "KEY_DERIVATION_SALT", "PRIMARY_KEY"].map(
    (name) => `ACTIVE_RECORD_ENCRYPTION_${name}`,
  );
  if (names.some((name) => env[name]) && env.IGNORE_ALREADY_SET_SECRETS !== "true") {
    console.log("Secrets for this server have already been set, this step can likely be ignored!");
    console.log("To make new ones all the same, run this again with `IGNORE_ALREADY_SET_SECRETS=true`.");
    return;
  }
  console.log("# Do NOT change these variables once they are set");
  for (const name of names) console.log(`${name}=${alphanumeric(32)}`);
}

function alphanumeric(length: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}
