/** Folders on a server's volume, while one database of it comes back from a moment. */
export const momentFolders = {
  /** The whole server as it was then: gone when the one database is out of it. */
  data: "pgdata.moment",
  /** The log that it is brought forward with. */
  log: "moment-wal",
  /** One dump for each database and moment, until it is released. */
  dumps: "moments",
} as const;

/** Files in the folder of dumps. */
export function momentFiles(database: string, moment: string): { dump: string; counts: string } {
  return { dump: `${database}-${moment}.dump`, counts: `${database}-${moment}.counts` };
}

/** A line for each table of a database: its name and how many rows it has. */
export const countRows = `SELECT format('SELECT %L, count(*) FROM ONLY %I.%I', schemaname || '.' || tablename, schemaname, tablename)
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 \\gexec
`;
