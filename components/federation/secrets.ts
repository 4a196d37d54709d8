import type { SecretLabel } from "../foundation/seed/labels.ts";

/** The key that the commune's descriptor is signed with: peers know its public half. */
export const descriptorLabel: SecretLabel = {
  service: "federation",
  purpose: "signing-key",
  version: 1,
  rotation: "prepared anew",
  description: "signs what the commune says of itself to peers, who keep its public half",
};
