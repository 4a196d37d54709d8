import type pulumi from "@pulumi/pulumi";
import { Federation } from "../federation/index.ts";
import type { FirstAccount } from "../foundation/part/registered.ts";
import { apiServerOf } from "../foundation/site/site.ts";
import { servedMap } from "../places/map/manifests.ts";
import { servedPortal } from "../portal/manifests.ts";
import { plannedServices } from "../services/index.ts";
import type { CommuneArgs } from "./args.ts";
import type { Shared } from "./shared.ts";
import type { VaultPasses } from "./vault-passes.ts";

/** Running parts that the commune's links depend on. */
interface Running {
  shared: Shared;
  passes: VaultPasses;
  /** Services that must run before the reconciler. */
  after: pulumi.Resource[];
  firstAccounts: Readonly<Record<string, FirstAccount>>;
}

/** Registers the commune's descriptor and links; undefined for a copy in a drill, which publishes nothing. */
export function federationOf(
  name: string,
  { plan, site, log, drills, told }: CommuneArgs,
  { shared, passes, after, firstAccounts }: Running,
  options: pulumi.ComponentResourceOptions,
): Federation | undefined {
  if (plan.drillOf !== undefined) return undefined;
  const ofServices = plannedServices(plan).flatMap(({ service, link }) => {
    const account = firstAccounts[service];
    if (link === undefined || account === undefined) return [];
    const { of, label } = link;
    const value = label ? shared.seed.secret(label) : account.password;
    return [{ file: of.secretFile, labels: label ? [label] : [], value }];
  });
  const args = {
    ...{ ...shared, ...plan.federation, log, drills, told, after },
    apiServer: apiServerOf(site),
    monitoringNamespace: site.monitoringNamespace,
    map: plan.map && servedMap(plan.map),
    portal: plan.portal && servedPortal(plan.portal),
    credentials: [...ofServices, ...(plan.federation.settings.points ? [passes.toRead()] : [])],
  };
  return new Federation(`${name}-federation`, args, options);
}
