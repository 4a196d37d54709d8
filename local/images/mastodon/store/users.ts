import { randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import type { Pool } from "pg";
import { type Id, transaction } from "../database.ts";
import { Refusal } from "../refusal.ts";
import { newSigningKeys } from "./accounts.ts";

/** What makes a new user of this server. */
export interface NewUser {
  username: string;
  email: string;
  password: string;
  role: Id | null;
  confirmed: boolean;
  approved: boolean;
}

const derive = promisify<string, string, number, Buffer>(scrypt);

/** The users of this server: an account with a way to sign in. Upstream hashes with bcrypt. */
export class UserStore {
  constructor(private readonly pool: Pool) {}

  /** The id of a role by name. Throws Refusal in upstream's words. */
  async role(name: string): Promise<Id> {
    const { rows } = await this.pool.query<{ id: Id }>("SELECT id FROM user_roles WHERE name = $1", [name]);
    if (rows[0]) return rows[0].id;
    throw new Refusal("Cannot find user role with that name");
  }

  /** Throws Refusal with upstream's list of failures. */
  async create(user: NewUser): Promise<void> {
    const problems = await this.problems(user);
    if (problems.length > 0) throw new Refusal(failures(problems));
    const keys = await newSigningKeys();
    const password = await hashed(user.password);
    await transaction(this.pool, async (client) => {
      const { rows } = await client.query<{ id: Id }>(
        "INSERT INTO accounts (username, private_key, public_key) VALUES ($1, $2, $3) RETURNING id",
        [user.username, keys.privateKey, keys.publicKey],
      );
      await client.query(
        `INSERT INTO users (email, encrypted_password, account_id, role_id, approved, confirmed_at)
         VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN now() END)`,
        [user.email.toLowerCase(), password, rows[0]?.id, user.role, user.approved, user.confirmed],
      );
    });
  }

  /** Changes the user of a local account. Throws Refusal when there is none. */
  async modify(username: string, changes: Record<string, unknown>): Promise<void> {
    const { rows } = await this.pool.query<{ id: Id }>(
      `SELECT u.id FROM users u JOIN accounts a ON a.id = u.account_id
       WHERE lower(a.username) = lower($1) AND a.domain IS NULL`,
      [username],
    );
    if (!rows[0]) throw new Refusal("No user with such username");
    for (const [name, value] of Object.entries(changes)) {
      await this.pool.query(`UPDATE users SET ${name} = $1, updated_at = now() WHERE id = $2`, [
        value,
        rows[0].id,
      ]);
    }
  }

  private async problems({ username, email }: NewUser): Promise<string[]> {
    const problems: string[] = [];
    const taken = await this.pool.query(
      "SELECT FROM accounts WHERE lower(username) = lower($1) AND domain IS NULL",
      [username],
    );
    if (!/^[a-z0-9_]{1,30}$/i.test(username)) {
      problems.push("Account username: must contain only letters, numbers and underscores");
    }
    if (taken.rows.length > 0) problems.push("Account username: has already been taken");
    const known = await this.pool.query("SELECT FROM users WHERE email = lower($1)", [email]);
    if (known.rows.length > 0) problems.push("Email: has already been taken");
    if (!/^[^@\s]+@[^@\s]+$/.test(email)) problems.push("Email: is invalid");
    return problems;
  }
}

/** How a password is kept. The Ruby side writes the same form. */
export async function hashed(password: string): Promise<string> {
  const salt = randomBytes(16).toString("hex");
  return `scrypt$${salt}$${(await derive(password, salt, 32)).toString("hex")}`;
}

function failures(problems: string[]): string {
  const lines = problems.map((problem) => `   ${problem}`).join("\n");
  return `Failure/Error: \n${lines}`;
}
