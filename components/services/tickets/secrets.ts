import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** Label of the key that pretix keeps for ever. */
export const ticketsKey: SecretLabel = {
  service: "tickets",
  purpose: "secret-key",
  version: 1,
  rotation: "never",
  description: "signs sessions and links that were sent by mail",
};

/** Label of the password of the commune's account, which is there where nobody logs in with the commune's login. */
export const accountLabel: SecretLabel = {
  service: "tickets",
  purpose: "account-password",
  version: 1,
  rotation: "by itself",
  description: "password of the account that administers ticketing",
};
