import { day } from "../../foundation/page/day.ts";
import { type Stating, statementOf } from "../../foundation/page/statement.ts";
import { type LoginClient, type LoginPlan, loginHost, type ProtectedApplication } from "../login/plan.ts";
import type { Mail } from "../mail/plan.ts";
import { hasOwnLogin, type IdentitySubject } from "./plan.ts";

/** Fields of a commune's declaration that are read here. */
export interface LoginSubject extends IdentitySubject, Stating {
  id: string;
  name: string;
  contact: string;
}

/** A service of the commune, as far as people may log in to it. */
export interface LoginService extends Pick<LoginClient, "service" | "title"> {
  /** Log-in by OpenID Connect; undefined if it has its own accounts alone. */
  login?: Pick<LoginClient, "tile" | "redirects" | "logoutPath">;
  loginGroups: LoginClient["groups"];
  plan: Pick<LoginClient, "host">;
}

/** An association, as far as its applications ask the login who a visitor is. */
export interface LoginTenant {
  name: string;
  /** Day until which it is hosted. */
  expires: string;
  suspendedSince: string | undefined;
  applications: readonly {
    host: string;
    gate?: Omit<ProtectedApplication, "title" | "host"> | undefined;
  }[];
}

/** Services and pages that use the login, and the relay for its letters. */
export interface LoginUsers {
  services: readonly LoginService[];
  tenants: readonly LoginTenant[];
  accounts: { host: string } | undefined;
  mail: Mail | undefined;
}

/** Plans the commune's own login; undefined if people log in elsewhere, or with each service. Pure. */
export function planLogin(
  declaration: LoginSubject,
  { services, tenants, accounts, mail }: LoginUsers,
): LoginPlan | undefined {
  const { id: commune, name, domain, contact, identity } = declaration;
  if (identity === undefined || !hasOwnLogin(declaration)) return undefined;
  return {
    ...{ commune, name, domain, host: loginHost({ domain }), mail },
    statement: statementOf(declaration),
    accounts: accounts && { host: accounts.host },
    secondFactorOf: identity.secondFactor?.required ?? [],
    approvals: identity.approvals && { contact },
    clients: services.flatMap(({ service, title, login, loginGroups, plan: { host } }) =>
      login ? [{ service, title, host, groups: loginGroups, ...login }] : [],
    ),
    applications: tenants.flatMap((tenant) =>
      tenant.applications.flatMap(({ host, gate }) =>
        gate ? [{ title: tenant.name, host, ...gate, tile: tileOf(gate, tenant) }] : [],
      ),
    ),
  };
}

/** Returns the text on the tile of an association's application: until when it is hosted, or since when it is suspended. */
function tileOf({ tile }: { tile: string }, { expires, suspendedSince }: LoginTenant): string {
  return suspendedSince
    ? `${tile} (suspension depuis le ${day(suspendedSince)})`
    : `${tile}, jusqu’au ${day(expires)}`;
}
