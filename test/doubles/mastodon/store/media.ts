import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Pool } from "pg";
import { type Id, transaction } from "../database.ts";
import type { Files } from "./files.ts";

/** A row of `media_attachments`. */
export interface Media {
  id: Id;
  account_id: Id;
  status_id: Id | null;
  file_file_name: string | null;
  file_content_type: string | null;
  file_file_size: number | null;
  remote_url: string;
  description: string | null;
}

/** Types that Mastodon takes, and the extension that it gives. Source: app/models/media_attachment.rb, v4.6.5. */
const extensions: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/avif": "avif",
  "image/heic": "heic",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "video/quicktime": "mov",
  "audio/mpeg": "mp3",
  "audio/ogg": "oga",
  "audio/wav": "wav",
  "audio/flac": "flac",
  "audio/mp4": "m4a",
};

export const acceptedTypes = Object.keys(extensions);

/** Uploads: a row each, and the bytes as they came. */
export class MediaStore {
  constructor(
    private readonly pool: Pool,
    private readonly files: Files,
  ) {}

  /**
   * Keeps an upload. Its bytes are written before the row is committed: none has a row alone, and bytes without a row are
   * left where the commit fails. Source: `after_save` in lib/paperclip/has_attached_file.rb of kreeti/kt-paperclip.
   */
  async create(account: Id, file: File, description: string | null): Promise<Media> {
    const name = `${randomBytes(8).toString("hex")}.${extensions[file.type] ?? "bin"}`;
    const bytes = new Uint8Array(await file.arrayBuffer());
    return transaction(this.pool, async (client) => {
      const { rows } = await client.query<Media>(
        `INSERT INTO media_attachments (account_id, file_file_name, file_content_type, file_file_size, description)
         VALUES ($1, $2, $3, $4, $5) RETURNING *`,
        [account, name, file.type, file.size, description],
      );
      const [row] = rows;
      if (!row) throw new Error("the attachment could not be kept");
      await this.files.write(mediaPath(row), bytes, file.type);
      return row;
    });
  }

  /** Attachments of another server's post: their addresses only, never their bytes. */
  async createRemote(account: Id, status: Id, url: string, type: string | null): Promise<void> {
    await this.pool.query(
      "INSERT INTO media_attachments (account_id, status_id, file_content_type, remote_url) VALUES ($1, $2, $3, $4)",
      [account, status, type, url],
    );
  }

  async find(id: Id, account: Id): Promise<Media | undefined> {
    const { rows } = await this.pool.query<Media>(
      "SELECT * FROM media_attachments WHERE id = $1 AND account_id = $2",
      [id, account],
    );
    return rows[0];
  }

  async ofStatuses(ids: Id[]): Promise<Map<Id, Media[]>> {
    const { rows } = await this.pool.query<Media>(
      "SELECT * FROM media_attachments WHERE status_id = ANY($1::bigint[]) ORDER BY id",
      [ids],
    );
    const byStatus = new Map<Id, Media[]>();
    for (const row of rows) {
      const status = row.status_id ?? "";
      byStatus.set(status, [...(byStatus.get(status) ?? []), row]);
    }
    return byStatus;
  }

  /**
   * Removes the attachments of a deleted post: rows, then bytes, which stay for ever if that fails.
   * Source: `after_commit on: :destroy` in lib/paperclip/has_attached_file.rb of kreeti/kt-paperclip.
   */
  async removeOf(status: Id): Promise<void> {
    const { rows } = await this.pool.query<Media>(
      "DELETE FROM media_attachments WHERE status_id = $1 RETURNING *",
      [status],
    );
    for (const row of rows) await this.files.remove(mediaPath(row));
  }
}

/** Path of a file below `public/system`, in upstream's way: the id in groups of three digits. */
export function mediaPath({ id, file_file_name }: Pick<Media, "id" | "file_file_name">): string {
  const digits = id.padStart(18, "0").match(/.{3}/g) ?? [];
  return join("media_attachments", "files", ...digits, "original", file_file_name ?? "");
}

/** The kind of an attachment in the API. */
export function mediaKind(type: string | null): "image" | "video" | "audio" | "unknown" {
  const kind = type?.replace(/\/.*/, "");
  return kind === "image" || kind === "video" || kind === "audio" ? kind : "unknown";
}
