import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { log } from "../log.ts";
import { DatabaseError, row } from "./connection.ts";

/** Any number that no other program uses on this database. */
const number = 8_300_999;
const patience = 3_000;

/**
 * Holds the database for this process. Two real servers on one database corrupt it without a word
 * (Chocobozzz/PeerTube#894); the double refuses, and ends when it finds that it lost the database to another.
 * Throws DatabaseError.
 */
export async function holdDatabase(pool: pg.Pool, lost: () => void): Promise<void> {
  const client = await pool.connect();
  const deadline = Date.now() + patience;
  while (!(await row<{ held: boolean }>(client, "SELECT pg_try_advisory_lock($1) AS held", [number]))?.held) {
    if (Date.now() > deadline) {
      client.release();
      throw new DatabaseError(
        "another PeerTube server runs on this database. Real ones corrupt it, this double refuses: run one replica, and end it before the next one starts",
      );
    }
    await pause(250);
  }
  let held = true;
  client.on("error", (error) => {
    if (!held) return;
    held = false;
    log.warn("The connection that holds the database was lost.", error);
    client.release(true);
    void holdAgain(pool, lost);
  });
}

async function holdAgain(pool: pg.Pool, lost: () => void): Promise<void> {
  for (;;) {
    await pause(1000);
    try {
      return await holdDatabase(pool, lost);
    } catch (error) {
      if (!(error instanceof DatabaseError)) continue;
      log.error("Cannot hold the database.", error);
      return lost();
    }
  }
}
