import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

/** The key that signs what opens a commune's vaults: hosts know its public half, and no pod has it. */
export const vaultKeyLabel = secretLabel(
  "recovery",
  "vault-key",
  "prepared anew",
  "signs the passwords of the commune's vaults, whose hosts keep its public half",
);

/** What a commune opens its vaults with: signatures by the key of its vaults, of which this is the version. */
export const vaultAccessLabel = secretLabel(
  "recovery",
  "vault-access",
  "by itself",
  "opens the vaults where the commune's encrypted copies are; a vault refuses older versions",
);

/** What the repositories of a service's copies are encrypted with: no host of a vault ever sees it. */
export function repositoryPassword(service: string): SecretLabel {
  return secretLabel(service, "restore-repository", "never", "encrypts the copies in the vaults of others");
}
