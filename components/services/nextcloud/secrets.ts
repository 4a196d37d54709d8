import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

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

/**
 * Labels of what the installer would draw and keep in config.php, for a Nextcloud without a volume. `secret` encrypts what
 * is stored of people's passwords for other servers; the salt is in old hashes; appdata is below the instance's id.
 */
export const instanceKeys = {
  secret: secretLabel("nextcloud", "instance-secret", "never", "encrypts and signs what it stores"),
  salt: secretLabel("nextcloud", "instance-salt", "never", "salt of hashes"),
  id: secretLabel("nextcloud", "instance-id", "never", "name of the instance in its own folders"),
} satisfies Record<string, SecretLabel>;
