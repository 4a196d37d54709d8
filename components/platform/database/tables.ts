/**
 * SQL after `SELECT` and what is asked of each: the tables of a database, `schemaname` and `tablename`. Those of an
 * extension are another version's with another version of it, and are made with it.
 * Source: https://www.postgresql.org/docs/17/catalog-pg-depend.html
 */
export const ownTables = `FROM pg_tables
 WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
   AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND deptype = 'e'
                      AND objid = format('%I.%I', schemaname, tablename)::regclass)`;
