import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** What a service's copies are encrypted with: another version of it opens none of the old ones. */
export function repositoryLabel(service: string): SecretLabel {
  return {
    service,
    purpose: "restore-repository",
    version: 1,
    rotation: "never",
    description: "encrypts the copies in the vaults of others",
  };
}
