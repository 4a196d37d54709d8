import { secretLabel } from "../../foundation/seed/labels.ts";

/** Label of the first password of the account `admin`. */
export const accountLabel = secretLabel(
  "nextcloud",
  "admin-password",
  "by a Job",
  "password of the account admin",
);

/** Label of the password of the account that changes trusted servers: made there, used by the reconciler. */
export const reconcilerLabel = secretLabel(
  "nextcloud",
  "federation-password",
  "by itself",
  "password of the account that changes trusted servers",
);
