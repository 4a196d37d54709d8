import { keepersOf } from "../../components/commune/keepers.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import type { PostgresqlMajor } from "../../components/foundation/image/catalogue.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import type { NewestPoint } from "../relocate/copies.ts";

/** A service of the copy, and its point. */
interface Returns {
  newest: Pick<NewestPoint, "manifest">;
  points: PointsPlan;
}

/** A database server of the copy whose log the commune's keeper ships. */
export interface LoggedServer {
  server: string;
  /** Major version of the commune's server. */
  major: PostgresqlMajor;
  /** Services whose rows are on it, as the copy has them. */
  points: readonly PointsPlan[];
  databases: readonly string[];
  /** Time of the newest of their points: the moment comes after it, where the log reaches further. */
  after: string;
}

/** Returns the servers of services that come back, as far as a log of them is kept. */
export function loggedServers(live: CommunePlan, returning: readonly Returns[]): LoggedServer[] {
  return keepersOf(live).flatMap(({ server, major, method }): LoggedServer[] => {
    if (method !== "log") return [];
    const on = returning.flatMap(({ newest, points }) =>
      points.rows?.engine === "postgresql" && points.rows.server?.server === server
        ? [{ points, database: points.rows.database, takenAt: newest.manifest.takenAt }]
        : [],
    );
    const after = on
      .map(({ takenAt }) => takenAt)
      .sort()
      .at(-1);
    if (after === undefined) return [];
    const databases = on.map(({ database }) => database);
    return [{ server, major, after, databases, points: on.map(({ points }) => points) }];
  });
}

/** Returns the services with rows of which no log is kept: these come back to their points alone. */
export function withoutLog(returning: readonly Returns[], servers: readonly LoggedServer[]): string[] {
  const logged = servers.flatMap(({ points }) => points.map(({ service }) => service));
  return returning.flatMap(({ points: { service, rows } }) =>
    rows === undefined || logged.includes(service) ? [] : [service],
  );
}
