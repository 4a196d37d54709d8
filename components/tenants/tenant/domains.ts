/** Whether a domain is another one, or below it. */
export function isWithin(domain: string, other: string): boolean {
  return domain === other || domain.endsWith(`.${other}`);
}

/**
 * Names that mail programs, browsers and people take for somebody else's than an association's.
 * Source: RFC 2142, RFC 8461 (mta-sts), and what mail programs ask for by themselves.
 */
export const reservedIds: readonly string[] = [
  ...["www", "mail", "smtp", "imap", "pop", "ftp", "ns", "dns", "wpad"],
  ...["autoconfig", "autodiscover", "mta-sts", "openpgpkey"],
  ...["abuse", "hostmaster", "postmaster", "webmaster", "security", "noc", "support", "info"],
  ...[
    "admin",
    "root",
    "api",
    "connexion",
    "login",
    "portail",
    "compte",
    "comptes",
    "mairie",
    "ville",
    "commune",
  ],
];
