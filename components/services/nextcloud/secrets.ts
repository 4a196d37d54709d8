import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** Label of the first password of the account `admin`. */
export const accountLabel: SecretLabel = {
  service: "nextcloud",
  purpose: "admin-password",
  version: 1,
  rotation: "by a Job",
  description: "password of the account admin",
};

/** Label of the password of the account that changes trusted servers: made there, used by the reconciler. */
export const reconcilerLabel: SecretLabel = {
  service: "nextcloud",
  purpose: "federation-password",
  version: 1,
  rotation: "by itself",
  description: "password of the account that changes trusted servers",
};
