import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { configurationFrom, processSources } from "../server/configuration/configuration.ts";
import { connect, row } from "../server/database/connection.ts";
import { hashed } from "../server/database/passwords.ts";
import { reason } from "../server/log.ts";

/**
 * `node dist/scripts/reset-password.js -u <user>`: asks for the password on its input and shows nothing of it. As the real
 * one (server/scripts/reset-password.ts), it takes the first line, ends with 0 when the row could not be kept, and touches
 * no session.
 */
async function run(): Promise<void> {
  const flag = process.argv.findIndex((word) => word === "-u" || word === "--user");
  const name = flag < 0 ? undefined : process.argv[flag + 1];
  if (name === undefined) {
    console.error("All parameters are mandatory.");
    process.exit(255);
  }
  const { settings } = configurationFrom(processSources());
  const pool = await connect(settings);
  const user = await row<{ id: number }>(pool, `SELECT "id" FROM "user" WHERE "username" = $1`, [name]);
  if (!user) {
    console.error("Unknown user.");
    process.exit(255);
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  console.log("New password?");
  lines.on("line", (password) => {
    if (password.length < 6 || password.length > 255) {
      console.error("New password is invalid.");
      process.exit(255);
    }
    hashed(password)
      .then((kept) => pool.query(`UPDATE "user" SET "password" = $1 WHERE "id" = $2`, [kept, user.id]))
      .then(() => console.log("User password updated."))
      .catch((error: unknown) => console.error(reason(error)))
      .finally(() => process.exit(0));
  });
}

run().catch((error: unknown) => {
  console.error(reason(error));
  process.exit(255);
});
