import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** What a commune opens its vaults with: a signature by the key of its descriptor, of which this is the version. */
export const vaultAccessLabel: SecretLabel = {
  service: "recovery",
  purpose: "vault-access",
  version: 1,
  rotation: "by itself",
  description: "opens the vaults where the commune's encrypted copies are; a vault refuses older versions",
};
