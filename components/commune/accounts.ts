import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { Directory } from "../platform/directory/index.ts";
import type { Login } from "../platform/login/index.ts";
import { mailPassword } from "../platform/mail/plan.ts";
import { Accounts } from "../tenants/accounts/index.ts";
import { accountsService } from "../tenants/applications/telephones.ts";
import type { CommunePlan } from "./planned.ts";
import type { Shared } from "./shared.ts";

/** The pages of accounts; nothing where a commune has no directory, no login of its own, or no relay. */
export function accountsPages(
  name: string,
  { accounts: plan }: CommunePlan,
  { directory, login }: { directory: Directory | undefined; login: Login | undefined },
  shared: Shared,
  options: ComponentResourceOptions,
): Accounts | undefined {
  if (plan === undefined) return undefined;
  if (directory === undefined || login === undefined)
    throw new Error("The pages of accounts have no directory or no login.");
  const relayPassword = plan.mail.user === undefined ? undefined : shared.given(mailPassword);
  return new Accounts(
    `${name}-${accountsService}`,
    { ...shared, plan, directory, login, relayPassword },
    options,
  );
}
