\set ON_ERROR_STOP on
SELECT format('DROP DATABASE %I WITH (FORCE)', datname)
  FROM pg_database WHERE datname = :'name' \gexec
SELECT format('DROP ROLE %I', rolname)
  FROM pg_roles WHERE rolname = :'name' \gexec
