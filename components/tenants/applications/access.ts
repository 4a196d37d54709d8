/** Who may read what an application shows: anybody, who has an account there, or who administers it. */
export const accesses = ["public", "members", "admins"] as const;
export type Access = (typeof accesses)[number];
