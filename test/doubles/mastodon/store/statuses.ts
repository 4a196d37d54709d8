import type { Pool, PoolClient } from "pg";
import { type Id, transaction } from "../database.ts";

export type Visibility = "public" | "unlisted" | "private" | "direct";

/** A row of `statuses`, with the names of its tags. */
export interface Status {
  id: Id;
  account_id: Id;
  /** Address in ActivityPub; none yet for the posts of this server, whose address follows from the id. */
  uri: string | null;
  url: string | null;
  text: string;
  spoiler_text: string;
  sensitive: boolean;
  language: string | null;
  visibility: Visibility;
  in_reply_to_id: Id | null;
  local: boolean;
  created_at: Date;
  tags: string[];
}

/** Fields of a new post. */
export interface NewStatus {
  account_id: Id;
  text: string;
  visibility: Visibility;
  local: boolean;
  uri?: string;
  url?: string | null;
  spoiler_text?: string;
  sensitive?: boolean;
  language?: string | null;
  in_reply_to_id?: Id | null;
  created_at?: Date;
  tags: string[];
  media?: Id[];
}

/** Filters of a timeline, whose posts are newest first. */
export interface TimelineOptions {
  local?: boolean | undefined;
  remote?: boolean | undefined;
  tag?: string | undefined;
  account?: Id | undefined;
  ids?: Id[] | undefined;
  limit: number;
  maxId?: string | undefined;
  sinceId?: string | undefined;
}

/**
 * Posts in the database. The code of each release reads a column that the other does not have, so that
 * running it against a schema of the wrong phase fails as it would upstream.
 */
export class StatusStore {
  private readonly releaseColumn: string;

  constructor(
    private readonly pool: Pool,
    version: string,
  ) {
    this.releaseColumn = version.startsWith("4.5.") ? "local_only" : "quote_approval_policy";
  }

  async create(status: NewStatus): Promise<Status> {
    const id = await transaction(this.pool, (client) => this.insert(client, status));
    const created = await this.find(id);
    if (!created) throw new Error(`the status ${id} is gone`);
    return created;
  }

  async find(id: Id): Promise<Status | undefined> {
    if (!/^\d{1,18}$/.test(id)) return undefined;
    return (await this.select("s.id = $1", [id], 1))[0];
  }

  async findByUri(uri: string): Promise<Status | undefined> {
    return (await this.select("s.uri = $1", [uri], 1))[0];
  }

  async remove(id: Id): Promise<void> {
    await this.pool.query("UPDATE statuses SET deleted_at = now(), updated_at = now() WHERE id = $1", [id]);
  }

  async timeline(options: TimelineOptions): Promise<Status[]> {
    const conditions = ["true"];
    const values: unknown[] = [];
    const add = (condition: string, value: unknown) => {
      values.push(value);
      conditions.push(condition.replace("?", `$${values.length}`));
    };
    if (options.ids) add("s.id = ANY(?::bigint[])", options.ids);
    else add("s.visibility = ANY(?)", options.account ? ["public", "unlisted"] : ["public"]);
    if (options.account) add("s.account_id = ?", options.account);
    if (options.local) add("s.local = ?", true);
    if (options.remote) add("s.local = ?", false);
    if (options.maxId) add("s.id < ?", options.maxId);
    if (options.sinceId) add("s.id > ?", options.sinceId);
    if (options.tag) {
      add(
        "EXISTS (SELECT FROM statuses_tags st JOIN tags g ON g.id = st.tag_id WHERE st.status_id = s.id AND g.name = ?)",
        options.tag.toLowerCase(),
      );
    }
    return this.select(conditions.join(" AND "), values, options.limit);
  }

  private async select(condition: string, values: unknown[], limit: number): Promise<Status[]> {
    const { rows } = await this.pool.query<Status>(
      `SELECT s.id, s.account_id, s.uri, s.url, s.text, s.spoiler_text, s.sensitive, s.language, s.visibility,
         s.in_reply_to_id, s.local, s.created_at, s.${this.releaseColumn},
         ARRAY(SELECT g.name FROM statuses_tags st JOIN tags g ON g.id = st.tag_id
               WHERE st.status_id = s.id ORDER BY g.name) AS tags
       FROM statuses s WHERE s.deleted_at IS NULL AND ${condition}
       ORDER BY s.id DESC LIMIT ${Math.trunc(limit)}`,
      values,
    );
    return rows;
  }

  private async insert(client: PoolClient, status: NewStatus): Promise<Id> {
    const { rows } = await client.query<{ id: Id }>(
      `INSERT INTO statuses (account_id, uri, url, text, spoiler_text, sensitive, language, visibility,
         in_reply_to_id, local, created_at, ${this.releaseColumn})
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, now()), DEFAULT)
       RETURNING id`,
      [
        status.account_id,
        status.uri ?? null,
        status.url ?? null,
        status.text,
        status.spoiler_text ?? "",
        status.sensitive ?? false,
        status.language ?? null,
        status.visibility,
        status.in_reply_to_id ?? null,
        status.local,
        status.created_at?.toISOString() ?? null,
      ],
    );
    const id = rows[0]?.id ?? "";
    for (const tag of status.tags) {
      await client.query("INSERT INTO tags (name) VALUES ($1) ON CONFLICT DO NOTHING", [tag]);
      await client.query(
        "INSERT INTO statuses_tags SELECT $1, id FROM tags WHERE name = $2 ON CONFLICT DO NOTHING",
        [id, tag],
      );
    }
    if (status.media?.length) {
      await client.query(
        "UPDATE media_attachments SET status_id = $1 WHERE id = ANY($2::bigint[]) AND account_id = $3 AND status_id IS NULL",
        [id, status.media, status.account_id],
      );
    }
    return id;
  }
}

/** The tags in a text, lower case, each once. */
export function tagsIn(text: string): string[] {
  const found = [...text.matchAll(/(?<![\p{L}\p{N}_/])#([\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*)/gu)];
  return [...new Set(found.map(([, name = ""]) => name.toLowerCase()))];
}
