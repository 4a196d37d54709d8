import { secretLabel } from "../../foundation/seed/labels.ts";

/** Label of the secret that the key of the package repository comes from. */
export const packagesLabel = secretLabel(
  "schools",
  "packages-key",
  "prepared anew",
  "signs packages for workstations, which have its public half",
);
