import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** The label of the password of a service's role. */
export function databasePassword(service: string): SecretLabel {
  const description = "password of the service's role";
  return { service, purpose: "database-password", version: 1, rotation: "by itself", description };
}

/** The label of the password of a server's superuser, `postgres`. */
export function superuserPassword(server: string): SecretLabel {
  const description = "password of the server's superuser";
  return { service: server, purpose: "superuser-password", version: 1, rotation: "by itself", description };
}

/** The label of the password of the role that copies a server. */
export function copyPassword(server: string): SecretLabel {
  const description = "password of the role that copies the server";
  return { service: server, purpose: "keeper-password", version: 1, rotation: "by itself", description };
}
