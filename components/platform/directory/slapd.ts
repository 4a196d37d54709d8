import { readTemplate, type TemplateValues } from "../../foundation/template/template.ts";
import {
  addressReader,
  clerk,
  dataFolder,
  deviceAttribute,
  directoryUid,
  linkNotes,
  managerOf,
  personClass,
  reader,
  secondFactorAttribute,
  suffixOf,
} from "./configuration.ts";
import { agentsGroup, type DirectoryPlan } from "./plan.ts";

/** Names of attributes and classes of ours in LDAP, below an arc that whoever has a UUID may use (ITU-T X.667). */
const arc = "2.25.268712819171929131191931611644986836949";

/** A file of the folder pod/. */
const pod = (name: string, values: TemplateValues) =>
  readTemplate(`platform/directory/pod/${name}.conf`, values);

/** Room for entries in the volume, bytes: three quarters of it, since a copy of what is changed needs room too. */
function mapBytes(storageGiB: number): number {
  return Math.floor(storageGiB * 0.75 * 1024 ** 3);
}

/**
 * Returns the rights of the pages of accounts. They find people by name and address, make an entry, change somebody's
 * name, remove an entry, set who is in the groups of associations, and note which links are void, which nobody else
 * sees.
 *
 * They neither read nor set a password or a second factor. For people who work for the commune they change telephones
 * alone; they may ask whether somebody is in that group, and not list it. An address is set once, on an entry that has
 * none and no password: whoever could change one could have a letter for another password sent to it. Source:
 * slapd.access(5), OpenLDAP 2.6.
 */
function accountsAccess(suffix: string): string {
  const [people, groups] = [`ou=people,${suffix}`, `ou=groups,${suffix}`];
  return pod("accounts-access", {
    CLERK: clerk,
    SUFFIX: suffix,
    PEOPLE: people,
    GROUPS: groups,
    NOTES: `${linkNotes},${suffix}`,
    BEGUN: `dn.onelevel="${people}" filter="(!(|(mail=*)(userPassword=*)))"`,
    // The first that holds counts: of agents it only reads.
    READ_OF_AGENTS: `by dn.exact="${clerk}" set="[cn=${agentsGroup},${groups}]/member & this" read by dn.exact="${clerk}"`,
    OTHERS: `by dn.exact="${reader}" read by self read by * none`,
  });
}

/** Somebody who may bind and is no entry: the password is that of the file, whatever is in the volume. */
const binder = (dn: string, file: string) => pod("binder", { DN: dn, FILE: file });

/**
 * slapd's configuration. Passwords are no part of it: it includes them from files (slapd.conf(5)).
 *
 * An entry has one password, hashed with Argon2 however it comes. Nobody is looked up by a stranger, nobody reads a
 * password, and people change nothing but their own. The login alone reads and writes second factors, and the pages of
 * accounts alone what telephones are known by. Who reads addresses may read who is in a group: no name, and it changes
 * nothing; for everybody else the rules that follow count.
 */
export function slapdConfiguration(
  plan: Pick<DirectoryPlan, "domain" | "storageGiB"> &
    Partial<Pick<DirectoryPlan, "hasAccounts" | "readers">>,
): string {
  const suffix = suffixOf(plan);
  const isRead = (plan.readers ?? []).length > 0;
  return pod("slapd", {
    ARC: arc,
    SECOND_FACTOR: secondFactorAttribute,
    DEVICE: deviceAttribute,
    PERSON: personClass,
    UID: directoryUid,
    MANAGER: managerOf(plan),
    SUFFIX: suffix,
    DATA: dataFolder,
    MAP_BYTES: mapBytes(plan.storageGiB),
    READER: reader,
    ACCOUNTS_WRITE: plan.hasAccounts ? `by dn.exact="${clerk}" write ` : "",
    ACCOUNTS_ADD: plan.hasAccounts ? `by dn.exact="${clerk}" =arscx ` : "",
    ADDRESSES_ACCESS: isRead
      ? pod("addresses-access", { SUFFIX: suffix, ADDRESS_READER: addressReader })
      : "",
    ACCOUNTS_ACCESS: plan.hasAccounts ? accountsAccess(suffix) : "",
    BINDERS: [
      binder(reader, "reader.conf"),
      ...(plan.hasAccounts ? [binder(clerk, "accounts.conf")] : []),
      ...(isRead ? [binder(addressReader, "addresses.conf")] : []),
    ].join(""),
  });
}
