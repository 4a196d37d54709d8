import type { DirectoryPlan } from "./plan.ts";

/** User and group that the directory's pods run as, in the image of local/images. */
export const directoryUid = 389;

/** Mount path of the volume, and the folder of the database in it. */
export const volumeFolder = "/var/lib/ldap";
export const dataFolder = `${volumeFolder}/data`;

/** The socket of who looks after the directory, in its own pod: no password is asked for there. */
export const socket = "ldapi://%2Frun%2Fslapd%2Fldapi";

/**
 * Returns the name that may write every entry: of the Job that makes groups, and of whoever may run a command in the
 * directory's pod.
 */
export function managerOf(plan: Pick<DirectoryPlan, "domain">): string {
  return `cn=manager,${suffixOf(plan)}`;
}

/** Name with which the login looks people up and sets their passwords. It is no entry of the directory. */
export const reader = "cn=login";

/** Name with which the pages of accounts invite people and look after the groups of associations. It is no entry either. */
export const clerk = "cn=accounts";
/** Name with which services that write to a group look up the addresses of its people. It is no entry of the directory. */
export const addressReader = "cn=addresses";

/** Returns the suffix of all entries: `dc=villeurbanne,dc=fr`. */
export function suffixOf({ domain }: Pick<DirectoryPlan, "domain">): string {
  return domain
    .split(".")
    .map((part) => `dc=${part}`)
    .join(",");
}

/** Below what the pages of accounts note which links of invitations were used or are void. */
export const linkNotes = "ou=invitations";

/** Attribute of a person's second factors: the login alone reads and writes it. */
export const secondFactorAttribute = "communeSecondFactor";

/** Attribute of the passwords of a person's telephones, one each: the pages of accounts alone read and write it. */
export const deviceAttribute = "communeDevice";

/** The class of an entry that has some of either. */
export const personClass = "communePerson";

/** A password as slapd.conf includes it. The password is base64url: nothing in it ends the quotation. */
export function passwordLine(password: string): string {
  return `rootpw "${password}"\n`;
}

/** An attribute in LDIF, which is base64 where it is more than printable ASCII (RFC 2849). */
function attribute(name: string, value: string): string {
  return /^[!-9;=-~][ -~]*$/.test(value) && !value.endsWith(" ")
    ? `${name}: ${value}`
    : `${name}:: ${Buffer.from(value).toString("base64")}`;
}

/**
 * The entries that are there before anybody is: where people and groups are, and the groups. One that is there already
 * stays as it is.
 */
export function baseEntries(plan: Pick<DirectoryPlan, "domain" | "name" | "groups">): string {
  const suffix = suffixOf(plan);
  const [dc = ""] = plan.domain.split(".");
  const entries = [
    [`dn: ${suffix}`, "objectClass: dcObject", "objectClass: organization", attribute("dc", dc)].concat(
      attribute("o", plan.name),
    ),
    ...["people", "groups"].map((ou) => [
      `dn: ou=${ou},${suffix}`,
      "objectClass: organizationalUnit",
      `ou: ${ou}`,
    ]),
    ...plan.groups.map((group) => [
      `dn: cn=${group},ou=groups,${suffix}`,
      "objectClass: groupOfNames",
      `cn: ${group}`,
      // A group has at least one member (RFC 4519, 3.5), and this one is nobody.
      "member: cn=nobody",
    ]),
  ];
  return `${entries.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}
