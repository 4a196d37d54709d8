import { ConfigurationError } from "../server/configuration/chain.ts";
import { configurationFrom, processSources } from "../server/configuration/configuration.ts";
import { connect, inTransaction } from "../server/database/connection.ts";
import { currentSchema, flagged, manualMigration, schemaOf } from "../server/database/migrations.ts";
import { log, reason } from "../server/log.ts";

/** `node dist/scripts/migrations/peertube-8.3.js`, run by hand while the server of 8.3 is up. */
async function run(): Promise<void> {
  const { settings } = configurationFrom(processSources());
  const pool = await connect(settings);
  await inTransaction(pool, async (on) => {
    const current = await currentSchema(on);
    if (current < schemaOf("8.3")) {
      throw new ConfigurationError("the database is not of 8.3 yet: start the server of 8.3 first");
    }
    if (await flagged(on, "fail-script")) throw new Error("told to fail by the flag fail-script");
    const { rowCount } = await on.query(
      `UPDATE "video" SET "thumbnailRatio" = '16:9' WHERE "thumbnailRatio" IS NULL`,
    );
    await on.query(`INSERT INTO "double" VALUES ($1, now()::text) ON CONFLICT DO NOTHING`, [manualMigration]);
    log.info(`Migration ${manualMigration} done: ${rowCount} videos.`);
  });
  await pool.end();
}

run().catch((error) => {
  log.error(`Migration ${manualMigration} failed: ${reason(error)}`);
  process.exit(255);
});
