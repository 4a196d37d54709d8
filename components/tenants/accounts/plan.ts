import { suffixOf } from "../../platform/directory/configuration.ts";
import { directoryAddress } from "../../platform/directory/manifests.ts";
import type { IdentitySubject } from "../../platform/identity/plan.ts";
import { loginHost } from "../../platform/login/plan.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { ApplicationPlan } from "../applications/application.ts";
import { type AccountPagesSubject, hasAccounts } from "../tenant/account-pages.ts";
import type { AccountsLook, AccountsSettings, Association } from "./settings.ts";

/** Subdomain of the pages, below the commune's domain. */
const accountsSubdomain = "comptes";

/** Fields that are read from a commune's declaration. */
export interface AccountsSubject extends IdentitySubject, AccountPagesSubject {
  id: string;
  name: string;
  contact: string;
}

/** The plan of a commune's pages of accounts: their settings. */
export type AccountsPlan = AccountsSettings;

/** Returns the public name of the pages of accounts; undefined if a commune has none. */
export function accountsHost(subject: AccountsSubject): string | undefined {
  return hasAccounts(subject) ? `${accountsSubdomain}.${subject.domain}` : undefined;
}

/** Fields that are read from an association and its applications. */
export type PlannedAssociation = Pick<Association, "id" | "name"> & {
  applications: readonly Pick<ApplicationPlan, "host" | "access" | "devices">[];
};

function associationOf({ id, name, applications }: PlannedAssociation): Association {
  const asking = applications.find(({ devices }) => devices !== undefined);
  const agenda = asking && { host: asking.host, isForMembers: asking.access === "members" };
  return { id, name, ...(agenda && { agenda }) };
}

/** Plans the settings of the pages of accounts. Pure. */
export function planAccounts(
  subject: AccountsSubject,
  mail: Mail | undefined,
  look: AccountsLook | undefined,
  tenants: readonly PlannedAssociation[],
): AccountsPlan | undefined {
  const host = accountsHost(subject);
  if (host === undefined || mail === undefined) return undefined;
  const { id: commune, name, domain, contact } = subject;
  return {
    ...{ commune, name, domain, host, contact, mail, look },
    loginHost: loginHost({ domain }),
    associations: tenants.map(associationOf),
    server: directoryAddress({ commune }),
    suffix: suffixOf({ domain }),
  };
}
