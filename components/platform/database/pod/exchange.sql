\set ON_ERROR_STOP on
SELECT format('%s-point-%s', :'name', :'point') AS beside, format('%s-before-%s', :'name', :'point') AS aside \gset
SELECT EXISTS (SELECT FROM pg_database WHERE datname = :'aside') AS has_aside,
       :'step' = 'prepare' AS prepare, :'step' = 'there' AS there, :'step' = 'back' AS back, :'step' = 'release' AS release \gset

\if :there
\if :has_aside
\warn __IN_USE_ALREADY__
\quit
\endif
-- Where there is that role, it alone could write the mark.
SELECT EXISTS (SELECT FROM pg_database, pg_roles WHERE datname = :'beside' AND rolname = datname
                  AND shobj_description(pg_database.oid, 'pg_database') = '__WHOLE_MARK__') AS is_whole \gset
\if :is_whole
\else
DO $$ BEGIN RAISE EXCEPTION 'the rows of the point were not brought, or are not whole'; END $$;
\endif
-- From here on the superuser alone gets in.
ALTER ROLE :"beside" NOLOGIN;
ALTER DATABASE :"beside" OWNER TO CURRENT_USER;
SELECT count(pg_terminate_backend(pid)) AS ended FROM pg_stat_activity WHERE datname = :'beside' \gset
SELECT rolname AS owner FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = :'name' \gset
\connect :"beside"
-- One by one: all of them, with their indexes, may be more locks than one statement gets.
SELECT format('ALTER TABLE %s OWNER TO %I', pg_class.oid::regclass, :'owner')
  FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname = :'beside' AND relkind IN ('r', 'p') \gexec
REASSIGN OWNED BY :"beside" TO :"owner";
DROP OWNED BY :"beside";
\connect postgres
\endif

SELECT set_config('exchange.name', :'name', false), set_config('exchange.beside', :'beside', false),
       set_config('exchange.aside', :'aside', false), set_config('exchange.step', :'step', false) \gset ignored_

\if :prepare
\if :has_aside
\warn __IN_USE_ALREADY__
\quit
\endif
CREATE TEMPORARY TABLE room (bytes bigint);
SELECT format('COPY room FROM PROGRAM %L', 'df --block-size=1 --output=avail ' || current_setting('data_directory') || ' | tail -n 1') \gexec
DO $$
DECLARE
  room bigint := (SELECT bytes FROM room);
  needed bigint := (SELECT pg_database_size(datname) * 1.2 FROM pg_database WHERE datname = current_setting('exchange.name'));
BEGIN
  IF room < needed THEN
    RAISE EXCEPTION 'the volume of the server has % MiB left, and another database beside % takes about % MiB: declare more storage first',
      room / 1048576, current_setting('exchange.name'), needed / 1048576;
  END IF;
END $$;
-- What a run that was cut has left.
DROP DATABASE IF EXISTS :"beside" WITH (FORCE);
DROP ROLE IF EXISTS :"beside";
\set password `printf %s "${LOADER_PASSWORD:-}"`
-- The statement below carries the password: it must not reach the server's log, even when it fails.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
-- Without a password it comes in by the server's own socket alone.
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', :'beside', nullif(:'password', '')) \gexec
-- Nobody gets in while everybody still may.
CREATE DATABASE :"beside" OWNER :"beside" TEMPLATE template0 ALLOW_CONNECTIONS false;
REVOKE ALL ON DATABASE :"beside" FROM PUBLIC;
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', :'beside', rolname)
  FROM pg_database, aclexplode(datacl) AS acl JOIN pg_roles ON pg_roles.oid = acl.grantee
 WHERE datname = :'name' AND acl.grantee <> datdba AND privilege_type = 'CONNECT' AND __COPIES_SERVER__ \gexec
ALTER DATABASE :"beside" ALLOW_CONNECTIONS true;
\connect :"name"
SELECT coalesce(string_agg(extname, ','), '') AS installed FROM pg_extension WHERE extname <> 'plpgsql' \gset
\connect :"beside"
SELECT DISTINCT __MAKES_EXTENSION__
  FROM unnest(string_to_array(:'extensions', ',') || string_to_array(:'installed', ',')) AS extension WHERE extension <> '' \gexec
\endif

\if :back
\if :has_aside
\else
\warn __NOT_EXCHANGED__
\quit
\endif
\endif

SELECT :'step' IN ('there', 'back') AS renames \gset
\if :renames
DO $$
DECLARE
  name text := current_setting('exchange.name');
  beside text := current_setting('exchange.beside');
  aside text := current_setting('exchange.aside');
  goes text := CASE current_setting('exchange.step') WHEN 'there' THEN aside ELSE beside END;
  comes text := CASE current_setting('exchange.step') WHEN 'there' THEN beside ELSE aside END;
  statement text;
BEGIN
  -- What copies the server comes and goes; nobody else is there.
  FOR try IN 1..30 LOOP
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (name, comes) AND pid <> pg_backend_pid();
    BEGIN
      EXECUTE format('ALTER DATABASE %I RENAME TO %I', name, goes);
      EXECUTE format('ALTER DATABASE %I RENAME TO %I', comes, name);
      EXIT;
    EXCEPTION WHEN object_in_use THEN
      IF try = 30 THEN
        RAISE EXCEPTION 'somebody uses % all the time: it could not be renamed', name;
      END IF;
      PERFORM pg_sleep(1);
    END;
  END LOOP;
  IF goes = aside THEN
    -- What was aside has had its own all the time.
    FOR statement IN
      SELECT format('ALTER DATABASE %I OWNER TO %I', name, rolname)
        FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = goes
      UNION ALL SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', name, datconnlimit) FROM pg_database WHERE datname = goes
      UNION ALL
      SELECT format('GRANT %s ON DATABASE %I TO %I', privilege_type, name, rolname)
        FROM pg_database, aclexplode(datacl) AS acl JOIN pg_roles ON pg_roles.oid = acl.grantee
       WHERE datname = goes AND acl.grantee <> datdba
      UNION ALL
      -- A list is kept with quotes around the names that need them: each name is a value of its own.
      SELECT format('ALTER DATABASE %I SET %I = %s', name, setting,
               CASE WHEN setting IN ('search_path', 'temp_tablespaces', 'local_preload_libraries')
                    THEN (SELECT coalesce(string_agg(quote_literal(
                                   CASE WHEN item[1] LIKE '"%' THEN replace(substr(item[1], 2, length(item[1]) - 2), '""', '"')
                                        ELSE item[1] END), ', '), quote_literal(''))
                            FROM regexp_matches(value, '("(?:[^"]|"")*"|[^",[:space:]]+)', 'g') AS item)
                    ELSE quote_literal(value) END)
        FROM pg_db_role_setting, unnest(setconfig) AS said,
             LATERAL (SELECT split_part(said, '=', 1) AS setting, substr(said, strpos(said, '=') + 1) AS value) AS parts
       WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = goes)
    LOOP
      EXECUTE statement;
    END LOOP;
  END IF;
END $$;
\endif

\if :release
DROP DATABASE IF EXISTS :"beside" WITH (FORCE);
DROP DATABASE IF EXISTS :"aside" WITH (FORCE);
DROP ROLE IF EXISTS :"beside";
\endif
