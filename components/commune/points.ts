import { checksum } from "../foundation/manifest/checksum.ts";
import { type PointsPlan, planPoints } from "../recovery/points/plan.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { declaredOf } from "./declared.ts";
import { parts } from "./parts.ts";
import type { CommunePlan, DeployedPlans } from "./planned.ts";

/** Plans the restore points of everything that runs and is copied, from where each part says that its data is. */
export function pointsOf(
  declaration: CommuneDeclaration,
  running: DeployedPlans,
  incarnation: number | undefined,
): PointsPlan[] {
  const { id: commune } = declaration;
  return planPoints(
    { ...declaration, commune, incarnation, declaration: checksum(declaredOf(declaration)) },
    parts.flatMap((part) => part.copied?.(running) ?? []),
  );
}

/** Returns the restore points of services alone: peers look for them, and an export has them. */
export function pointsOfServices({
  points,
  ...plans
}: ServicePlans & Pick<CommunePlan, "points">): PointsPlan[] {
  const services = plannedServices(plans).map(({ service }) => service);
  return points.filter(({ service }) => services.includes(service));
}
