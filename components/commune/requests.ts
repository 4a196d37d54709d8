import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { mailPassword } from "../platform/mail/plan.ts";
import { TenantRequests } from "../tenants/requests/index.ts";
import { requestsService } from "../tenants/requests/plan.ts";
import type { CommunePlan } from "./planned.ts";
import type { Shared } from "./shared.ts";

/** The form by which associations ask for a place; nothing where the commune declares none. */
export function requestsForm(
  name: string,
  { requests }: CommunePlan,
  shared: Shared,
  options: ComponentResourceOptions,
): TenantRequests | undefined {
  if (requests === undefined) return undefined;
  const relayPassword = requests.mail.user === undefined ? undefined : shared.given(mailPassword);
  return new TenantRequests(
    `${name}-${requestsService}`,
    { ...shared, plan: requests, relayPassword },
    options,
  );
}
