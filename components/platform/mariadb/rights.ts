/** Rights that the user of a database always has in it. */
const keptRights = ["SELECT", "DELETE", "DELETE HISTORY", "DROP", "LOCK TABLES", "SHOW VIEW"];

/** Rights to make its files grow: revoked while it has more than its share (rows.ts). */
export const growingRights = ["INSERT", "CREATE", "ALTER", "INDEX", "REFERENCES", "CREATE VIEW"];

/** Rights that make them grow too, and are revoked last: many bin what they delete, and no dump reads triggers without theirs. */
export const changingRights = ["UPDATE", "TRIGGER"];

/** Rights that the user of a database gets when it is made. */
export const givenRights = [...keptRights, ...changingRights, ...growingRights].join(", ");

/**
 * Rights that earlier users also got, and that are revoked. MariaDB keeps routines and events among its own rows, and
 * rows of temporary tables in one file for all: no share counts them, and no dump has them.
 */
export const withdrawnRights = "CREATE TEMPORARY TABLES, CREATE ROUTINE, ALTER ROUTINE, EXECUTE, EVENT";
