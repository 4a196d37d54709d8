import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import type { Id } from "../database.ts";
import { type Account, AccountStore } from "./accounts.ts";

/** The sender of a request, by its token. A token of an application alone has no account. */
export interface Bearer {
  scopes: string[];
  application: Id | null;
  account: Account | undefined;
}

/** An application that may ask for tokens. */
export interface Application {
  id: Id;
  name: string;
  uid: string;
  secret: string;
  redirect_uri: string;
  scopes: string;
  website: string | null;
}

/** OAuth applications and tokens in the database, in clear, as upstream keeps them. */
export class TokenStore {
  constructor(private readonly pool: Pool) {}

  /** The owner of a token that is still good. */
  async bearer(token: string): Promise<Bearer | undefined> {
    const { rows } = await this.pool.query(
      `SELECT t.scopes, t.application_id, u.account_id
       FROM oauth_access_tokens t
       LEFT JOIN users u ON u.id = t.resource_owner_id
       LEFT JOIN accounts a ON a.id = u.account_id
       WHERE t.token = $1 AND t.revoked_at IS NULL
         AND (t.expires_in IS NULL OR t.created_at + t.expires_in * interval '1 second' > now())
         AND (t.resource_owner_id IS NULL
           OR (NOT u.disabled AND u.approved AND u.confirmed_at IS NOT NULL AND a.suspended_at IS NULL))`,
      [token],
    );
    const [row] = rows;
    if (!row) return undefined;
    const account =
      row.account_id === null ? undefined : await new AccountStore(this.pool).find(row.account_id);
    return { scopes: (row.scopes ?? "").split(" "), application: row.application_id, account };
  }

  async register(
    app: Pick<Application, "name" | "redirect_uri" | "scopes" | "website">,
  ): Promise<Application> {
    const { rows } = await this.pool.query<Application>(
      `INSERT INTO oauth_applications (name, uid, secret, redirect_uri, scopes, website)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING *`,
      [app.name, secret(), secret(), app.redirect_uri, app.scopes, app.website],
    );
    const [row] = rows;
    if (!row) throw new Error("the application could not be kept");
    return row;
  }

  async application(uid: string, password: string): Promise<Application | undefined> {
    const { rows } = await this.pool.query<Application>(
      "SELECT * FROM oauth_applications WHERE uid = $1 AND secret = $2",
      [uid, password],
    );
    return rows[0];
  }

  /** A token of the application itself. */
  async issue(application: Id, scopes: string): Promise<string> {
    const token = secret();
    await this.pool.query(
      "INSERT INTO oauth_access_tokens (token, application_id, scopes) VALUES ($1, $2, $3)",
      [token, application, scopes],
    );
    return token;
  }
}

function secret(): string {
  return randomBytes(32).toString("base64url");
}

const kinds = {
  read: "accounts blocks bookmarks favourites filters follows lists mutes notifications search statuses me",
  write:
    "accounts blocks bookmarks conversations favourites filters follows lists media mutes notifications reports statuses",
  "admin:read":
    "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks",
  "admin:write":
    "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks",
};

/** Every scope that an application may have. Source: config/initializers/doorkeeper.rb. */
export const knownScopes: string[] = [
  ...Object.entries(kinds).flatMap(([kind, parts]) => [
    kind,
    ...parts.split(" ").map((part) => `${kind}:${part}`),
  ]),
  ...["profile", "follow", "push"],
];

/** Whether scopes that were given cover one that is needed: `write` covers `write:statuses`, `follow` all follows. */
export function covers(given: string[], needed: string): boolean {
  return (
    given.includes(needed) ||
    given.includes(needed.replace(/:.*/, "")) ||
    (needed.endsWith(":follows") && given.includes("follow"))
  );
}
