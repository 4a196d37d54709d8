import { descriptorPagePath } from "../federation/descriptor.ts";
import { homePath, isServedHome } from "../federation/home-page.ts";
import { loginService } from "../platform/login/manifests.ts";
import { vaultService } from "../recovery/vault/plan.ts";
import { plannedServices } from "../services/index.ts";
import { accountsService } from "../tenants/applications/telephones.ts";
import type { CommunePlan } from "./planned.ts";

/** A public name of a commune, and the service behind it. */
export interface PublicHost {
  service: string;
  host: string;
  /** Where a reader begins: empty for the service's start page. */
  path: string;
}

/** The public names of a commune, and the service behind each. */
export function publicHosts(plan: CommunePlan): PublicHost[] {
  const { settings, website } = plan.federation;
  const { domain } = settings;
  return [
    ...(plan.login ? [{ service: loginService, host: plan.login.host, path: "" }] : []),
    ...(plan.accounts ? [{ service: accountsService, host: plan.accounts.host, path: "" }] : []),
    ...plannedServices(plan).map(({ service, plan: { host } }) => ({ service, host, path: "" })),
    ...(plan.hotspots ? [{ service: "hotspots", host: plan.hotspots.host, path: "" }] : []),
    ...(plan.schools ? [{ service: "schools", host: plan.schools.host, path: "" }] : []),
    ...(plan.vaults ?? []).map(({ guest, address }) => ({
      service: vaultService(guest),
      host: address,
      // It says nothing to who is not its guest.
      path: "/healthz",
    })),
    ...(plan.tenants ?? []).flatMap(({ service, applications }) =>
      applications.map(({ host }) => ({ service, host, path: "" })),
    ),
    {
      service: "federation",
      host: domain,
      path: isServedHome({ domain, website }) ? homePath : descriptorPagePath,
    },
  ];
}
