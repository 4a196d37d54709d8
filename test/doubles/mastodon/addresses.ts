import type { Id } from "./database.ts";
import type { Settings } from "./settings.ts";
import type { Account } from "./store/accounts.ts";
import { type Media, mediaPath } from "./store/media.ts";
import type { Status } from "./store/statuses.ts";

/** Public addresses of this server. Source: app/lib/activitypub/tag_manager.rb and config/routes.rb, v4.6.5. */
export class Addresses {
  readonly origin: string;
  /** Address of attachments, with a final slash. */
  private readonly files: string;

  constructor({ webDomain, bucket }: Pick<Settings, "webDomain" | "bucket">) {
    this.origin = `https://${webDomain}`;
    this.files = bucket ? `${bucket.publicAddress}${bucket.prefix}` : `${this.origin}/system/`;
  }

  /** The page of an account, for people. */
  profile(account: Pick<Account, "username" | "domain" | "url" | "uri">): string {
    if (account.domain !== null) return account.url ?? account.uri ?? "";
    return `${this.origin}/@${account.username}`;
  }

  /** The actor of an account, for servers. */
  actor(account: Pick<Account, "username" | "domain" | "uri">): string {
    return account.domain === null ? `${this.origin}/users/${account.username}` : (account.uri ?? "");
  }

  note(username: string, id: Id): string {
    return `${this.origin}/users/${username}/statuses/${id}`;
  }

  statusUri(status: Pick<Status, "id" | "uri" | "local">, author: Pick<Account, "username">): string {
    return status.local ? this.note(author.username, status.id) : (status.uri ?? "");
  }

  statusPage(
    status: Pick<Status, "id" | "url" | "uri" | "local">,
    author: Pick<Account, "username">,
  ): string {
    return status.local
      ? `${this.origin}/@${author.username}/${status.id}`
      : (status.url ?? status.uri ?? "");
  }

  tag(name: string): string {
    return `${this.origin}/tags/${encodeURIComponent(name)}`;
  }

  media(media: Media): string {
    return media.remote_url === "" ? `${this.files}${mediaPath(media)}` : media.remote_url;
  }
}
