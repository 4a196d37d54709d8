import type { DirectoryPlan } from "./plan.ts";

/** User and group that the directory's pods run as, in the image of local/images. */
export const directoryUid = 389;

/** Folder of the volume with the entries. */
export const dataFolder = "/var/lib/ldap/data";

/** The socket of who looks after the directory, in its own pod: no password is asked for there. */
export const socket = "ldapi://%2Frun%2Fslapd%2Fldapi";

/** Who may write every entry: the Job that makes groups, and whoever may run a command in the directory's pod. */
export function managerOf(plan: Pick<DirectoryPlan, "domain">): string {
  return `cn=manager,${suffixOf(plan)}`;
}

/** Who looks people up and sets their passwords: the login. It is no entry of the directory. */
export const reader = "cn=login";

/** Who looks up the addresses of the people of a group: services that write to them, where there are some. It is no entry of the directory. */
export const addressReader = "cn=addresses";

/** Where all entries are: `dc=villeurbanne,dc=fr`. */
export function suffixOf({ domain }: Pick<DirectoryPlan, "domain">): string {
  return domain
    .split(".")
    .map((part) => `dc=${part}`)
    .join(",");
}

/** Room for entries in the volume, bytes: three quarters of it, since a copy of what is changed needs room too. */
function mapBytes(storageGiB: number): number {
  return Math.floor(storageGiB * 0.75 * 1024 ** 3);
}

/** What a person's second factors are kept in: the login alone reads and writes it. */
export const secondFactorAttribute = "communeSecondFactor";

/** The class of an entry that has some. */
const personClass = "communePerson";

/** Names of the two in LDAP, below an arc that whoever has a UUID may use (ITU-T X.667). */
const arc = "2.25.268712819171929131191931611644986836949";

/**
 * slapd's configuration. Passwords are no part of it: it includes them from files (slapd.conf(5)).
 *
 * An entry has one password, hashed with Argon2 however it comes. Nobody is looked up by a stranger, nobody reads a
 * password, and people change nothing but their own. The login alone reads and writes second factors.
 */
export function slapdConfiguration(
  plan: Pick<DirectoryPlan, "domain" | "storageGiB"> & Partial<Pick<DirectoryPlan, "readers">>,
): string {
  const [suffix, manager] = [suffixOf(plan), managerOf(plan)];
  const isRead = (plan.readers ?? []).length > 0;
  return `${["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`).join("\n")}
attributetype ( ${arc}.1 NAME '${secondFactorAttribute}' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
objectclass ( ${arc}.2 NAME '${personClass}' SUP top AUXILIARY MAY ${secondFactorAttribute} )
modulepath /usr/lib/ldap
${["back_mdb", "refint", "unique", "ppolicy", "argon2"].map((name) => `moduleload ${name}`).join("\n")}

pidfile /run/slapd/slapd.pid
argsfile /run/slapd/slapd.args
loglevel none
threads 4
sizelimit 1000
idletimeout 600
password-hash {ARGON2}
disallow bind_anon
require authc
# Who runs a command in this pod is the manager.
authz-regexp "gidNumber=${directoryUid}[+]uidNumber=${directoryUid},cn=peercred,cn=external,cn=auth" "${manager}"

database config
access to * by * none

database mdb
suffix "${suffix}"
directory ${dataFolder}
maxsize ${mapBytes(plan.storageGiB)}
rootdn "${manager}"
include /run/secrets/directory/manager.conf
index objectClass,uid,mail,member eq
access to attrs=userPassword by dn.exact="${reader}" =xw by self =xw by anonymous auth by * none
access to attrs=${secondFactorAttribute} by dn.exact="${reader}" write by * none
access to attrs=objectClass val.exact="${personClass}" by dn.exact="${reader}" write by self read by * none
${isRead ? addresses(suffix) : ""}access to * by dn.exact="${reader}" read by self read by * none

overlay ppolicy
ppolicy_hash_cleartext
# A name or an address is one person's, and who leaves is in no group.
overlay unique
unique_uri ldap:///?uid?sub
unique_uri ldap:///?mail?sub
overlay refint
refint_attributes member
refint_nothing "cn=nobody"

${whoMayBind(reader, "reader.conf")}${isRead ? `\n${whoMayBind(addressReader, "addresses.conf")}` : ""}`;
}

/** No entry, but somebody who may bind: the password is that of the file, whatever is in the volume. */
function whoMayBind(name: string, file: string): string {
  return `# No entry, but somebody who may bind: the password is that of the file, whatever is in the volume.
database ldif
suffix "${name}"
directory /run/slapd
rootdn "${name}"
include /run/secrets/directory/${file}
access to * by * none
`;
}

/** Who is in a group and the addresses of people may be read by it: no name, and it changes nothing. */
function addresses(suffix: string): string {
  const rest = `by dn.exact="${reader}" read by self read by * none`;
  return `access to dn.subtree="ou=people,${suffix}" attrs=entry,objectClass,mail by dn.exact="${addressReader}" read ${rest}
access to dn.subtree="ou=groups,${suffix}" attrs=entry,objectClass,cn,member by dn.exact="${addressReader}" read ${rest}
`;
}

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
