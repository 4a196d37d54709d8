import { choice } from "../../foundation/declaration/choice.ts";

/** Who may read what an application shows: anybody, who has an account there, or who administers it. */
export const accesses = ["public", "members", "admins"] as const;
export type Access = (typeof accesses)[number];

/** The `access:` field of an application. */
export function access() {
  return choice(accesses);
}
