import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

/** Label of the key that signs the passwords of a commune's vaults: hosts know its public half, and no pod has it. */
export const vaultKeyLabel = secretLabel(
  "recovery",
  "vault-key",
  "prepared anew",
  "signs the passwords of the commune's vaults, whose hosts keep its public half",
);

/** Label whose version the passwords of a commune's vaults have; the key of its vaults signs them. */
export const vaultAccessLabel = secretLabel(
  "recovery",
  "vault-access",
  "by itself",
  "opens the vaults where the commune's encrypted copies are; a vault refuses older versions",
);

/** Label of the password that encrypts the repositories of a service's copies: no host of a vault ever sees it. */
export function repositoryPassword(service: string): SecretLabel {
  return secretLabel(service, "restore-repository", "never", "encrypts the copies in the vaults of others");
}
