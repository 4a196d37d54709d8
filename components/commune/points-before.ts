import pulumi from "@pulumi/pulumi";
import { postgresqlMajors } from "../foundation/image/catalogue.ts";
import { register } from "../foundation/manifest/register.ts";
import type { PointRows } from "../foundation/restore-point/subject.ts";
import { peersOf, type Site } from "../foundation/site/site.ts";
import type { DatabaseConnection } from "../platform/database/contract.ts";
import { databaseConnection } from "../platform/database/manifests.ts";
import { beforeAuthority, beforeJob } from "../recovery/points/before.ts";
import type { PointBefore } from "./changes/points-before.ts";
import type { CommunePlan } from "./planned.ts";
import type { Published } from "./published.ts";

export interface PointsBeforeArgs {
  plan: CommunePlan;
  site: Site;
  /** Published state of the last update. */
  before: Published;
  points: readonly PointBefore[];
}

/** The restore points that an update begins with: the whole commune comes after them. */
export class PointsBefore extends pulumi.ComponentResource {
  readonly jobs: readonly pulumi.Resource[];

  constructor(
    name: string,
    { plan, site, before, points }: PointsBeforeArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("commune:index:PointsBefore", name, {}, options);
    this.jobs = points.flatMap(({ service, job }) => {
      const planned = plan.points.find((each) => each.service === service);
      if (planned === undefined) return [];
      const spec = {
        ...planned,
        rows: rowsBefore(planned.rows, before),
        connection: connectionOf(planned.rows, plan),
        authority: peersOf(site).authority,
      };
      // By its full name: Jobs of two updates are two resources. And as it was made: another spec under the same name
      // would be created again, and take a point of data that may be half-changed by then.
      const name = `${planned.commune}-${service}-${job}`;
      const authority = beforeAuthority(spec, job);
      const first = authority ? [register(`${name}-authority`, authority, { parent: this })] : [];
      const options = { parent: this, ignoreChanges: ["spec"], dependsOn: first };
      return [register(name, beforeJob(spec, job), options)];
    });
    this.registerOutputs({});
  }
}

/** Returns the rows as they still are: a newer program's dump does not fit an older server. */
function rowsBefore(rows: PointRows | undefined, before: Published): PointRows | undefined {
  if (rows?.engine !== "postgresql") return rows;
  const known = rows.server && before.postgresql[rows.server.server];
  return { ...rows, major: postgresqlMajors.find((major) => major === known) ?? rows.major };
}

function connectionOf(
  rows: PointRows | undefined,
  { database: shared }: CommunePlan,
): DatabaseConnection | undefined {
  if (rows?.engine !== "postgresql") return undefined;
  const { server, database } = rows;
  if (server !== undefined) return databaseConnection(server, database);
  if (shared === undefined || !("outside" in shared)) throw new Error(`No server has ${database}.`);
  const { host, port, sslMode } = shared.outside;
  return { host, port, sslMode, database };
}
