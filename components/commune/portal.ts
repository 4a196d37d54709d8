import type { DescribedService } from "../federation/descriptor.ts";
import { dataWords } from "../foundation/manifest/data-words.ts";
import { conformityOf } from "../foundation/page/statement.ts";
import type { Places } from "../places/places/places.ts";
import type { ChatonsService } from "../portal/chatons.ts";
import { statisticsSet } from "../portal/live.ts";
import type { PortalFiles, PortalPlan } from "../portal/plan.ts";
import type { UsedSoftware } from "../portal/software.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import { type RequestsLook, requestsPath } from "../tenants/requests/settings.ts";
import { listedAssociations } from "../tenants/tenant/listed.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { servicesData } from "./open-data.ts";
import { parts } from "./parts.ts";
import type { DeployedPlans } from "./planned.ts";
import type { DataCategory } from "./retention.ts";

/** Facts about a commune beyond its declaration. */
interface Known {
  running: DeployedPlans;
  software: readonly UsedSoftware[];
  described: readonly DescribedService[];
  places: Places | undefined;
  /** Address of its map; undefined if it has none. */
  map: string | undefined;
}

/** Plans the pages of a commune; undefined if it declares no portal. */
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
    ],
  };
}

/** Returns the look of the commune's pages, for programs with pages of their own; undefined if it has no pages. */
export function portalLook({ portal }: Pick<CommuneDeclaration, "portal">): RequestsLook | undefined {
  if (portal === undefined) return undefined;
  const { colour, arms, audit } = portal;
  return { colour, hasArms: arms !== undefined, conformity: conformityOf(audit) };
}

/** Returns the facts about each service that the files of a CHATONS member contain. */
export function chatonsServices(running: ServicePlans, software: readonly UsedSoftware[]): ChatonsService[] {
  return plannedServices(running).map(({ service: id, title, plan: { version, host } }) => {
    const { purpose, licence, source } = software.find(({ name }) => name === title) ?? {};
    return { id, title, version, purpose, host, licence, source };
  });
}
