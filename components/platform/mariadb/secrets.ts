import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

/** The label of the password of a server's superuser, `root`, which is set at each start. */
export function rootPassword(server: string): SecretLabel {
  const description = "password of the server's superuser";
  return secretLabel(server, "root-password", "by itself", description);
}
