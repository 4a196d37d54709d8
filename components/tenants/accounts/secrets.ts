import { secretLabel } from "../../foundation/seed/labels.ts";

/** Label of the key that binds forms of the pages of accounts to a person, and seals the links of invitations. */
export const accountsLabel = secretLabel(
  "accounts",
  "key",
  "by itself",
  "key of the forms and invitations of accounts",
);
