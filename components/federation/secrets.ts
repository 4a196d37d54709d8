import { secretLabel } from "../foundation/seed/labels.ts";

/** The key that the commune's descriptor is signed with: peers know its public half. */
export const descriptorLabel = secretLabel(
  "federation",
  "signing-key",
  "prepared anew",
  "signs what the commune says of itself to peers, who keep its public half",
);
