// The package's own index would load every kind that it has.
import apps from "@pulumi/kubernetes/apps/v1/index.js";
import batch from "@pulumi/kubernetes/batch/v1/index.js";
import core from "@pulumi/kubernetes/core/v1/index.js";
import networking from "@pulumi/kubernetes/networking/v1/index.js";
import rbac from "@pulumi/kubernetes/rbac/v1/index.js";
import type { CustomResource, CustomResourceOptions, Resource } from "@pulumi/pulumi";
import type { Manifest, Service } from "./manifest.ts";

/** Options of a child: its parent is required, so that nothing is registered outside a component. */
export interface ChildOptions extends CustomResourceOptions {
  parent: Resource;
}

/**
 * Registers one manifest as the Pulumi resource of its kind.
 *
 * @param name logical name: starts with the parent's name, never an array position.
 */
export function register(name: string, manifest: Manifest, options: ChildOptions): CustomResource {
  switch (manifest.kind) {
    case "Namespace":
      return new core.Namespace(name, manifest, options);
    case "ConfigMap":
      return new core.ConfigMap(name, ours(manifest), options);
    case "Secret":
      return new core.Secret(name, manifest, options);
    case "Service":
      return new core.Service(name, notAwaited(manifest), options);
    case "PersistentVolumeClaim":
      return new core.PersistentVolumeClaim(name, manifest, options);
    case "LimitRange":
      return new core.LimitRange(name, manifest, options);
    case "ResourceQuota":
      return new core.ResourceQuota(name, manifest, options);
    case "Deployment":
      return new apps.Deployment(name, ours(manifest), options);
    case "StatefulSet":
      return new apps.StatefulSet(name, ours(manifest), options);
    case "Job":
      return new batch.Job(name, manifest, options);
    case "CronJob":
      return new batch.CronJob(name, ours(manifest), options);
    case "Ingress":
      return new networking.Ingress(name, manifest, options);
    case "ServiceAccount":
      return new core.ServiceAccount(name, manifest, options);
    case "Role":
      return new rbac.Role(name, manifest, options);
    case "RoleBinding":
      return new rbac.RoleBinding(name, manifest, options);
    case "NetworkPolicy":
      return new networking.NetworkPolicy(name, manifest, options);
  }
}

/**
 * A Service for whose pods Pulumi does not wait: it waits for the workloads, and a Service that waited as well would take
 * one of the engine's places, four for each processor, from them.
 */
function notAwaited(service: Service): Service {
  return annotated(service, "pulumi.com/skipAwait");
}

/**
 * What people change by hand (`kubectl scale`, `kubectl edit`): the declaration takes it back, where a preview would
 * otherwise stop at a field that kubectl owns. Secrets are not among it: they stop a stack that has another seed
 * (docs/decisions/0006-taking-over-what-a-killed-run-left.md).
 * Source: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
function ours<M extends Manifest>(manifest: M): M {
  return annotated(manifest, "pulumi.com/patchForce");
}

/** An annotation that Pulumi's provider reads. */
function annotated<M extends Manifest>(manifest: M, annotation: string): M {
  const { metadata } = manifest;
  return {
    ...manifest,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: "true" } },
  };
}
