import type { Mail } from "../../platform/mail/plan.ts";
import type { AccountsSubject } from "../accounts/plan.ts";
import { offeredApplications } from "../applications/list.ts";
import { hasAccounts } from "../tenant/account-pages.ts";
import type { TenantsDeclaration } from "../tenant/declaration.ts";
import type { Decision } from "./decisions.ts";
import { type AskedService, askedServices } from "./request.ts";
import type { Decided, RequestsLook, RequestsSettings } from "./settings.ts";

/** Suffix of the form's namespace. */
export const requestsService = "requests";

/** Fields that are read from a commune's declaration. */
export interface RequestsSubject
  extends AccountsSubject,
    Partial<Record<AskedService, { retired?: object | undefined } | undefined>> {
  tenants?: TenantsDeclaration | undefined;
  portal?: { phone: string } | undefined;
}

/** The plan of the form for associations. */
export interface RequestsPlan extends RequestsSettings {
  decided: Decided;
}

function isRunning(service: { retired?: object | undefined } | undefined): boolean {
  return service !== undefined && service.retired === undefined;
}

/** Number of newest decisions that private links show: a ConfigMap has room for some 7,000. */
const toldDecisions = 1_000;

/** Plans the settings of the form. Pure. */
export function planRequests(
  subject: RequestsSubject,
  mail: Mail | undefined,
  look: RequestsLook | undefined,
  decisions: readonly Decision[] = [],
): RequestsPlan | undefined {
  const { id, name, domain, contact, tenants, portal } = subject;
  if (tenants?.requests === undefined || mail === undefined) return undefined;
  return {
    ...{ commune: id, name, domain, tenantsDomain: tenants.domain, contact, mail, look },
    phone: portal?.phone,
    perDay: tenants.requests.perDay,
    asksAdministrator: hasAccounts(subject),
    tools: offeredApplications().map(({ name: tool, asked }) => ({ name: tool, what: asked })),
    services: askedServices.filter((service) => isRunning(subject[service])),
    decided: Object.fromEntries(
      decisions.slice(-toldDecisions).map(({ digest, decision, at }) => [digest, { decision, at }]),
    ),
  };
}
