import { secretLabel } from "../../foundation/seed/labels.ts";

/** Label of the key that pretix keeps for ever. */
export const ticketsKey = secretLabel(
  "tickets",
  "secret-key",
  "never",
  "signs sessions and links that were sent by mail",
);

/** Label of the password of the commune's account, which is there where nobody logs in with the commune's login. */
export const accountLabel = secretLabel(
  "tickets",
  "account-password",
  "by itself",
  "password of the account that administers ticketing",
);
