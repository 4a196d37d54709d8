/** What the user of a database may always do in it. */
const keptRights = ["SELECT", "DELETE", "DELETE HISTORY", "DROP", "LOCK TABLES", "SHOW VIEW"];

/** What makes its files grow: taken away while it has more than its share (rows.ts). */
export const growingRights = ["INSERT", "CREATE", "ALTER", "INDEX", "REFERENCES", "CREATE VIEW"];

/** What makes them grow too, and is taken away last: many bin what they delete, and no dump reads triggers without theirs. */
export const changingRights = ["UPDATE", "TRIGGER"];

/** What the user of a database is given when it is made. */
export const givenRights = [...keptRights, ...changingRights, ...growingRights].join(", ");

/**
 * What users of before were given too. MariaDB keeps routines and events among its own rows, and rows of temporary tables in
 * one file for all: no share counts them, and no dump has them.
 */
export const withdrawnRights = "CREATE TEMPORARY TABLES, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT";
