import type { Path } from "../../foundation/declaration/position.ts";
import { ownerOfDatabase } from "../../platform/database/plan.ts";
import { directoryService } from "../../platform/directory/manifests.ts";
import { directoryVolume } from "../../platform/directory/plan.ts";
import { mariadbVolume } from "../../platform/mariadb/manifests.ts";
import { mariadbService } from "../../platform/mariadb/plan.ts";
import { vaultService } from "../../recovery/vault/plan.ts";
import { services } from "../../services/index.ts";
import { tenantOf } from "../../tenants/tenant/declaration.ts";
import { tenantsOf } from "../associations.ts";
import { servicesOf, volumesOf } from "../holders.ts";
import type { CommunePlan } from "../planned.ts";
import { namesOf } from "../publish.ts";
import { type Published, type PublishedService, rowsOn } from "../published.ts";
import { databaseServersOf } from "../servers.ts";

/** The services whose volume of files a bucket can replace, by the name of that volume. */
const formerVolumes = new Map(
  services.flatMap(({ name, formerVolume }) => (formerVolume ? [[formerVolume, name] as const] : [])),
);

/** The guest whose vault something is; nothing for anything else. */
const guestOf = (name: string) => /^vault-(.+)$/.exec(name)?.[1];

/** What holds data, by name: services, database servers of ours, vaults, associations, their MariaDB, the directory, and volumes of files that a bucket can replace. */
export function heldBefore({ services, names, postgresql, volumes, tenants }: Published): string[] {
  return [
    ...Object.keys({ ...services, ...names, ...tenants }),
    // An association's own goes with it.
    ...Object.keys(postgresql).filter((server) => ownerOfDatabase(server) === undefined),
    ...[...formerVolumes].flatMap(([volume, service]) =>
      volume in volumes && service in services ? [volume] : [],
    ),
    ...Object.keys(volumes).filter((name) => guestOf(name) !== undefined),
    ...(mariadbVolume(mariadbService) in volumes ? [mariadbService] : []),
    ...(directoryVolume in volumes ? [directoryService] : []),
  ];
}

export function heldBy(plan: CommunePlan): string[] {
  return [
    ...servicesOf(plan).map(({ service }) => service),
    ...Object.keys(namesOf(plan)),
    ...databaseServersOf(plan)
      .map(({ server: { server } }) => server)
      .filter((server) => ownerOfDatabase(server) === undefined),
    ...volumesOf(plan).flatMap(({ name }) => (formerVolumes.has(name) ? [name] : [])),
    ...[...(plan.vaults ?? []), ...(plan.retired.vaults ?? [])].map(({ guest }) => vaultService(guest)),
    ...tenantsOf(plan).map(({ service }) => service),
    ...((plan.mariadb ?? plan.retired.mariadb) ? [mariadbService] : []),
    ...((plan.directory ?? plan.retired.directory) ? [directoryService] : []),
  ];
}

/** Where the retirement of what holds data is written. */
export function fieldOf(name: string): Path {
  const service = formerVolumes.get(name);
  if (service !== undefined) return [service, "formerVolume"];
  const guest = guestOf(name);
  if (guest !== undefined) return ["recovery", "host", guest, "retired"];
  if (name === mariadbService) return ["tenants", "mariadb", "retired"];
  const tenant = tenantOf(name);
  if (tenant !== undefined) return ["associations", tenant, "retired"];
  const own = /^(.+)-database$/.exec(name);
  return own?.[1] ? [own[1], "dedicatedDatabase", "retired"] : [name, "retired"];
}

/** The line that retires it, as it stands in the declaration. */
export function lineOf(name: string, since: string, data: "" | ", data: released" = ""): string {
  const retirement = `{ since: ${since}${data} }`;
  const tenant = tenantOf(name);
  if (tenant !== undefined) return `retired: ${retirement} in tenants/${tenant}.yaml`;
  const [section, ...rest] = fieldOf(name).map(String);
  return `${section}: ${rest.reduceRight((inner, field) => `{ ${field}: ${inner} }`, retirement)}`;
}

/** Whether the update before has taken the protection away: of media on a volume with the service that they are of. */
export function mayGo(name: string, { retired }: Published): boolean {
  return [name, formerVolumes.get(name)].some((each) => each && retired[each]?.data === "released");
}

/** Whether a server is retired because the services on it are: it is not asked itself. */
export function isFollowing(name: string, plan: CommunePlan): boolean {
  const isServer = databaseServersOf(plan).some(({ server }) => server.server === name);
  return isServer && !plan.formerServers.some(({ server }) => server.server === name);
}

/** The services that a server or a volume is there for. */
export function ownersOf(name: string, { services }: Published): string[] {
  const service = formerVolumes.get(name);
  if (service !== undefined) return [service];
  if (tenantOf(name) !== undefined || [mariadbService, directoryService].includes(name)) return [];
  if (name === "database") return rowsOn({ services });
  const own = /^(.+)-database$/.exec(name);
  return own?.[1] ? [own[1]] : [];
}

/** Whether a service has its rows on the commune's own shared server. */
export function isOnShared({ service, ...facts }: { service: string } & PublishedService): boolean {
  return rowsOn({ services: { [service]: facts } }).length > 0;
}
