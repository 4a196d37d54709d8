import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

/** What encrypts the cookies of those who are logged in: another version logs everybody out. */
export const sessionKey = secretLabel(
  "login",
  "session-key",
  "by itself",
  "key of the cookies of who is logged in",
);

/** What the login signs what it says of people with; services fetch its public half. */
export const signingKey = secretLabel("login", "signing-key", "by itself", "key that the login signs with");

/** What encrypts second factors, which are kept: with another, nobody's would be right any more. */
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
