import type { PointRows, PointSubject } from "../../foundation/restore-point/subject.ts";
import { type ApplicationDatabase, softwareOf } from "../applications/application.ts";
import { applicationWorkload } from "./manifests.ts";
import type { TenantPlan } from "./plan.ts";

/** Returns what the restore points of an association are of: each application that keeps data has its own. */
export function pointSubjects(tenant: TenantPlan): PointSubject[] {
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
        isBounded: true,
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
