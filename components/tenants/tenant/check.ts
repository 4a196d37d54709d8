import { nearest } from "../../foundation/declaration/choice.ts";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { isSameSite } from "../../foundation/declaration/same-site.ts";
import { show } from "../../foundation/declaration/show.ts";
import { gibibytes, mebibytes } from "../../foundation/declaration/size.ts";
import { namespaceOf } from "../../foundation/manifest/labels.ts";
import type { ServerName } from "../../platform/database/manifests.ts";
import { hasOwnLogin } from "../../platform/identity/plan.ts";
import { mariadbService } from "../../platform/mariadb/plan.ts";
import { clientsAtMost, memoryFor } from "../../platform/mariadb/sizing.ts";
import type { Engine } from "../applications/application.ts";
import { applicationNames, applicationOf, catalogue } from "../applications/list.ts";
import { accountProblems } from "./accounts.ts";
import { domainOf, type Tenant, type TenantsDeclaration } from "./declaration.ts";
import { isWithin, reservedIds } from "./domains.ts";
import { listProblems } from "./lists.ts";
import { planTenant, type TenantsSubject } from "./plan.ts";
import { ticketProblems } from "./tickets.ts";

/** Returns the problems of the `tenants:` section itself, at the fields of `commune.yaml`. */
export function sectionProblems(subject: TenantsSubject, hosted: readonly Tenant[]): FieldProblem[] {
  const { domain, tenants } = subject;
  if (tenants === undefined) return [];
  return [
    ...mariadbProblems({ ...subject, tenants }, hosted),
    ...(tenants.requests && subject.mail === undefined
      ? [
          {
            field: ["tenants", "requests"],
            message:
              "asks who sends a request to confirm it by mail, and the commune declares no mail. Write mail: with its relay (docs/platform.md), or take the line out.",
          },
        ]
      : []),
    ...(isSameSite(domain, tenants.domain)
      ? [{ field: ["tenants", "domain"], message: sameSite(tenants.domain, domain) }]
      : []),
    ...(hosted.length > tenants.maximum
      ? [
          {
            field: ["tenants", "maximum"],
            message: `is ${tenants.maximum}, and there are files of ${hosted.length} tenants. Write more, or retire some.`,
          },
        ]
      : []),
  ];
}

/** Finds whether the server has fewer connections than its databases may open together. */
function mariadbProblems(
  subject: TenantsSubject & { tenants: TenantsDeclaration },
  hosted: readonly Tenant[],
): FieldProblem[] {
  const { mariadb } = subject.tenants;
  if (mariadb === undefined) return [];
  const kept = hosted.filter(
    (tenant) => tenant.retired?.data !== "released" && sharedDatabasesOf(subject, tenant) > 0,
  );
  if (mariadb.retired?.data === "released" && kept.length > 0) {
    const message = `is released, and rows of ${kept.map(({ id }) => id).join(", ")} are on the server. Release those first, or keep it.`;
    return [{ field: ["tenants", "mariadb", "retired", "data"], message }];
  }
  const most = clientsAtMost(mebibytes(mariadb.memory));
  const running = hosted.filter(({ retired }) => retired === undefined);
  const count = running.reduce((sum, tenant) => sum + sharedDatabasesOf(subject, tenant), 0);
  if (count <= most) return [];
  const message = `has room for ${most} databases, and the files of tenants ask for ${count}. Write at least ${memoryFor(count)} MiB.`;
  return [{ field: ["tenants", "mariadb", "memory"], message }];
}

function sharedDatabasesOf(
  subject: TenantsSubject & { tenants: TenantsDeclaration },
  tenant: Tenant,
): number {
  const { applications } = planTenant(subject, tenant, { storageClass: undefined });
  return applications.filter(({ database }) => database?.server === mariadbService).length;
}

/** Explains why tenants need another domain than the commune's. */
function sameSite(domain: string, communes: string): string {
  return `${show(domain)} and ${show(communes)} are one site to a browser: a page of a tenant could set cookies that the commune's services are sent, and be sent theirs (docs/tenants.md). Write another domain that somebody registered, such as "assos-${communes}".`;
}

