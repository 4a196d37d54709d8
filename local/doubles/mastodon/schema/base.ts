/**
 * The tables of the double at v4.5.9. Names are upstream's (db/schema.rb) where the double keeps the same
 * thing; `commune_double` is the double's own.
 */
export const baseSchema = `
CREATE TABLE commune_double (
  key text PRIMARY KEY,
  value text NOT NULL
);
CREATE TABLE settings (
  id bigserial PRIMARY KEY,
  var varchar NOT NULL UNIQUE,
  value text,
  created_at timestamp(6) DEFAULT now(),
  updated_at timestamp(6) DEFAULT now()
);
CREATE TABLE user_roles (
  id bigserial PRIMARY KEY,
  name varchar NOT NULL DEFAULT '',
  color varchar NOT NULL DEFAULT '',
  position integer NOT NULL DEFAULT 0,
  permissions bigint NOT NULL DEFAULT 0,
  highlighted boolean NOT NULL DEFAULT false,
  created_at timestamp(6) NOT NULL DEFAULT now(),
  updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE accounts (
  id bigserial PRIMARY KEY,
  username varchar NOT NULL,
  domain varchar,
  private_key text,
  public_key text NOT NULL DEFAULT '',
  display_name varchar NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  uri varchar,
  url varchar,
  inbox_url varchar NOT NULL DEFAULT '',
  shared_inbox_url varchar NOT NULL DEFAULT '',
  followers_url varchar NOT NULL DEFAULT '',
  actor_type varchar,
  locked boolean NOT NULL DEFAULT false,
  discoverable boolean,
  indexable boolean NOT NULL DEFAULT false,
  suspended_at timestamp(6),
  created_at timestamp(6) NOT NULL DEFAULT now(),
  updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX index_accounts_on_username_and_domain_lower
  ON accounts (lower(username), coalesce(lower(domain), ''));
CREATE UNIQUE INDEX index_accounts_on_uri ON accounts (uri);
CREATE TABLE users (
  id bigserial PRIMARY KEY,
  email varchar NOT NULL UNIQUE,
  encrypted_password varchar NOT NULL DEFAULT '',
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  role_id bigint REFERENCES user_roles ON DELETE SET NULL,
  approved boolean NOT NULL DEFAULT true,
  disabled boolean NOT NULL DEFAULT false,
  confirmed_at timestamp(6),
  locale varchar,
  chosen_languages varchar[],
  otp_required_for_login boolean NOT NULL DEFAULT false,
  reset_password_token varchar,
  reset_password_sent_at timestamp(6),
  created_at timestamp(6) NOT NULL DEFAULT now(),
  updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE account_moderation_notes (
  id bigserial PRIMARY KEY,
  content text NOT NULL,
  account_id bigint NOT NULL REFERENCES accounts,
  target_account_id bigint NOT NULL REFERENCES accounts,
  created_at timestamp(6) NOT NULL DEFAULT now(),
  updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE statuses (
  id bigserial PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  uri varchar UNIQUE,
  url varchar,
  text text NOT NULL DEFAULT '',
  spoiler_text text NOT NULL DEFAULT '',
  sensitive boolean NOT NULL DEFAULT false,
  language varchar,
  visibility varchar NOT NULL DEFAULT 'public',
  in_reply_to_id bigint REFERENCES statuses ON DELETE SET NULL,
  local boolean NOT NULL DEFAULT true,
  local_only boolean NOT NULL DEFAULT false,
  deleted_at timestamp(6),
  created_at timestamp(6) NOT NULL DEFAULT now(),
  updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE INDEX index_statuses_on_account_id ON statuses (account_id, id);
CREATE TABLE media_attachments (
  id bigserial PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  status_id bigint REFERENCES statuses ON DELETE SET NULL,
  file_file_name varchar,
  file_content_type varchar,
  file_file_size integer,
  remote_url varchar NOT NULL DEFAULT '',
  description text,
  created_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE tags (
  id bigserial PRIMARY KEY,
  name varchar NOT NULL UNIQUE
);
CREATE TABLE statuses_tags (
  status_id bigint NOT NULL REFERENCES statuses ON DELETE CASCADE,
  tag_id bigint NOT NULL REFERENCES tags ON DELETE CASCADE,
  PRIMARY KEY (tag_id, status_id)
);
CREATE TABLE follows (
  id bigserial PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  target_account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
  uri varchar,
  created_at timestamp(6) NOT NULL DEFAULT now(),
  updated_at timestamp(6) NOT NULL DEFAULT now(),
  UNIQUE (account_id, target_account_id)
);
CREATE TABLE follow_requests (LIKE follows INCLUDING DEFAULTS INCLUDING INDEXES);
CREATE SEQUENCE follow_requests_id_seq OWNED BY follow_requests.id;
ALTER TABLE follow_requests
  ALTER COLUMN id SET DEFAULT nextval('follow_requests_id_seq'),
  ADD FOREIGN KEY (account_id) REFERENCES accounts ON DELETE CASCADE,
  ADD FOREIGN KEY (target_account_id) REFERENCES accounts ON DELETE CASCADE;
CREATE TABLE oauth_applications (
  id bigserial PRIMARY KEY,
  name varchar NOT NULL,
  uid varchar NOT NULL UNIQUE,
  secret varchar NOT NULL,
  redirect_uri text NOT NULL,
  scopes varchar NOT NULL DEFAULT '',
  website varchar,
  owner_type varchar,
  owner_id bigint,
  confidential boolean NOT NULL DEFAULT true,
  created_at timestamp(6) NOT NULL DEFAULT now(),
  updated_at timestamp(6) NOT NULL DEFAULT now()
);
CREATE TABLE oauth_access_tokens (
  id bigserial PRIMARY KEY,
  token varchar NOT NULL UNIQUE,
  application_id bigint REFERENCES oauth_applications ON DELETE CASCADE,
  resource_owner_id bigint REFERENCES users ON DELETE CASCADE,
  scopes varchar,
  expires_in integer,
  revoked_at timestamp(6),
  created_at timestamp(6) NOT NULL DEFAULT now()
);
`;
