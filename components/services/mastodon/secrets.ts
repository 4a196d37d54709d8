import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

function key(purpose: string, description: string): SecretLabel {
  return secretLabel("mastodon", purpose, "never", description);
}

/** Labels of the keys that Mastodon keeps for ever: raising a version loses what the key protects. */
export const mastodonKeys = {
  base: key("secret-key-base", "signs sessions and what is sent by mail"),
  deterministic: key("encryption-deterministic-key", "encrypts columns that are looked up"),
  salt: key("encryption-key-derivation-salt", "of the keys that encrypt columns"),
  primary: key("encryption-primary-key", "encrypts second factors and other columns"),
  vapid: key("vapid", "signs notifications to browsers, which know it"),
} satisfies Record<string, SecretLabel>;

/** Label of the first password of the account that administers the server. */
export const accountLabel = secretLabel(
  "mastodon",
  "owner-password",
  "by a Job",
  "password of the account that administers the server",
);

/** Label of the token of the commune's account, for follows alone: made there, used by the reconciler. */
export const reconcilerLabel = secretLabel(
  "mastodon",
  "federation-token",
  "by itself",
  "token by which the commune's account follows peers",
);
