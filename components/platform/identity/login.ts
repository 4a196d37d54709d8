import { day } from "../../foundation/page/day.ts";
import { type Stating, statementOf } from "../../foundation/page/statement.ts";
import { type LoginClient, type LoginPlan, loginHost, type ProtectedApplication } from "../login/plan.ts";
import type { Mail } from "../mail/plan.ts";
import { hasOwnLogin, type IdentitySubject } from "./plan.ts";

/** What is read of a commune's declaration. */
export interface LoginSubject extends IdentitySubject, Stating {
  id: string;
  name: string;
}

/** A service of the commune, as far as people may log in to it. */
export interface LoginService extends Pick<LoginClient, "service" | "title"> {
  /** How people log in to it by OpenID Connect; undefined where it has its own accounts alone. */
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

/** Who asks the login, and what it writes with. */
export interface LoginUsers {
  services: readonly LoginService[];
  tenants: readonly LoginTenant[];
  accounts: { host: string } | undefined;
  mail: Mail | undefined;
}

/** The commune's own login; undefined where people log in elsewhere, or with each service. Pure. */
export function planLogin(
  declaration: LoginSubject,
  { services, tenants, accounts, mail }: LoginUsers,
): LoginPlan | undefined {
  const { id: commune, name, domain, identity } = declaration;
  if (identity === undefined || !hasOwnLogin(declaration)) return undefined;
  return {
    ...{ commune, name, domain, host: loginHost({ domain }), mail },
    statement: statementOf(declaration),
    accounts: accounts && { host: accounts.host },
    secondFactorOf: identity.secondFactor?.required ?? [],
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

/** What a tile says of an association's application: until when it is there, or that it is not. */
function tileOf({ tile }: { tile: string }, { expires, suspendedSince }: LoginTenant): string {
  return suspendedSince
    ? `${tile} (suspension depuis le ${day(suspendedSince)})`
    : `${tile}, jusqu’au ${day(expires)}`;
}
