import type { Input } from "@pulumi/pulumi";
import { namespaceOf, type Workload, type Workloads } from "../../foundation/manifest/labels.ts";
import type { Manifest, Secret } from "../../foundation/manifest/manifest.ts";
import { secretOf } from "../../foundation/manifest/objects.ts";
import { isObject } from "../../foundation/manifest/pod-template.ts";
import type { Bounds } from "../../foundation/namespace/manifests.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import type { PlannedVolume } from "../../foundation/volume/manifests.ts";
import type { DatabaseClient } from "../../platform/database/contract.ts";
import type { MariadbClient } from "../../platform/mariadb/role.ts";
import { hostsAnnotation } from "../admission/rules.ts";
import type { ApplicationPlan, ApplicationSecret } from "../applications/application.ts";
import { manifestsOf, timedWorkload } from "../chart/manifests.ts";
import type { Release } from "../chart/render.ts";
import { noticeRelease } from "./notice.ts";
import type { TenantPlan } from "./plan.ts";

/** Port of the front in every application's pod (charts/app). */
export const frontPort = 8080;

/**
 * Most objects of each kind in a tenant's namespace: what its applications have, several times over. Jobs are what a move
 * of all of them leaves for a day, five of each that keeps something.
 */
const objects: Bounds["objects"] = {
  "count/configmaps": 20,
  "count/secrets": 20,
  "count/services": 10,
  "count/ingresses.networking.k8s.io": 10,
  "count/persistentvolumeclaims": 10,
  "count/deployments.apps": 10,
  "count/replicasets.apps": 40,
  "count/statefulsets.apps": 0,
  "count/jobs.batch": 60,
  "count/cronjobs.batch": 20,
};

/** The pods of one application of a tenant. */
export function applicationWorkload(
  { commune, service, id }: Pick<TenantPlan, "commune" | "service" | "id">,
  { name, data }: Pick<ApplicationPlan, "name" | "data">,
): Workload {
  return { commune, service, component: name, software: name, data, tenant: id };
}

/** All pods of an application: those that answer, and those of its timed job. */
export function applicationWorkloads(tenant: TenantPlan, application: ApplicationPlan): Workloads {
  const workload = applicationWorkload(tenant, application);
  return application.timed ? [workload, timedWorkload(workload)] : [workload];
}

/** What the applications of tenants ask of a MariaDB server. */
export function mariadbClients(server: string, tenants: readonly TenantPlan[]): MariadbClient[] {
  return tenants.flatMap((tenant) =>
    tenant.applications.flatMap((application) => {
      const { release, database } = application;
      if (database?.server !== server) return [];
      const workloads = applicationWorkloads(tenant, application);
      const { id: owner, rowsMiB } = tenant;
      return [{ release, database: database.name, owner, rowsMiB, password: database.label, workloads }];
    }),
  );
}

/** What the applications of an association ask of its PostgreSQL server. */
export function postgresqlClients(tenant: TenantPlan): DatabaseClient[] {
  return tenant.applications.flatMap((application) => {
    const { database } = application;
    if (database?.engine !== "postgresql") return [];
    const { name, label: password, extensions } = database;
    return [{ database: name, password, extensions, workloads: applicationWorkloads(tenant, application) }];
  });
}

/** Kinds of personal data that the applications hold together. */
function dataOf(applications: readonly ApplicationPlan[]): string {
  const kinds = new Set(applications.flatMap(({ data }) => (data === "none" ? [] : data.split("."))));
  return [...kinds].join(".") || "none";
}

/** The namespace of a tenant, and the volumes in it. */
export function tenantHolders(tenant: TenantPlan): DataHolders {
  const { commune, service, id, applications, quota, storageClass } = tenant;
  const { memoryMiB, storageGiB, pods, millicores, ephemeralMiB } = quota;
  return {
    component: "commune:index:Tenant",
    namespace: {
      ...{ commune, service, tenant: id },
      data: dataOf(applications),
      annotations: { [hostsAnnotation]: applications.map(({ host }) => host).join(",") },
      quota: { memoryMiB, storageGiB, pods, bounds: { millicores, ephemeralMiB, objects } },
    },
    volumes: applications.flatMap((application) =>
      application.volumes.map(
        ({ name, sizeGiB }): PlannedVolume => ({
          workload: applicationWorkload(tenant, application),
          ...{ name, sizeGiB, storageClass },
          field: ["associations", id, "applications", application.name, "storage"],
        }),
      ),
    ),
    queue: undefined,
  };
}

/** What an application's chart is rendered with, or the notice in its place. */
export function releaseFor(tenant: TenantPlan, application: ApplicationPlan): Release {
  const { name, release, values } = application;
  const { suspendedSince } = tenant;
  const own = suspendedSince ? noticeRelease(tenant, application, suspendedSince) : { chart: name, values };
  return { ...own, release, namespace: namespaceOf(tenant) };
}

/** The objects of an application, but for its volumes, which the tenant holds. Throws ChartError. */
export function applicationManifests(
  tenant: TenantPlan,
  application: ApplicationPlan,
  text: string,
): Manifest[] {
  const workload = applicationWorkload(tenant, application);
  const manifests = manifestsOf(text, workload, namespaceOf(tenant)).filter(
    ({ kind }) => kind !== "PersistentVolumeClaim",
  );
  if (tenant.suspendedSince === undefined) return manifests;
  const strategy = application.volumes.length > 0 ? recreated : withoutSurge;
  return manifests.map((manifest) => inTurn(manifest, strategy));
}

/**
 * How a notice takes the place of an application: of the same type as the application's own, because an API server leaves
 * the numbers of a rolling update where the type becomes another, and then refuses them.
 */
const recreated = { type: "Recreate" } as const;
const withoutSurge = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } as const;

/** A notice whose pod comes after the application's, and back: both together may be more than the plan. */
function inTurn(manifest: Manifest, strategy: typeof recreated | typeof withoutSurge): Manifest {
  if (manifest.kind !== "Deployment") return manifest;
  return { ...manifest, spec: { ...manifest.spec, strategy } };
}

/**
 * An object whose pods start again with other versions of secrets: what reads one at its start has the new one then, and
 * what reads it each time has it at once, not when the node has looked again.
 *
 * @param versions labels of those that have another version than the first.
 */
export function restartedFor(manifest: Manifest, versions: readonly string[]): Manifest {
  if (versions.length === 0 || manifest.kind !== "Deployment") return manifest;
  const template = isObject(manifest.spec.template) ? manifest.spec.template : {};
  const metadata = isObject(template.metadata) ? template.metadata : {};
  const own = isObject(metadata.annotations) ? metadata.annotations : {};
  const annotations = { ...own, "commune.cloud/secrets": versions.join(" ") };
  const restarted = { ...template, metadata: { ...metadata, annotations } };
  return { ...manifest, spec: { ...manifest.spec, template: restarted } };
}

/** A secret of an application, as it reads it. */
export function applicationSecret(
  workload: Workload,
  { secret, key }: ApplicationSecret,
  value: Input<string>,
): Secret {
  return secretOf(workload, secret, { [key]: value });
}
