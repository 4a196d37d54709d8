\set ON_ERROR_STOP on
\set password `cat /run/secrets/client/password`
-- The statement below carries the password: it must not reach the server's log, even when it fails.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SELECT format('CREATE ROLE %I LOGIN', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" PASSWORD :'password';
SELECT format('CREATE DATABASE %I', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
\connect :"name"
-- Before anybody else has put anything there.
SELECT __MAKES_EXTENSION__
  FROM unnest(string_to_array(:'extensions', ',')) AS extension WHERE extension <> '' \gexec
ALTER DATABASE :"name" OWNER TO :"name";
