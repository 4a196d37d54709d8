import { secretLabel } from "../../foundation/seed/labels.ts";

/** Label of the key that PeerTube keeps for ever: it encrypts second factors. */
export const peertubeKey = secretLabel("peertube", "secret", "never", "encrypts second factors");

/** Label of the first password of the account `root`. */
export const accountLabel = secretLabel(
  "peertube",
  "root-password",
  "by a Job",
  "password of the account root",
);
