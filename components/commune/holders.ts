import type { Path } from "../foundation/declaration/position.ts";
import type { Retirement } from "../foundation/retirement/declaration.ts";
import { labelText } from "../foundation/seed/derive.ts";
import type { DataHolders } from "../foundation/site/data-holders.ts";
import { serverWorkload } from "../platform/database/manifests.ts";
import type { PlannedService } from "../services/define.ts";
import { plannedServices } from "../services/index.ts";
import type { ServicePlan } from "../services/service.ts";
import { parts } from "./parts.ts";
import type { CommunePlan, DeployedPlans } from "./planned.ts";
import { type PublishedService, sharedPlace } from "./published.ts";
import { databaseServersOf } from "./servers.ts";

const ownPlace = "a server of its own";
/** Published place of files that are not in a bucket. */
export const onVolume = "a volume";

type ServiceFacts = Pick<PlannedService, "service" | "title" | "versions" | "hasOwnBucket"> &
  PublishedService;

/** Returns the services of a plan that keep rows, each with what it would publish, including retired ones. */
export function servicesOf(plan: CommunePlan): ServiceFacts[] {
  const { database } = plan;
  const shared =
    database && "outside" in database ? `${database.outside.host}:${database.outside.port}` : sharedPlace;
  return [...plannedServices(plan), ...plannedServices(plan.retired)].map(
    ({ service, title, versions, hasOwnBucket = false, plan: planned, dedicatedDatabase, keys }) => ({
      service,
      title,
      versions,
      hasOwnBucket,
      version: planned.version,
      host: planned.host,
      ...(planned.handleDomain === undefined ? {} : { handles: planned.handleDomain }),
      database: dedicatedDatabase ? ownPlace : shared,
      media: planned.media ? mediaPlace(planned.media) : onVolume,
      keys: keys.map(labelText),
    }),
  );
}

function mediaPlace(media: NonNullable<ServicePlan["media"]>): string {
  return media.kind === "volume" ? onVolume : `${media.endpoint}/${media.bucket}/${media.prefix}`;
}

/** Returns the data holders of each service and part of a plan, apart from rows, as its component makes them. */
export function holdersOf(plans: DeployedPlans): DataHolders[] {
  return parts.flatMap((part) => part.holders?.(plans) ?? []);
}

/** One place with data of a commune. */
export interface DataHolder {
  /**
   * Name of the volume; for the volume of a database server, the server's name; for rows, and for files in a bucket,
   * their service's.
   */
  name: string;
  kind: "volume" | "rows" | "bucket";
  /** The service that the data belongs to; for a shared database server, the server's name. */
  service: string;
  /** Personal data in it, in the words of the label `commune.cloud/data`. */
  data: string;
  /** Its place, under the published name. */
  place: string;
  /** Size of a volume, GiB. */
  sizeGiB: number | undefined;
  /** The field that declares or sizes it. */
  field: Path;
  /** Retirement: since when nobody uses it, and what becomes of it. */
  retirement: Retirement | undefined;
}

/** Returns every place where a plan has data, including retired services: for restore points and reports. */
export function dataHoldersOf(plan: CommunePlan): DataHolder[] {
  const { retirements } = plan;
  const every = [...holdersOf(plan), ...holdersOf(plan.retired)];
  const dataOf = (name: string) =>
    every.find(({ namespace }) => namespace.service === name)?.namespace.data ?? "none";
  return [
    ...databaseServersOf(plan).map(
      ({ field, server }): DataHolder => ({
        ...{ name: server.server, kind: "volume", service: server.server, place: onVolume },
        data: serverWorkload(server).data,
        sizeGiB: server.storageGiB,
        field: [...field, "storage"],
        retirement: retirements[server.server],
      }),
    ),
    ...every.flatMap(({ namespace: { service }, volumes, queue }) =>
      [...volumes, ...(queue ? [queue] : [])].map(
        ({ name, sizeGiB, workload, field, retirement }): DataHolder => ({
          ...{ name, kind: "volume", service, place: onVolume, sizeGiB, field },
          data: workload.data,
          retirement: retirement ?? retirements[service],
        }),
      ),
    ),
    ...servicesOf(plan).flatMap(({ service, database, media, hasOwnBucket }): DataHolder[] => {
      const of = { name: service, service, data: dataOf(service), sizeGiB: undefined };
      const retirement = retirements[service];
      return [
        { ...of, kind: "rows", place: database, field: [service], retirement },
        ...(media === onVolume
          ? []
          : [
              {
                ...of,
                kind: "bucket" as const,
                place: media,
                field: hasOwnBucket ? [service, "objects"] : ["media"],
                retirement,
              },
            ]),
      ];
    }),
  ];
}

/** Returns every volume of a plan. */
export function volumesOf(plan: CommunePlan): (DataHolder & { sizeGiB: number })[] {
  return dataHoldersOf(plan).flatMap((holder) =>
    holder.sizeGiB === undefined ? [] : [{ ...holder, sizeGiB: holder.sizeGiB }],
  );
}
