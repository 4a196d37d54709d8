import type { Json } from "../../foundation/manifest/pod-template.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import type { Mail } from "../mail/plan.ts";
import type { LoginPlan } from "./plan.ts";

/** Path where people ask for a link by which they choose another password. */
export const resetPath = "/resetpwd";

/** Seconds for which such a link is good. */
const linkSeconds = 3600;

const encryption: Readonly<Record<Mail["encryption"], string>> = {
  starttls: "starttls",
  tls: "ssl",
  none: "",
};

/**
 * Letter to somebody who asked for a link. LemonLDAP::NG writes the link in the place of `$url`, and takes every other
 * `$` for a value of its own.
 */
const linkLetter = ({ host }: LoginPlan) => `Bonjour,

Quelqu’un a demandé un autre mot de passe pour votre compte à https://${host}. Pour le choisir, ouvrez ce lien :

$url

Il est bon une fois, pendant une heure. Si ce n’était pas vous, ignorez ce courriel : rien ne change.
`;

const changedLetter = ({ host }: LoginPlan) => `Bonjour,

Le mot de passe de votre compte à https://${host} vient d’être changé. Si ce n’était pas vous, prévenez la commune tout de suite.
`;

/** The site's own authority beside the system's, as OpenSSL's clients in Perl take them. */
export const authorities = { SSL_ca_file: `/etc/login/${authorityKey}`, SSL_ca_path: "/etc/ssl/certs" };

/** Passwords that people set anew by a letter to their address, where the commune has a relay; no page of it otherwise. */
export function passwordReset(plan: LoginPlan): Json {
  const { mail } = plan;
  if (mail === undefined) return { portalDisplayResetPassword: 0 };
  return {
    portalDisplayResetPassword: 1,
    ...{ SMTPServer: mail.host, SMTPPort: mail.port, SMTPTLS: encryption[mail.encryption] },
    ...(plan.authority !== undefined && { SMTPTLSOpts: authorities }),
    ...(mail.user !== undefined && { SMTPAuthUser: mail.user }),
    ...{ mailFrom: mail.from, mailCharset: "utf-8", mailUrl: `https://${plan.host}${resetPath}` },
    ...{ mailSessionKey: "mail", mailTimeout: linkSeconds },
    // Whoever asks is told the same of every address.
    portalErrorOnMailNotFound: 0,
    ...{ mailConfirmSubject: "Un autre mot de passe", mailConfirmBody: linkLetter(plan) },
    ...{ mailSubject: "Votre mot de passe est changé", mailBody: changedLetter(plan) },
  };
}
