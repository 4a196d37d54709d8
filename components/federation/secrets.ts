import type { Label } from "../seed/derive.ts";

/** Password of the account of Nextcloud that changes trusted servers: made there, used by the reconciler. */
export const documentsLabel: Label = { service: "nextcloud", purpose: "federation-password", version: 1 };

/** Token of the commune's account on Mastodon, for follows alone: made there, used by the reconciler. */
export const microblogLabel: Label = { service: "mastodon", purpose: "federation-token", version: 1 };
