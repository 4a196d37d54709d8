import { agentsGroup, type DirectoryPlan } from "./plan.ts";

/** User and group that the directory's pods run as, in the image of local/images. */
export const directoryUid = 389;

/** Where the volume is, and the database in it. */
export const volumeFolder = "/var/lib/ldap";
export const dataFolder = `${volumeFolder}/data`;

/** The socket of who looks after the directory, in its own pod: no password is asked for there. */
export const socket = "ldapi://%2Frun%2Fslapd%2Fldapi";

/** Who may write every entry: the Job that makes groups, and whoever may run a command in the directory's pod. */
export function managerOf(plan: Pick<DirectoryPlan, "domain">): string {
  return `cn=manager,${suffixOf(plan)}`;
}

/** Who looks people up and sets their passwords: the login. It is no entry of the directory. */
export const reader = "cn=login";

/** Who invites people and looks after the groups of associations: the pages of accounts. It is no entry either. */
export const clerk = "cn=accounts";
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

/** Below what the pages of accounts note which links of invitations were used or are void. */
export const linkNotes = "ou=invitations";

/** What a person's second factors are kept in: the login alone reads and writes it. */
export const secondFactorAttribute = "communeSecondFactor";

/** What passwords of a person's telephones are kept in, one each: the pages of accounts alone read and write it. */
export const deviceAttribute = "communeDevice";

/** The class of an entry that has some of either. */
export const personClass = "communePerson";

/** Names of these in LDAP, below an arc that whoever has a UUID may use (ITU-T X.667). */
const arc = "2.25.268712819171929131191931611644986836949";

/**
 * What the pages of accounts may do. They find people by name and address, make an entry, change how somebody is called,
 * remove an entry, say who is in the groups of associations, and note which links are void, which nobody else sees.
 *
 * They read no password and no second factor, and set none. Of who works for the commune they change telephones alone; the
 * group of these they may ask about and not list. An address is given once, to an entry that has none and no password: whoever could change one
 * could have a letter for another password sent to it. Source: slapd.access(5), OpenLDAP 2.6.
 */
function clerkAccess(suffix: string): string {
  const [people, groups, notes] = [`ou=people,${suffix}`, `ou=groups,${suffix}`, `${linkNotes},${suffix}`];
  const begun = `dn.onelevel="${people}" filter="(!(|(mail=*)(userPassword=*)))"`;
  const others = `by dn.exact="${reader}" read by self read by * none`;
  // The first that holds counts: of agents it only reads.
  const mayWrite = (rights: string) =>
    `by dn.exact="${clerk}" set="[cn=${agentsGroup},${groups}]/member & this" read by dn.exact="${clerk}" ${rights} ${others}`;
  return `# What is in an entry that is added is looked at as what is added to one.
add_content_acl on
access to dn.base="${people}" attrs=children by dn.exact="${clerk}" write by * none
access to ${begun} attrs=entry ${mayWrite("write")}
access to ${begun} attrs=uid,mail ${mayWrite("=arscx")}
access to ${begun} attrs=objectClass val.exact="inetOrgPerson" ${mayWrite("=arscx")}
# A name to log in with is not changed, which takes the right to add an entry beside that to remove it.
access to dn.onelevel="${people}" attrs=entry ${mayWrite("=zrscxd")}
access to dn.onelevel="${people}" attrs=cn,givenName,sn ${mayWrite("write")}
access to dn.onelevel="${people}" attrs=uid,mail,objectClass,createTimestamp by dn.exact="${clerk}" read ${others}
access to dn.regex="^cn=t-[a-z0-9-]+-(members|admins),${groups}$" attrs=member by dn.exact="${clerk}" write ${others}
access to dn.onelevel="${groups}" attrs=member by dn.exact="${clerk}" search ${others}
access to dn.onelevel="${groups}" attrs=entry,cn,objectClass by dn.exact="${clerk}" read ${others}
access to dn.base="${people}" attrs=entry by dn.exact="${clerk}" search ${others}
access to dn.base="${groups}" attrs=entry by dn.exact="${clerk}" search ${others}
# The place of notes is made by who writes them: an older copy of the directory has none.
access to dn.base="${suffix}" attrs=children by dn.exact="${clerk}" write ${others}
access to dn.base="${notes}" attrs=objectClass val.exact="organizationalUnit" by dn.exact="${clerk}" write by * none
access to dn.base="${notes}" attrs=entry,children,ou by dn.exact="${clerk}" write by * none
access to dn.onelevel="${notes}" attrs=objectClass val.exact="applicationProcess" by dn.exact="${clerk}" write by * none
access to dn.onelevel="${notes}" attrs=objectClass by dn.exact="${clerk}" read by * none
access to dn.onelevel="${notes}" attrs=entry,cn,description,modifyTimestamp by dn.exact="${clerk}" write by * none
`;
}

