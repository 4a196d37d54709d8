/**
 * Options of every session of the superuser, which come before what the owner of a database has set for sessions in it: no
 * function of theirs is found on its path, and it is itself. They may only make it fail.
 * Source: https://www.postgresql.org/docs/17/libpq-envars.html, PGOPTIONS; https://www.postgresql.org/docs/17/config-setting.html
 */
export const superuserOptions = "-c search_path=pg_catalog -c role=none";

/**
 * SQL: a statement that makes `extension`, a name, in a database where it is missing. It is in the schema `public` unless
 * it has one of its own.
 */
export const makesExtension = `format('CREATE EXTENSION IF NOT EXISTS %I%s', extension,
         CASE WHEN EXISTS (SELECT FROM pg_available_extension_versions AS known WHERE known.name = extension AND schema IS NOT NULL)
              THEN '' ELSE ' SCHEMA public' END)`;

/** SQL: whether a role with a right in an access list, `acl`, is one that copies the server, and reads all of it anyway. */
export const copiesServer = "pg_has_role(acl.grantee, 'pg_read_all_data', 'USAGE')";
