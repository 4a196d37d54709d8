import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** What encrypts the cookies of those who are logged in: another version logs everybody out. */
export const sessionKey: SecretLabel = {
  ...{ service: "login", purpose: "session-key", version: 1, rotation: "by itself" },
  description: "key of the cookies of who is logged in",
};

/** What the login signs what it says of people with; services fetch its public half. */
export const signingKey: SecretLabel = {
  ...{ service: "login", purpose: "signing-key", version: 1, rotation: "by itself" },
  description: "key that the login signs with",
};

/** What encrypts second factors, which are kept: with another, nobody's would be right any more. */
export const secondFactorKey: SecretLabel = {
  ...{ service: "login", purpose: "second-factor-key", version: 1, rotation: "never" },
  description: "key of the second factors in the directory",
};

/** The password by which a service is known to the commune's own login. */
export function clientSecretLabel(service: string): SecretLabel {
  return {
    ...{ service, purpose: "login-secret", version: 1, rotation: "by itself" },
    description: "password of the service at the commune's own login",
  };
}
