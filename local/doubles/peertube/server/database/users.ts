import { type Connection, row, rows } from "./connection.ts";

/** A person who can log in. */
export interface UserRow {
  id: number;
  username: string;
  email: string | null;
  role: number;
  blocked: boolean;
  blockedReason: string | null;
  createdAt: Date;
}

const columns = `"id", "username", "email", "role", "blocked", "blockedReason", "createdAt"`;
const roles = ["Administrator", "Moderator", "User"];

export function userRow(on: Connection, id: number): Promise<UserRow | undefined> {
  return row<UserRow>(on, `SELECT ${columns} FROM "user" WHERE "id" = $1`, [id]);
}

/** Everybody with these letters in the name or the address; everybody where there are none. */
export function usersWith(on: Connection, letters: string): Promise<UserRow[]> {
  return rows<UserRow>(
    on,
    `SELECT ${columns} FROM "user" WHERE position(lower($1) IN lower("username")) > 0
       OR position(lower($1) IN lower("email")) > 0 ORDER BY "id" DESC`,
    [letters],
  );
}

/** A user as the API shows it to an administrator. */
export function userJson({ role, ...user }: UserRow) {
  return { ...user, role: { id: role, label: roles[role] } };
}
