import { images, type PostgresqlMajor } from "../foundation/image/catalogue.ts";
import { checksum } from "../foundation/manifest/checksum.ts";
import { labelText } from "../foundation/seed/derive.ts";
import type { DatabaseSpec } from "../platform/database/manifests.ts";
import { directoryService, directoryWorkload } from "../platform/directory/manifests.ts";
import type { DirectoryPlan } from "../platform/directory/plan.ts";
import { directoryForm, directoryPoint } from "../platform/directory/restore-point.ts";
import { type PointRows, type PointSubject, type PointsPlan, planPoints } from "../recovery/points/plan.ts";
import type { PlannedService } from "../services/define.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import type { ApplicationDatabase } from "../tenants/applications/application.ts";
import { softwareOf } from "../tenants/exit/archive.ts";
import { applicationWorkload } from "../tenants/tenant/manifests.ts";
import type { TenantPlan } from "../tenants/tenant/plan.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { declaredOf } from "./declared.ts";

/** The facts about the shared server that points need. */
type Shared = { ours: DatabaseSpec } | { outside: object } | undefined;

/** Major version of the programs that dump a server outside. They refuse a newer server. */
const ownMajor = images.postgresql.reference.replace(/^.*:(\d+)\..*$/, "$1") as PostgresqlMajor;

/** Plans the restore points of a commune's services, from where each service says that its data is. */
export function pointsOf(
  declaration: CommuneDeclaration,
  running: ServicePlans,
  { shared, incarnation }: { shared: Shared; incarnation: number | undefined },
): PointsPlan[] {
  return planPoints(
    ofCommune(declaration, incarnation),
    plannedServices(running).flatMap((planned) => subjectOf(planned, shared) ?? []),
  );
}

/**
 * Plans the restore points of associations' applications that keep data: each application has its own, and its volumes
 * are on its own node.
 */
export function applicationPointsOf(
  declaration: CommuneDeclaration,
  tenants: readonly TenantPlan[],
  incarnation: number | undefined,
): PointsPlan[] {
  return planPoints(ofCommune(declaration, incarnation), tenants.flatMap(subjectsIn));
}

/** Plans the restore points of the directory; empty if the commune has none. */
export function directoryPointsOf(
  declaration: CommuneDeclaration,
  directory: DirectoryPlan | undefined,
  incarnation: number | undefined,
): PointsPlan[] {
  if (directory === undefined) return [];
  return planPoints(ofCommune(declaration, incarnation), [
    {
      service: directoryService,
      running: { version: directoryForm, host: directory.domain },
      keys: [],
      contents: directoryPoint,
      beside: directoryWorkload(directory),
      rows: undefined,
      isInBucket: false,
    },
  ]);
}

/** The restore points of a plan, by subject: services, the directory, applications of associations. */
export type PointsOfPlan = Record<"points" | "directoryPoints" | "applicationPoints", PointsPlan[]>;

/** Returns all restore points of a plan, with people before what they use. */
export function allPoints({ points, directoryPoints, applicationPoints }: PointsOfPlan): PointsPlan[] {
  return [...points, ...directoryPoints, ...applicationPoints];
}

function ofCommune(declaration: CommuneDeclaration, incarnation: number | undefined) {
  const { id: commune, recovery, drillOf } = declaration;
  return { commune, recovery, incarnation, drillOf, declaration: checksum(declaredOf(declaration)) };
}

function subjectsIn(tenant: TenantPlan): PointSubject[] {
  return tenant.applications.flatMap((application): PointSubject[] => {
    const { release, host, database, restorePoint } = application;
    if (restorePoint === undefined) return [];
    return [
      {
        service: release,
        running: { version: softwareOf(application).replace(/^.*:/, ""), host },
        keys: [],
        contents: restorePoint,
        beside: applicationWorkload(tenant, application),
        rows: database && rowsOf(tenant, database),
        isSuspended: tenant.suspendedSince !== undefined,
        isInBucket: false,
      },
    ];
  });
}

function rowsOf({ postgresql }: TenantPlan, database: ApplicationDatabase): PointRows {
  const { engine, server, name, secret } = database;
  if (engine === "mariadb") return { engine, server, database: name, secret };
  if (postgresql === undefined) throw new Error(`there is no server ${server}`);
  const { commune, major } = postgresql;
  return { engine, major, server: { commune, server }, database: name, secret };
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
    rows: {
      engine: "postgresql",
      major: server?.major ?? ownMajor,
      server: server && { commune: server.commune, server: server.server },
      database: client.database,
    },
    isInBucket: plan.media?.kind === "s3",
  };
}
