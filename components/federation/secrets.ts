import { secretLabel } from "../foundation/seed/labels.ts";

/** Label of the key that signs the commune's descriptor: peers know its public half. */
export const descriptorLabel = secretLabel(
  "federation",
  "signing-key",
  "prepared anew",
  "signs what the commune says of itself to peers, who keep its public half",
);
