import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { Pool } from "pg";
import type { Id } from "../database.ts";

/** A row of `accounts`. Without a domain it is an account of this server. */
export interface Account {
  id: Id;
  username: string;
  domain: string | null;
  private_key: string | null;
  public_key: string;
  display_name: string;
  note: string;
  uri: string | null;
  url: string | null;
  inbox_url: string;
  shared_inbox_url: string;
  followers_url: string;
  actor_type: string | null;
  locked: boolean;
  suspended_at: Date | null;
  created_at: Date;
}

/** Fields of an account that another server gives. */
export type RemoteAccount = Pick<
  Account,
  | "username"
  | "public_key"
  | "display_name"
  | "note"
  | "inbox_url"
  | "shared_inbox_url"
  | "followers_url"
  | "actor_type"
  | "locked"
> & { domain: string; uri: string; url: string | null };

const columns =
  "id, username, domain, private_key, public_key, display_name, note, uri, url, inbox_url, shared_inbox_url, followers_url, actor_type, locked, suspended_at, created_at";

const representativeId = "-99";

/** Accounts in the database. */
export class AccountStore {
  constructor(private readonly pool: Pool) {}

  findLocal(username: string): Promise<Account | undefined> {
    return this.one("lower(username) = lower($1) AND domain IS NULL", [username]);
  }

  find(id: Id): Promise<Account | undefined> {
    return this.one("id = $1", [id]);
  }

  findByUri(uri: string): Promise<Account | undefined> {
    return this.one("uri = $1", [uri]);
  }

  findRemote(username: string, domain: string): Promise<Account | undefined> {
    return this.one("lower(username) = lower($1) AND lower(domain) = lower($2)", [username, domain]);
  }

  /** A remote account that its server was asked about within a day. Source: Account::STALE_THRESHOLD. */
  findFresh(username: string, domain: string): Promise<Account | undefined> {
    return this.one(
      "lower(username) = lower($1) AND lower(domain) = lower($2) AND updated_at > now() - interval '1 day'",
      [username, domain],
    );
  }

  /**
   * The account of the server itself, made when it is first needed: it signs what no account says.
   * Source: app/models/concerns/account/finder_concern.rb and db/seeds/02_instance_actor.rb.
   */
  async representative(): Promise<Account> {
    const known = await this.find(representativeId);
    if (known) return known;
    const { privateKey, publicKey } = await newSigningKeys();
    await this.pool.query(
      `INSERT INTO accounts (id, username, actor_type, locked, private_key, public_key)
       VALUES ($1, 'mastodon.internal', 'Application', true, $2, $3) ON CONFLICT DO NOTHING`,
      [representativeId, privateKey, publicKey],
    );
    const made = await this.find(representativeId);
    if (!made) throw new Error("the account of the server itself could not be made");
    return made;
  }

  async byIds(ids: Id[]): Promise<Map<Id, Account>> {
    const { rows } = await this.pool.query<Account>(
      `SELECT ${columns} FROM accounts WHERE id = ANY($1::bigint[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  async localNames(): Promise<string[]> {
    const { rows } = await this.pool.query<{ username: string }>(
      "SELECT username FROM accounts WHERE domain IS NULL AND suspended_at IS NULL AND id > 0 ORDER BY id",
    );
    return rows.map(({ username }) => username);
  }

  /** Keeps what another server says; an account that changed its address or its key is the same account. */
  async upsertRemote(account: RemoteAccount): Promise<Account> {
    const names = Object.keys(account);
    const values = Object.values(account);
    const marks = names.map((_, index) => `$${index + 1}`);
    const { rows } = await this.pool.query<Account>(
      `INSERT INTO accounts (${names.join(", ")}) VALUES (${marks.join(", ")})
       ON CONFLICT (lower(username), coalesce(lower(domain), '')) DO UPDATE
       SET ${names.map((name) => `${name} = excluded.${name}`).join(", ")}, updated_at = now()
       RETURNING ${columns}`,
      values,
    );
    const [row] = rows;
    if (!row) throw new Error(`the account ${account.uri} could not be kept`);
    return row;
  }

  async counts(id: Id): Promise<{ followers: number; following: number; statuses: number }> {
    const { rows } = await this.pool.query(
      `SELECT (SELECT count(*) FROM follows WHERE target_account_id = $1)::int AS followers,
              (SELECT count(*) FROM follows WHERE account_id = $1)::int AS following,
              (SELECT count(*) FROM statuses WHERE account_id = $1 AND deleted_at IS NULL)::int AS statuses`,
      [id],
    );
    return rows[0];
  }

  private async one(condition: string, values: unknown[]): Promise<Account | undefined> {
    const { rows } = await this.pool.query<Account>(
      `SELECT ${columns} FROM accounts WHERE ${condition}`,
      values,
    );
    return rows[0];
  }
}

/** `name` here, `name@domain` elsewhere. */
export function acctOf({ username, domain }: Pick<Account, "username" | "domain">): string {
  return domain === null ? username : `${username}@${domain}`;
}

/** The RSA pair that signs what an account sends, in PEM as upstream keeps it. */
async function newSigningKeys(): Promise<{ privateKey: string; publicKey: string }> {
  return promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}
