import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** Label of the key that PeerTube keeps for ever: it encrypts second factors. */
export const peertubeKey: SecretLabel = {
  service: "peertube",
  purpose: "secret",
  version: 1,
  rotation: "never",
  description: "encrypts second factors",
};

/** Label of the first password of the account `root`. */
export const accountLabel: SecretLabel = {
  service: "peertube",
  purpose: "root-password",
  version: 1,
  rotation: "by a Job",
  description: "password of the account root",
};
