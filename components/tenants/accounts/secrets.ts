import { secretLabel } from "../../foundation/seed/labels.ts";

/** What the pages of accounts bind their forms to a person with, and seal the links of invitations. */
export const accountsLabel = secretLabel(
  "accounts",
  "key",
  "by itself",
  "key of the forms and invitations of accounts",
);
