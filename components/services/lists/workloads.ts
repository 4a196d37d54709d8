import type { Workload } from "../../foundation/manifest/labels.ts";

/** Name of the service: its section, its namespace, its database. */
export const listsService = "lists";

/** User and group of Sympa, in the image of local/images: it refuses to run as another. */
export const listsUid = 397;

/** The pods that carry messages: Sympa's programs, what takes mail in and what sends it on. */
export function listsWorkload({ commune }: { commune: string }): Workload {
  return {
    ...{ commune, service: listsService, component: "web", software: "sympa" },
    data: "accounts.messages",
  };
}
