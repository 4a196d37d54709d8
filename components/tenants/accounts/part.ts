import type { Part } from "../../foundation/part/part.ts";
import { clerkPassword } from "../../platform/directory/secrets.ts";
import type { AccountsPlan } from "./plan.ts";
import { accountsLabel } from "./secrets.ts";

const labels = [accountsLabel, clerkPassword];

/** The pages on which people see their account. */
export const accountsPart: Part<{ accounts?: AccountsPlan | undefined }> = {
  labels,
  secrets: ({ accounts }) => (accounts ? labels : []),
};
