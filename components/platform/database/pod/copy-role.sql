\set ON_ERROR_STOP on
\set password `cat /run/secrets/keeper/password`
-- The statement below carries the password: it must not reach the server's log, even when it fails.
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
SET log_min_duration_statement = -1;
SELECT format('CREATE ROLE %I', :'name')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN REPLICATION PASSWORD :'password';
GRANT pg_read_all_data TO :"name";
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', datname, :'name')
  FROM pg_database WHERE datallowconn AND NOT datistemplate \gexec
