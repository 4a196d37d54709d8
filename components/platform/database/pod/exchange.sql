\set ON_ERROR_STOP on
SELECT format('%s-point-%s', :'name', :'point') AS beside, format('%s-before-%s', :'name', :'point') AS aside \gset
SELECT EXISTS (SELECT FROM pg_database WHERE datname = :'beside') AS has_beside,
       EXISTS (SELECT FROM pg_database WHERE datname = :'aside') AS has_aside,
       :'step' = 'prepare' AS prepare, :'step' = 'there' AS there, :'step' = 'back' AS back, :'step' = 'release' AS release \gset
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
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 CONNECTION LIMIT %s', :'beside', rolname, datconnlimit)
  FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = :'name' \gexec
REVOKE ALL ON DATABASE :"beside" FROM PUBLIC;
SELECT format('GRANT %s ON DATABASE %I TO %I', privilege_type, :'beside', rolname)
  FROM pg_database, aclexplode(datacl) AS acl JOIN pg_roles ON pg_roles.oid = acl.grantee
 WHERE datname = :'name' AND acl.grantee <> datdba \gexec
SELECT format('ALTER DATABASE %I SET %I = %s', :'beside', split_part(said, '=', 1),
         CASE WHEN split_part(said, '=', 1) = 'search_path' THEN substr(said, strpos(said, '=') + 1)
              ELSE quote_literal(substr(said, strpos(said, '=') + 1)) END)
  FROM pg_db_role_setting, unnest(setconfig) AS said
 WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = :'name') \gexec
\connect :"name"
SELECT coalesce(string_agg(extname, ','), '') AS installed FROM pg_extension WHERE extname <> 'plpgsql' \gset
\connect :"beside"
SELECT DISTINCT format('CREATE EXTENSION IF NOT EXISTS %I', each)
  FROM unnest(string_to_array(:'extensions', ',') || string_to_array(:'installed', ',')) AS each WHERE each <> '' \gexec
\endif

\if :there
\if :has_aside
\warn __IN_USE_ALREADY__
\quit
\endif
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
BEGIN
  IF goes = aside AND (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = beside) IS DISTINCT FROM '__WHOLE_MARK__' THEN
    RAISE EXCEPTION 'the rows of the point were not brought, or are not whole';
  END IF;
  -- What copies the server comes and goes; nobody else is there.
  FOR try IN 1..30 LOOP
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (name, comes) AND pid <> pg_backend_pid();
    BEGIN
      EXECUTE format('ALTER DATABASE %I RENAME TO %I', name, goes);
      EXECUTE format('ALTER DATABASE %I RENAME TO %I', comes, name);
      RETURN;
    EXCEPTION WHEN object_in_use THEN
      PERFORM pg_sleep(1);
    END;
  END LOOP;
  RAISE EXCEPTION 'somebody uses % all the time: it could not be renamed', name;
END $$;
\endif

\if :release
DROP DATABASE IF EXISTS :"beside" WITH (FORCE);
DROP DATABASE IF EXISTS :"aside" WITH (FORCE);
\endif
