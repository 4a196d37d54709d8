import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

/** Key that encrypts the cookies of those who are logged in: another version logs everybody out. */
export const sessionKey = secretLabel(
  "login",
  "session-key",
  "by itself",
  "key of the cookies of who is logged in",
);

/** Key with which the login signs its statements about people; services fetch its public half. */
export const signingKey = secretLabel("login", "signing-key", "by itself", "key that the login signs with");

/** Key that encrypts second factors, which are kept: with another key, nobody's would be valid any more. */
export const secondFactorKey = secretLabel(
  "login",
  "second-factor-key",
  "never",
  "key of the second factors in the directory",
);

/** The password by which a service is known to the commune's own login. */
export function clientSecretLabel(service: string): SecretLabel {
  return secretLabel(
    service,
    "login-secret",
    "by itself",
    "password of the service at the commune's own login",
  );
}
