import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** Label of the secret that the key of the package repository comes from. */
export const packagesLabel: SecretLabel = {
  service: "schools",
  purpose: "packages-key",
  version: 1,
  rotation: "prepared anew",
  description: "signs packages for workstations, which have its public half",
};
