import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** What the pages of accounts bind their forms to a person with, and seal the links of invitations. */
export const accountsLabel: SecretLabel = {
  ...{ service: "accounts", purpose: "key", version: 1, rotation: "by itself" },
  description: "key of the forms and invitations of accounts",
};
