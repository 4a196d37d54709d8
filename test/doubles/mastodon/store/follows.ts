import type { Pool } from "pg";
import type { Id } from "../database.ts";
import type { Account } from "./accounts.ts";

/** Relationship of an account with another one: who follows, and who asked to. */
export interface Relationship {
  id: Id;
  following: boolean;
  requested: boolean;
  followed_by: boolean;
  requested_by: boolean;
}

/** Follows and follow requests in the database. */
export class FollowStore {
  constructor(private readonly pool: Pool) {}

  async add(account: Id, target: Id, uri: string | null): Promise<void> {
    await this.pool.query(
      "INSERT INTO follows (account_id, target_account_id, uri) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
      [account, target, uri],
    );
    await this.pool.query("DELETE FROM follow_requests WHERE account_id = $1 AND target_account_id = $2", [
      account,
      target,
    ]);
  }

  async request(account: Id, target: Id, uri: string): Promise<void> {
    await this.pool.query(
      `INSERT INTO follow_requests (account_id, target_account_id, uri) VALUES ($1, $2, $3)
       ON CONFLICT (account_id, target_account_id) DO UPDATE SET uri = excluded.uri, updated_at = now()`,
      [account, target, uri],
    );
  }

  /** Ends a follow or a request. Tells the address of its activity; undefined when there was none. */
  async remove(account: Id, target: Id): Promise<string | null | undefined> {
    let uri: string | null | undefined;
    for (const table of ["follows", "follow_requests"]) {
      const { rows } = await this.pool.query<{ uri: string | null }>(
        `DELETE FROM ${table} WHERE account_id = $1 AND target_account_id = $2 RETURNING uri`,
        [account, target],
      );
      if (rows[0]) uri = rows[0].uri;
    }
    return uri;
  }

  /** Ends a follow, and leaves a request. Tells the address of its activity; undefined when there was none. */
  async removeFollow(account: Id, target: Id): Promise<string | null | undefined> {
    const { rows } = await this.pool.query<{ uri: string | null }>(
      "DELETE FROM follows WHERE account_id = $1 AND target_account_id = $2 RETURNING uri",
      [account, target],
    );
    return rows[0]?.uri;
  }

  /** Returns the relationships of one account with others. */
  async relationships(account: Id, targets: Id[]): Promise<Relationship[]> {
    const { rows } = await this.pool.query<Relationship>(
      `SELECT t.id::text,
         EXISTS (SELECT FROM follows WHERE account_id = $1 AND target_account_id = t.id) AS following,
         EXISTS (SELECT FROM follow_requests WHERE account_id = $1 AND target_account_id = t.id) AS requested,
         EXISTS (SELECT FROM follows WHERE account_id = t.id AND target_account_id = $1) AS followed_by,
         EXISTS (SELECT FROM follow_requests WHERE account_id = t.id AND target_account_id = $1) AS requested_by
       FROM unnest($2::bigint[]) AS t (id)`,
      [account, targets],
    );
    return rows;
  }

  /** The followers of an account, with what is needed to reach them. */
  async followers(
    target: Id,
  ): Promise<Pick<Account, "id" | "username" | "domain" | "uri" | "inbox_url" | "shared_inbox_url">[]> {
    const { rows } = await this.pool.query(
      `SELECT a.id, a.username, a.domain, a.uri, a.inbox_url, a.shared_inbox_url
       FROM follows f JOIN accounts a ON a.id = f.account_id
       WHERE f.target_account_id = $1 ORDER BY f.id`,
      [target],
    );
    return rows;
  }

  /** The accounts that an account follows. */
  async following(account: Id): Promise<Pick<Account, "username" | "domain" | "uri">[]> {
    const { rows } = await this.pool.query(
      `SELECT a.username, a.domain, a.uri FROM follows f JOIN accounts a ON a.id = f.target_account_id
       WHERE f.account_id = $1 ORDER BY f.id`,
      [account],
    );
    return rows;
  }
}
