import type { Label } from "../seed/derive.ts";

/** Label of the key that PeerTube keeps for ever: it encrypts second factors. */
export const peertubeKey: Label = { service: "peertube", purpose: "secret", version: 1 };
