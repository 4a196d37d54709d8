import type { types } from "@pulumi/kubernetes";

/**
 * A certificate authority that a site trusts beside the system's, as a file of a service's own ConfigMap: where
 * communes certify themselves, or where a proxy of the town hall signs anew what comes from outside.
 */
export const authorityKey = "authority.pem";

/**
 * Variables that lead a program to the authority; none without one. Node adds it to its own. OpenSSL (Ruby's) takes
 * it as the file of authorities, beside the folder of the system's, which Debian fills.
 *
 * @param folder where the ConfigMap is mounted.
 */
export function authorityEnvironment(
  authority: string | undefined,
  folder: string,
): types.input.core.v1.EnvVar[] {
  if (authority === undefined) return [];
  const value = `${folder}/${authorityKey}`;
  return [
    { name: "NODE_EXTRA_CA_CERTS", value },
    { name: "SSL_CERT_FILE", value },
  ];
}
