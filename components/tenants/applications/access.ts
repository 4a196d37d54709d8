/** Readers of what an application shows: everybody, people with an account there, or its administrators. */
export const accesses = ["public", "members", "admins"] as const;
export type Access = (typeof accesses)[number];
