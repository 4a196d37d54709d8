import type { Label } from "../seed/derive.ts";

/** Labels of the keys that Mastodon keeps for ever: raising a version loses what the key protects. */
export const mastodonKeys = {
  base: { service: "mastodon", purpose: "secret-key-base", version: 1 },
  deterministic: { service: "mastodon", purpose: "encryption-deterministic-key", version: 1 },
  salt: { service: "mastodon", purpose: "encryption-key-derivation-salt", version: 1 },
  primary: { service: "mastodon", purpose: "encryption-primary-key", version: 1 },
  vapid: { service: "mastodon", purpose: "vapid", version: 1 },
} satisfies Record<string, Label>;
