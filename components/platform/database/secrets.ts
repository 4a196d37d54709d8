import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

/** The label of the password of a service's role. */
export function databasePassword(service: string): SecretLabel {
  const description = "password of the service's role";
  return secretLabel(service, "database-password", "by itself", description);
}

/** The label of the password of a server's superuser, `postgres`. */
export function superuserPassword(server: string): SecretLabel {
  const description = "password of the server's superuser";
  return secretLabel(server, "superuser-password", "by itself", description);
}

/** The label of the password of the role that copies a server. */
export function copyPassword(server: string): SecretLabel {
  const description = "password of the role that copies the server";
  return secretLabel(server, "keeper-password", "by itself", description);
}