/** Returns the problems of an association beyond its own fields, at the fields of its file. */
export function tenantProblems(
  subject: TenantsSubject & { tenants: TenantsDeclaration },
  tenant: Tenant,
  others: readonly Tenant[],
): FieldProblem[] {
  return [
    ...nameProblems(subject, tenant),
    ...listProblems(subject, tenant),
    ...accountProblems(subject, tenant, others),
    ...ticketProblems(subject, tenant),
    ...domainProblems(subject, tenant, others),
    ...accessProblems(subject, tenant),
    ...applicationProblems(subject, tenant),
    ...ownServerProblems(subject, tenant),
    ...postgresqlProblems(subject, tenant),
    ...planProblems(subject, tenant),
  ];
}

function nameProblems({ tenants }: { tenants: TenantsDeclaration }, { id, domain }: Tenant): FieldProblem[] {
  if (!reservedIds.includes(id)) return [];
  const message = `${show(id)} is a name that people and programs take for the commune's own${domain ? "" : ` at ${tenants.domain}`}. Write another id, and name the file after it.`;
  return [{ field: ["id"], message }];
}

function domainProblems(
  { domain: communes, tenants }: TenantsSubject & { tenants: TenantsDeclaration },
  tenant: Tenant,
  others: readonly Tenant[],
): FieldProblem[] {
  const domain = domainOf(tenant, tenants);
  const field = [tenant.domain === undefined ? "id" : "domain"];
  if (isSameSite(domain, communes) && tenant.domain !== undefined)
    return [{ field, message: sameSite(domain, communes) }];
  const below = domain.slice(0, -tenants.domain.length - 1);
  if (tenant.domain !== undefined && isWithin(domain, tenants.domain) && below !== tenant.id)
    return [
      {
        field,
        message: `${show(domain)} is within the tenants' domain. There a tenant is at its id, "${tenant.id}.${tenants.domain}": take the line out, or write a domain of its own.`,
      },
    ];
  const clash = others.find((other) => {
    const theirs = domainOf(other, tenants);
    return isWithin(domain, theirs) || isWithin(theirs, domain);
  });
  if (clash === undefined) return [];
  const message = `${show(domain)} is the domain of ${clash.id} (${domainOf(clash, tenants)}), or one is within the other. Each tenant needs another one.`;
  return [{ field, message }];
}

function accessProblems(subject: TenantsSubject, { applications }: Tenant): FieldProblem[] {
  const names = applicationNames();
  const declared = names.filter((name) => applications[name] !== undefined);
  if (declared.length === 0)
    return [
      { field: ["applications"], message: `has none. Write one or more of ${names.join(", ")} below it.` },
    ];
  return declared.flatMap((name) => {
    const access = applications[name]?.access ?? "public";
    if (applicationOf(name).tellsApart.includes(access)) return [];
    if (hasOwnLogin(subject) && applicationOf(name).isGated) return [];
    const able = catalogue().flatMap((other) => (other.tellsApart.includes(access) ? [other.name] : []));
    const message = `${show(access)} is more than ${name} can do: it has no accounts, and whoever knows its address reads it. Write public, or use ${able.join(" or ")}${applicationOf(name).isGated ? ", or give the commune a login of its own (docs/identity.md)" : ""}.`;
    return [{ field: ["applications", name, "access"], message }];
  });
}

/** Finds applications whose needs the commune does not provide, or whose address another one has. */
function applicationProblems(
  subject: TenantsSubject & { tenants: TenantsDeclaration },
  tenant: Tenant,
): FieldProblem[] {
  const { mariadb } = subject.tenants;
  const { applications } = planTenant(subject, tenant, { storageClass: undefined });
  return applications.flatMap(({ name, host, database }, index) => {
    const field = ["applications", name];
    const first = applications.slice(0, index).find((other) => other.host === host);
    const clash = `is at ${host}, where ${first?.name} is. Write another subdomain for one of them.`;
    const lacks =
      database?.server === mariadbService && tenant.retired === undefined && (!mariadb || mariadb.retired);
    const server = mariadb
      ? "needs the MariaDB server, which is retired. Take the line retired: out below tenants: mariadb: in commune.yaml, or retire the tenant."
      : "needs a MariaDB server, and the commune declares none. Write mariadb: {} below tenants: in its commune.yaml, dedicatedDatabase: {} here, or take the application out.";
    return [...(first ? [{ field, message: clash }] : []), ...(lacks ? [{ field, message: server }] : [])];
  });
}

