/** Whether a domain equals another one, or is below it. */
export function isWithin(domain: string, other: string): boolean {
  return domain === other || domain.endsWith(`.${other}`);
}

/**
 * Names that mail programs, browsers and people do not expect to be an association's. Source: RFC 2142, RFC 8461
 * (mta-sts), and names that mail programs look up automatically.
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
