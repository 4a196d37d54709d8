import { basename } from "node:path";
import { configurationFrom, processSources } from "../server/configuration/configuration.ts";
import { ConfigurationError } from "../server/configuration/layer.ts";
import { type Connection, connect, inTransaction } from "../server/database/connection.ts";
import { currentSchema, flagged, schemaOf } from "../server/database/migrations.ts";
import { log, reason } from "../server/log.ts";

/** Work of each script after the server's own migrations, by its name. */
const work: Record<string, (on: Connection) => Promise<number | null>> = {
  "peertube-8.1": async () => 0,
  "peertube-8.3": async (on) => {
    const statement = `UPDATE "video" SET "thumbnailRatio" = '16:9' WHERE "thumbnailRatio" IS NULL`;
    return (await on.query(statement)).rowCount;
  },
};

const name = basename(process.argv[1] ?? "", ".js");
const since = name.replace("peertube-", "");

/**
 * `node dist/scripts/migrations/peertube-8.x.js`, run by hand while the server is up. The flag `fail-script`
 * makes it end with an error; `fail-script-quietly` makes it only say so and end with 0, as the real
 * peertube-8.3 does for some failures.
 */
async function run(): Promise<void> {
  const { settings } = configurationFrom(processSources());
  const pool = await connect(settings);
  await inTransaction(pool, async (on) => {
    if ((await currentSchema(on)) < schemaOf(since)) {
      throw new ConfigurationError(`the database is not of ${since} yet: start the server first`);
    }
    if (await flagged(on, "fail-script")) throw new Error("told to fail by the flag fail-script");
    if (await flagged(on, "fail-script-quietly")) {
      log.error("An error occurred: told to fail by the flag fail-script-quietly");
      return;
    }
    const changed = await work[name]?.(on);
    await on.query(`INSERT INTO "double" VALUES ($1, now()::text) ON CONFLICT DO NOTHING`, [name]);
    log.info(`Migration ${name} done: ${changed ?? 0} videos.`);
  });
  await pool.end();
}

run().catch((error) => {
  log.error(`Migration ${name} failed: ${reason(error)}`);
  process.exit(255);
});
