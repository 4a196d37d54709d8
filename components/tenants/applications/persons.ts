import type { Json } from "../../foundation/manifest/pod-template.ts";
import { groupsOf } from "../../platform/directory/plan.ts";
import { cookieName } from "../../platform/login/configuration.ts";
import { checkAddress } from "../../platform/login/manifests.ts";
import type { Access } from "./access.ts";
import type { ApplicationGate, TenantFacts } from "./application.ts";

/**
 * Who logs in to an application that takes people from the commune's own login, and as what; nothing where the commune has
 * none. A page that everybody reads is still one on which members log in.
 *
 * @param tile what its tile at the login says, in French, and where it leads.
 */
export function personsGate(
  { id, loginHost }: Pick<TenantFacts, "id" | "loginHost">,
  access: Access,
  tile: Pick<ApplicationGate, "tile" | "path">,
  { keepsAccounts = false }: Partial<Pick<ApplicationGate, "keepsAccounts">> = {},
): ApplicationGate | undefined {
  if (loginHost === undefined) return undefined;
  const { members, admins } = groupsOf(id);
  return { ...tile, groups: access === "admins" ? [admins] : [members, admins], admins, keepsAccounts };
}

/** What its chart is told of the login: where its front asks, where people log out, and by which cookie they are known. */
export function loginValues(tenant: TenantFacts): Json {
  return {
    check: checkAddress(tenant),
    logout: `https://${tenant.loginHost}/?logout=1`,
    cookie: cookieName,
  };
}
