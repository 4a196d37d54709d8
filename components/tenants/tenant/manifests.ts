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
 * Most objects of each kind in an association's namespace: several times those of its applications. For Jobs, those
 * that a move of all applications leaves for a day: five for each that keeps data.
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

/** Labels of the pods of one application of an association. */
export function applicationWorkload(
  { commune, service, id }: Pick<TenantPlan, "commune" | "service" | "id">,
  { name, data }: Pick<ApplicationPlan, "name" | "data">,
): Workload {
  return { commune, service, component: name, software: name, data, tenant: id };
}

/** Labels of all pods of an application: those that answer, and those of its timed job. */
export function applicationWorkloads(tenant: TenantPlan, application: ApplicationPlan): Workloads {
  const workload = applicationWorkload(tenant, application);
  return application.timed ? [workload, timedWorkload(workload)] : [workload];
}

/** Returns the databases that the applications of associations need on a MariaDB server. */
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

/** Returns the databases that the applications of an association need on its PostgreSQL server. */
export function postgresqlClients(tenant: TenantPlan): DatabaseClient[] {
  return tenant.applications.flatMap((application) => {
    const { database } = application;
    if (database?.engine !== "postgresql") return [];
    const { name, label: password, extensions } = database;
    return [{ database: name, password, extensions, workloads: applicationWorkloads(tenant, application) }];
  });
}

/** Returns the kinds of personal data that the applications hold together. */
function dataOf(applications: readonly ApplicationPlan[]): string {
  const kinds = new Set(applications.flatMap(({ data }) => (data === "none" ? [] : data.split("."))));
  return [...kinds].join(".") || "none";
}

/** Returns the namespace of an association, and the volumes in it. */
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

/** Returns the inputs for rendering an application's chart, or the notice in its place. */
export function releaseFor(tenant: TenantPlan, application: ApplicationPlan): Release {
  const { name, release, values } = application;
  const { suspendedSince } = tenant;
  const own = suspendedSince ? noticeRelease(tenant, application, suspendedSince) : { chart: name, values };
  return { ...own, release, namespace: namespaceOf(tenant) };
}

/** Returns the objects of an application, except its volumes, which the association holds. Throws ChartError. */
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
 * Update strategies with which a notice replaces an application, one of each type. The notice keeps the application's
 * type, because an API server keeps the numbers of a rolling update when the type changes, and then refuses them.
 */
const recreated = { type: "Recreate" } as const;
const withoutSurge = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } as const;

/**
 * Returns a notice whose pod starts after the application's has ended, and vice versa: both together may exceed the
 * plan.
 */
function inTurn(manifest: Manifest, strategy: typeof recreated | typeof withoutSurge): Manifest {
  if (manifest.kind !== "Deployment") return manifest;
  return { ...manifest, spec: { ...manifest.spec, strategy } };
}

/**
 * Returns an object whose pods restart with other versions of secrets: a program that reads one at its start gets the
 * new one, and a program that reads it each time gets it at once, not when the node's copy is next refreshed.
 *
 * @param versions labels of the secrets whose version is not the first.
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

/** Returns the Secret of an application's secret. */
export function applicationSecret(
  workload: Workload,
  { secret, key }: ApplicationSecret,
  value: Input<string>,
): Secret {
  return secretOf(workload, secret, { [key]: value });
}
