import {
  type Image,
  images,
  type PostgresqlMajor,
  postgisImage,
  postgresqlImage,
} from "../foundation/image/catalogue.ts";
import type { MariadbPlan } from "../platform/mariadb/plan.ts";
import type { UsedSoftware } from "../portal/software.ts";
import { plannedServices, type ServicePlans } from "../services/index.ts";
import { applicationOf, isApplication } from "../tenants/applications/list.ts";
import { mariadbServersOf, type TenantPlan } from "../tenants/tenant/plan.ts";
import { allPoints, type PointsOfPlan } from "./points.ts";

/** A PostgreSQL server of ours. */
interface Server {
  major: PostgresqlMajor;
  upgradeFrom: PostgresqlMajor | undefined;
  isSpatial?: boolean;
}

/** What a commune's plan says of what runs. */
export interface Runs extends ServicePlans, PointsOfPlan {
  /** The server that services share: ours, or one outside, which programs of the same version ask. */
  database: { ours: Server } | { outside: object; major: PostgresqlMajor } | undefined;
  schools?: object | undefined;
  tenants?: readonly TenantPlan[] | undefined;
  mariadb?: MariadbPlan | undefined;
  directory?: object | undefined;
  login: object | undefined;
  copying: object | undefined;
}

/**
 * Software that a commune runs, first what is for people. Pure; test/registrations/software.test.ts holds it to the images
 * that are registered.
 *
 * @param servers every PostgreSQL server of ours, those that are kept for what was retired too.
 */
export function usedSoftware(runs: Runs, servers: readonly Server[]): UsedSoftware[] {
  return [...ofServices(runs), ...ofAssociations(runs), ...beneath(runs, servers)];
}

function ofServices(runs: ServicePlans): UsedSoftware[] {
  return plannedServices(runs).flatMap(({ title, plan, images: [image], link }) =>
    image === undefined
      ? []
      : [{ ...known(image), name: title, version: plan.version, purpose: link?.of.french ?? title }],
  );
}

/** What a page says of what associations have. Which of them has it is not told. */
const forAssociations = "Outil d’associations que la commune héberge";

/** Applications that run: none of an association that is suspended. */
function ofAssociations({ tenants = [] }: Runs): UsedSoftware[] {
  const names = new Set(
    tenants
      .filter(({ suspendedSince }) => suspendedSince === undefined)
      .flatMap(({ applications }) => applications.map(({ name }) => name)),
  );
  return [...names]
    .filter(isApplication)
    .sort()
    .flatMap((name) => applicationOf(name).images)
    .map((image) => ({ ...named(image), purpose: forAssociations }));
}

/** What services and the toolkit's own programs need: Node serves these pages themselves. */
function beneath(runs: Runs, servers: readonly Server[]): UsedSoftware[] {
  const { schools, tenants = [], directory, login, copying } = runs;
  const hasMariadb = mariadbServersOf(runs).length > 0;
  const hasServices = plannedServices(runs).length > 0;
  const isCopied = copying !== undefined || allPoints(runs).length > 0;
  const hasFronts = hasMariadb || [schools, login].some((each) => each !== undefined);
  return [
    // Further programs of a service, of the same release.
    ...plannedServices(runs).flatMap(({ plan: { version }, images: [, ...others] }) =>
      others.map((image) => ({ ...named(image), version })),
    ),
    ...majorsOf(runs, servers).map((major) =>
      named({ ...images.postgresql, reference: postgresqlImage(major) }),
    ),
    ...[...new Set(servers.filter(({ isSpatial }) => isSpatial).map(({ major }) => postgisImage(major)))].map(
      (reference) => named({ ...images.postgis, reference }),
    ),
    ...(hasMariadb ? [named(images.mariadb)] : []),
    ...(plannedServices(runs).some(({ hasNoCache }) => !hasNoCache) ? [named(images.valkey)] : []),
    ...(directory ? [named(images.slapd)] : []),
    ...(login ? [named(images.lemonldap)] : []),
    ...(hasServices || hasFronts || tenants.length > 0 ? [named(images.nginx)] : []),
    ...(isCopied ? [named(images.restic)] : []),
    named(images.node),
  ];
}

/** Major versions of PostgreSQL, the newest first: those that data is taken over from are run for that. */
function majorsOf({ database }: Runs, servers: readonly Server[]): PostgresqlMajor[] {
  const majors = [
    ...servers.flatMap(({ major, upgradeFrom }) => (upgradeFrom ? [major, upgradeFrom] : [major])),
    ...(database && "outside" in database ? [database.major] : []),
  ];
  return [...new Set(majors)].sort((one, other) => Number(other) - Number(one));
}

function named(image: Image): UsedSoftware {
  // A version may have hyphens of its own: 2024-02-06b.
  const version = image.reference.replace(/^.*:/, "").replace(/-[a-z].*$/, "");
  return { ...known(image), name: image.name ?? image.reference, version, purpose: undefined };
}

/** What pages tell of what the catalogue has. */
function known({ licence, source, publisher, registers }: Image) {
  return { licence, source, publisher, registers };
}
