import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { day } from "../foundation/page/day.ts";
import { statementOf } from "../foundation/page/statement.ts";
import { hasOwnLogin, type Identity, identityOf } from "../platform/identity/plan.ts";
import { type LoginPlan, loginHost } from "../platform/login/plan.ts";
import type { Mail } from "../platform/mail/plan.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import { accountsHost } from "../tenants/accounts/plan.ts";
import type { TenantPlan } from "../tenants/tenant/plan.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/** Who each service asks who somebody is, by its name; a service that asks nobody is not there. */
export function identitiesOf(
  declaration: CommuneDeclaration,
  running: ServicePlans,
): Readonly<Record<string, Identity>> {
  return Object.fromEntries(
    plannedServices(running).flatMap(({ service, login }) => {
      const identity = login && identityOf(declaration, service);
      return identity ? [[service, identity]] : [];
    }),
  );
}

/** The commune's own login; nothing where people log in elsewhere, or with each service. */
export function planLogin(
  declaration: CommuneDeclaration,
  running: ServicePlans,
  tenants: readonly TenantPlan[],
  mail: Mail | undefined,
): LoginPlan | undefined {
  const { id: commune, name, domain, identity } = declaration;
  if (identity === undefined || !hasOwnLogin(declaration)) return undefined;
  const host = accountsHost(declaration);
  return {
    ...{ commune, name, domain, host: loginHost({ domain }), mail },
    statement: statementOf(declaration),
    accounts: host === undefined ? undefined : { host },
    secondFactorOf: identity.secondFactor?.required ?? [],
    clients: plannedServices(running).flatMap(({ service, title, login, loginGroups, plan: { host } }) =>
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
function tileOf({ tile }: { tile: string }, { expires, suspendedSince }: TenantPlan): string {
  return suspendedSince
    ? `${tile} (suspension depuis le ${day(suspendedSince)})`
    : `${tile}, jusqu’au ${day(expires)}`;
}

/** What the commune's own login needs, and does not find. */
export function loginProblems(declaration: CommuneDeclaration): FieldProblem[] {
  const { directory, identity } = declaration;
  if (!hasOwnLogin(declaration)) {
    if (identity?.secondFactor === undefined) return [];
    const message =
      "is of the commune's own login, and people log in with somebody else's provider, which alone can ask for one. Declare it there, and take secondFactor out here.";
    return [{ field: ["identity", "secondFactor"], message }];
  }
  const other = "or write the issuer of somebody else's provider (docs/identity.md).";
  const field = ["identity"];
  if (identity !== undefined && directory === undefined) {
    const message = `is the commune's own login, which looks people up in its directory, and none is declared. Write directory: {}, ${other}`;
    return [{ field, message }];
  }
  if (directory?.retired === undefined) return [];
  const message = `is the commune's own login, which looks people up in its directory, and that is retired. Take the line retired: out below directory:, ${other}`;
  return [{ field, message }];
}