/** Somebody who may bind and is no entry: the password is that of the file, whatever is in the volume. */
function binder(dn: string, file: string): string {
  return `database ldif
suffix "${dn}"
directory /run/slapd
rootdn "${dn}"
include /run/secrets/directory/${file}
access to * by * none
`;
}

/**
 * slapd's configuration. Passwords are no part of it: it includes them from files (slapd.conf(5)).
 *
 * An entry has one password, hashed with Argon2 however it comes. Nobody is looked up by a stranger, nobody reads a
 * password, and people change nothing but their own. The login alone reads and writes second factors, and the pages of
 * accounts alone what telephones are known by.
 */
export function slapdConfiguration(
  plan: Pick<DirectoryPlan, "domain" | "storageGiB"> &
    Partial<Pick<DirectoryPlan, "hasAccounts" | "readers">>,
): string {
  const [suffix, manager] = [suffixOf(plan), managerOf(plan)];
  const isRead = (plan.readers ?? []).length > 0;
  return `${["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`).join("\n")}
attributetype ( ${arc}.1 NAME '${secondFactorAttribute}' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
# Also where no pages of accounts write it any more: a copy of before is read with it.
attributetype ( ${arc}.3 NAME '${deviceAttribute}' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )
objectclass ( ${arc}.2 NAME '${personClass}' SUP top AUXILIARY MAY ( ${secondFactorAttribute} $ ${deviceAttribute} ) )
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
access to attrs=${deviceAttribute} ${plan.hasAccounts ? `by dn.exact="${clerk}" write ` : ""}by * none
access to attrs=objectClass val.exact="${personClass}" by dn.exact="${reader}" write ${plan.hasAccounts ? `by dn.exact="${clerk}" =arscx ` : ""}by self read by * none
${isRead ? addresses(suffix) : ""}${plan.hasAccounts ? clerkAccess(suffix) : ""}access to * by dn.exact="${reader}" read by self read by * none

overlay ppolicy
ppolicy_hash_cleartext
# A name or an address is one person's, and who leaves is in no group.
overlay unique
unique_uri ldap:///?uid?sub
unique_uri ldap:///?mail?sub
overlay refint
refint_attributes member
refint_nothing "cn=nobody"

# No entry, but somebody who may bind: the password is that of the file, whatever is in the volume.
${binder(reader, "reader.conf")}${plan.hasAccounts ? binder(clerk, "accounts.conf") : ""}${isRead ? binder(addressReader, "addresses.conf") : ""}`;
}

/**
 * Who is in a group and the addresses of people may be read by it: no name, and it changes nothing. For everybody else the
 * rules that follow count.
 */
function addresses(suffix: string): string {
  const read = `by dn.exact="${addressReader}" read by * break`;
  return `access to dn.subtree="ou=people,${suffix}" attrs=entry,objectClass,mail ${read}
access to dn.subtree="ou=groups,${suffix}" attrs=entry,objectClass,cn,member ${read}
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
