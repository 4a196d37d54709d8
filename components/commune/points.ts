import { images, type PostgresqlMajor } from "../foundation/image/catalogue.ts";
import { checksum } from "../foundation/manifest/checksum.ts";
import { labelText } from "../foundation/seed/derive.ts";
import type { DatabaseSpec } from "../platform/database/manifests.ts";
import { type PointSubject, type PointsPlan, planPoints } from "../recovery/points/plan.ts";
import type { PlannedService } from "../services/define.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { declaredOf } from "./declared.ts";

/** The server that services share, as far as points need it. */
type Shared = { ours: DatabaseSpec } | { outside: object } | undefined;

/** What a server outside is dumped with; one of a newer version is refused by PostgreSQL's own program. */
const ownMajor = images.postgresql.reference.replace(/^.*:(\d+)\..*$/, "$1") as PostgresqlMajor;

/** The restore points of a commune's services: where their data is, from what every service says of itself. */
export function pointsOf(
  declaration: CommuneDeclaration,
  running: ServicePlans,
  { shared, incarnation }: { shared: Shared; incarnation: number | undefined },
): PointsPlan[] {
  const { id: commune, recovery, drillOf } = declaration;
  return planPoints(
    { commune, recovery, incarnation, drillOf, declaration: checksum(declaredOf(declaration)) },
    plannedServices(running).flatMap((planned) => subjectOf(planned, shared) ?? []),
  );
}

function subjectOf(planned: PlannedService, shared: Shared): PointSubject | undefined {
  const { service, plan, holders, client, keys, restorePoint, dedicatedDatabase } = planned;
  const [volume] = holders.volumes;
  if (volume === undefined) return undefined;
  const server = dedicatedDatabase ?? (shared && "ours" in shared ? shared.ours : undefined);
  return {
    service,
    running: {
      version: plan.version,
      host: plan.host,
      ...(plan.handleDomain !== undefined && { handles: plan.handleDomain }),
    },
    keys: keys.map(labelText),
    contents: restorePoint,
    beside: volume.workload,
    server: server && { commune: server.commune, server: server.server },
    postgresql: server?.major ?? ownMajor,
    database: client.database,
    isInBucket: plan.media?.kind === "s3",
  };
}
