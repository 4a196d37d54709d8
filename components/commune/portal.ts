import type { DescribedService } from "../federation/descriptor.ts";
import { dataWords } from "../foundation/manifest/data-words.ts";
import { conformityOf } from "../foundation/page/statement.ts";
import type { Places } from "../places/places/places.ts";
import type { ChatonsService } from "../portal/chatons.ts";
import { associationsSet, statisticsSet } from "../portal/live.ts";
import type { PortalFiles, PortalPlan } from "../portal/plan.ts";
import type { UsedSoftware } from "../portal/software.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import { type RequestsLook, requestsPath } from "../tenants/requests/settings.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { listedAssociations } from "./listed.ts";
import { servicesData } from "./open-data.ts";
import { parts } from "./parts.ts";
import type { DeployedPlans } from "./planned.ts";
import type { DataCategory } from "./retention.ts";

/** What is known of a commune beside its declaration. */
interface Known {
  running: DeployedPlans;
  software: readonly UsedSoftware[];
  described: readonly DescribedService[];
  places: Places | undefined;
  /** Where its map is; nothing where it has none. */
  map: string | undefined;
}

/** The pages of a commune that declares a portal. */
export function planPortal(
  declaration: CommuneDeclaration,
  files: PortalFiles | undefined,
  { running, software, described, places, map }: Known,
): PortalPlan | undefined {
  const { name, domain, contact, website, portal } = declaration;
  if (portal === undefined) return undefined;
  return {
    commune: { name, domain, contact, website },
    portal,
    arms: files?.arms,
    news: files?.news ?? [],
    associations: listedAssociations(running.tenants ?? []),
    requests: declaration.tenants?.requests && requestsPath,
    software,
    chatons: chatonsServices(running, software),
    help: parts.flatMap((part) => part.help?.(running, declaration, map) ?? []),
    retention: Object.entries(dataWords).flatMap(([kind, { fr: what }]) => {
      const period = declaration.retention?.[kind as DataCategory];
      return period === undefined ? [] : [{ what, period }];
    }),
    datasets: [
      servicesData(described),
      statisticsSet,
      ...parts.flatMap((part) => part.datasets?.(declaration, places) ?? []),
      ...(declaration.tenants ? [associationsSet] : []),
    ],
  };
}

/** How the commune's pages look to programs that make pages of their own; nothing where it has none. */
export function portalLook({ portal }: Pick<CommuneDeclaration, "portal">): RequestsLook | undefined {
  if (portal === undefined) return undefined;
  const { colour, arms, audit } = portal;
  return { colour, hasArms: arms !== undefined, conformity: conformityOf(audit) };
}

/** What the files of a member of the CHATONS tell of each service. */
export function chatonsServices(running: ServicePlans, software: readonly UsedSoftware[]): ChatonsService[] {
  return plannedServices(running).map(({ service: id, title, plan: { version, host } }) => {
    const { purpose, licence, source } = software.find(({ name }) => name === title) ?? {};
    return { id, title, version, purpose, host, licence, source };
  });
}