/** Longest name of a namespace, letters. Source: RFC 1123. */
const longestNamespace = 63;

/** Finds a MariaDB server of its own that nothing uses, or whose namespace has too long a name. */
function ownServerProblems(
  subject: TenantsSubject & { tenants: TenantsDeclaration },
  tenant: Tenant,
): FieldProblem[] {
  const plan = planTenant(subject, tenant, { storageClass: undefined });
  const { applications, dedicatedDatabase } = plan;
  if (dedicatedDatabase === undefined) return [];
  const field = ["dedicatedDatabase"];
  if (applications.every(({ database }) => database?.engine !== "mariadb")) {
    return [{ field, message: unused("mariadb") }];
  }
  const message = tooLong(dedicatedDatabase);
  return message
    ? [
        {
          field,
          message: `${message} Take it out: with ids as long as these, associations share the commune's server.`,
        },
      ]
    : [];
}

/**
 * Finds a PostgreSQL server that nothing uses, or whose namespace has too long a name. An association has one
 * automatically if an application needs it.
 */
function postgresqlProblems(
  subject: TenantsSubject & { tenants: TenantsDeclaration },
  tenant: Tenant,
): FieldProblem[] {
  const { applications, postgresql } = planTenant(subject, tenant, { storageClass: undefined });
  if (postgresql === undefined)
    return tenant.postgresql ? [{ field: ["postgresql"], message: unused("postgresql") }] : [];
  const message = tooLong(postgresql);
  if (message === undefined) return [];
  return applications.flatMap(({ name, database }) =>
    database?.engine === "postgresql"
      ? [
          {
            field: ["applications", name],
            message: `needs a PostgreSQL server, which ${message} Take the application out: ids as long as these have no room for one.`,
          },
        ]
      : [],
  );
}

/** Explains why a server that nothing uses is refused. */
function unused(engine: Engine): string {
  const needing = catalogue().flatMap(({ name, rows }) => (rows === engine ? [name] : []));
  return `would be a server that nothing of it uses: ${needing.join(", ")} keep${needing.length > 1 ? "" : "s"} rows on one. Take it out.`;
}

/** Explains why a server's namespace cannot have its name; undefined if it can. */
function tooLong({ commune, server }: ServerName): string | undefined {
  const namespace = namespaceOf({ commune, service: server });
  if (namespace.length <= longestNamespace) return undefined;
  return `would be in the namespace ${namespace}, whose ${namespace.length} letters are more than Kubernetes' ${longestNamespace}.`;
}

/** Finds applications that exceed the plan: the API server would refuse their pods, when it is too late. */
function planProblems(
  subject: TenantsSubject & { tenants: TenantsDeclaration },
  tenant: Tenant,
): FieldProblem[] {
  const { plans } = subject.tenants;
  const size = plans[tenant.plan];
  if (size === undefined) {
    const names = Object.keys(plans);
    const near = nearest(tenant.plan, names);
    const advice = near ? `Did you mean ${show(near)}?` : `There are: ${names.join(", ")}.`;
    return [{ field: ["plan"], message: `${show(tenant.plan)} is no plan of the commune. ${advice}` }];
  }
  const { needs } = planTenant(subject, tenant, { storageClass: undefined });
  const short = [
    { what: "storage", needed: needs.storageGiB, has: gibibytes(size.storage), unit: " GiB" },
    { what: "memory", needed: needs.memoryMiB, has: mebibytes(size.memory), unit: " MiB" },
    { what: "cpu", needed: needs.millicores / 1000, has: size.cpu.millicores / 1000, unit: " cores" },
  ].filter(({ needed, has }) => needed > has);
  if (short.length === 0) return [];
  const lacks = short.map(
    ({ what, needed, has, unit }) => `${needed}${unit} of ${what}, and the plan has ${has}${unit}`,
  );
  return [
    {
      field: ["plan"],
      message: `${show(tenant.plan)} is too small for its applications: they need ${lacks.join("; ")}. Write a larger plan, or less below applications.`,
    },
  ];
}
