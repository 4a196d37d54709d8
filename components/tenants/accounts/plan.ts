import { suffixOf } from "../../platform/directory/configuration.ts";
import type { DirectoryDeclaration } from "../../platform/directory/declaration.ts";
import { directoryAddress } from "../../platform/directory/manifests.ts";
import { hasOwnLogin, type IdentitySubject } from "../../platform/identity/plan.ts";
import { loginHost } from "../../platform/login/plan.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { AccountsLook, AccountsSettings, Association } from "./settings.ts";

/** Name of the pages of accounts, and the suffix of their namespace. */
export const accountsService = "accounts";

/** Where they are, below the commune's domain. */
export const accountsSubdomain = "comptes";

/** What is read of a commune's declaration. */
export interface AccountsSubject extends IdentitySubject {
  id: string;
  name: string;
  contact: string;
  directory?: DirectoryDeclaration | undefined;
  mail?: object | undefined;
}

/** The pages of accounts of a commune: what they are told. */
export type AccountsPlan = AccountsSettings;

/** Whether a commune has them: people are in its directory, log in at its own login, and can be written to. */
export function hasAccounts(subject: AccountsSubject): boolean {
  const { directory, mail } = subject;
  return (
    directory !== undefined && directory.retired === undefined && mail !== undefined && hasOwnLogin(subject)
  );
}

/** Public name of the pages of accounts; nothing where a commune has none. */
export function accountsHost(subject: AccountsSubject): string | undefined {
  return hasAccounts(subject) ? `${accountsSubdomain}.${subject.domain}` : undefined;
}

/** Decides what the pages of accounts are told. Pure. */
export function planAccounts(
  subject: AccountsSubject,
  mail: Mail | undefined,
  look: AccountsLook | undefined,
  tenants: readonly Association[],
): AccountsPlan | undefined {
  const host = accountsHost(subject);
  if (host === undefined || mail === undefined) return undefined;
  const { id: commune, name, domain, contact } = subject;
  return {
    ...{ commune, name, domain, host, contact, mail, look },
    loginHost: loginHost({ domain }),
    associations: tenants.map(({ id, name: called }) => ({ id, name: called })),
    server: directoryAddress({ commune }),
    suffix: suffixOf({ domain }),
  };
}
