import type { Pool } from "pg";

/** Bits of a role's permissions. Source: app/models/user_role.rb of v4.6.5. */
const flags = [
  "administrator",
  "view_devops",
  "view_audit_log",
  "view_dashboard",
  "manage_reports",
  "manage_federation",
  "manage_settings",
  "manage_blocks",
  "manage_taxonomies",
  "manage_appeals",
  "manage_users",
  "manage_invites",
  "manage_rules",
  "manage_announcements",
  "manage_custom_emojis",
  "manage_webhooks",
  "invite_users",
  "manage_roles",
  "manage_user_access",
  "delete_user_data",
  "view_feeds",
];

function permissions(...names: string[]): number {
  return names.reduce((sum, name) => sum + 2 ** flags.indexOf(name), 0);
}

const moderation = ["invite_users", "view_dashboard", "view_audit_log", "view_feeds", "manage_users"];

/** The roles that a new server has. Source: config/roles.yml and db/seeds of v4.6.5. */
const roles = [
  {
    name: "Moderator",
    position: 10,
    permissions: permissions(...moderation, "manage_reports", "manage_taxonomies"),
  },
  {
    name: "Admin",
    position: 100,
    permissions: permissions(...flags.filter((name) => name !== "administrator" && name !== "view_devops")),
  },
  { name: "Owner", position: 1000, permissions: permissions("administrator") },
];

/** `db:seed`: the role of everyone and the three default ones; what is there stays. */
export async function seed(pool: Pool): Promise<void> {
  await pool.query(
    "INSERT INTO user_roles (id, position, permissions) VALUES (-99, -1, $1) ON CONFLICT DO NOTHING",
    [permissions("invite_users")],
  );
  for (const role of roles) {
    await pool.query(
      `INSERT INTO user_roles (name, position, permissions, highlighted)
       SELECT $1::varchar, $2, $3, true WHERE NOT EXISTS (SELECT FROM user_roles WHERE name = $1)`,
      [role.name, role.position, role.permissions],
    );
  }
}
