import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** The label of the password of the server's superuser, `root`, which is set at each start. */
export const rootPassword: SecretLabel = {
  ...{ service: "mariadb", purpose: "root-password", version: 1, rotation: "by itself" },
  description: "password of the server's superuser",
};
