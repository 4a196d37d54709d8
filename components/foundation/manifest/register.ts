// The package's own index would load every kind that it has.
import { CustomResource as Custom } from "@pulumi/kubernetes/apiextensions/customResource.js";
import apps from "@pulumi/kubernetes/apps/v1/index.js";
import batch from "@pulumi/kubernetes/batch/v1/index.js";
import core from "@pulumi/kubernetes/core/v1/index.js";
import networking from "@pulumi/kubernetes/networking/v1/index.js";
import policy from "@pulumi/kubernetes/policy/v1/index.js";
import rbac from "@pulumi/kubernetes/rbac/v1/index.js";
import type { CustomResource, CustomResourceOptions, Resource } from "@pulumi/pulumi";
import type { Cluster, ConfigMap, Deployment, Job, Manifest, Service } from "./manifest.ts";

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
      return registerConfigMap(name, manifest, options);
    case "Secret":
      return new core.Secret(name, manifest, options);
    case "Service":
      return new core.Service(name, notAwaited(ours(manifest)), options);
    case "PersistentVolumeClaim":
      return new core.PersistentVolumeClaim(name, ours(manifest), options);
    case "LimitRange":
      return new core.LimitRange(name, ours(manifest), options);
    case "ResourceQuota":
      return new core.ResourceQuota(name, ours(manifest), options);
    case "Deployment":
      return new apps.Deployment(name, ours(awaited(manifest)), options);
    case "StatefulSet":
      return new apps.StatefulSet(name, ours(manifest), options);
    case "Job":
      return new batch.Job(name, ours(triedAgain(manifest)), { ...awaitedToItsEnd(manifest), ...options });
    case "CronJob":
      return new batch.CronJob(name, ours(manifest), options);
    case "Ingress":
      return new networking.Ingress(name, ours(manifest), options);
    case "ServiceAccount":
      return new core.ServiceAccount(name, ours(manifest), options);
    case "Role":
      return new rbac.Role(name, ours(manifest), options);
    case "RoleBinding":
      return new rbac.RoleBinding(name, ours(manifest), options);
    case "PodDisruptionBudget":
      return new policy.PodDisruptionBudget(name, ours(manifest), options);
    case "NetworkPolicy":
      return new networking.NetworkPolicy(name, ours(manifest), options);
    case "Cluster":
      return new Custom(name, ours(ready(manifest)), options);
    case "CiliumNetworkPolicy":
    case "PodMonitor":
    case "Probe":
    case "PrometheusRule":
      return new Custom(name, ours(manifest), options);
  }
}

/** Registers a ConfigMap and returns it, for those who read its state in the cluster. */
export function registerConfigMap(name: string, manifest: ConfigMap, options: ChildOptions): core.ConfigMap {
  return new core.ConfigMap(name, ours(manifest), options);
}

const skipAwait = "pulumi.com/skipAwait";

/**
 * A Service for whose pods Pulumi does not wait: it waits for the workloads, and a Service that waited as well would take
 * one of the engine's places, four for each processor, from them.
 */
function notAwaited(service: Service): Service {
  return annotated(service, skipAwait);
}

/**
 * A Job that failed is made again by the next run, where it would otherwise stay failed until somebody deletes it. One
 * that nobody waits for may take hours to complete, and is left to itself.
 */
function triedAgain(job: Job): Job {
  return job.metadata.annotations?.[skipAwait] ? job : annotated(job, "pulumi.com/replaceUnready");
}

/** A Job that runs longer than it is waited for would be made again by the next run, and never complete. */
function awaitedToItsEnd({ spec: { activeDeadlineSeconds } }: Job): CustomResourceOptions {
  if (typeof activeDeadlineSeconds !== "number") return {};
  // Its pods have some time to end.
  const limit = `${activeDeadlineSeconds + 120}s`;
  return { customTimeouts: { create: limit, update: limit } };
}

/**
 * A Deployment says itself what to wait for: as many pods as declared, all of this version, all ready. The provider judges
 * that only by a status that is about this version; its own rule for Deployments ends too early
 * (docs/decisions/0020-a-deployment-says-what-to-wait-for.md).
 */
function awaited(deployment: Deployment): Deployment {
  const counts = ["updatedReplicas", "replicas", "readyReplicas"];
  const wanted = counts.map((count) => `jsonpath={.status.${count}}=${deployment.spec.replicas}`);
  return annotated(deployment, "pulumi.com/waitFor", JSON.stringify(wanted));
}

/**
 * A cluster of PostgreSQL servers is waited for until its operator says that all of them serve. Its condition alone stays
 * true while an older version of it is replaced.
 */
function ready(cluster: Cluster): Cluster {
  const wanted = ["condition=Ready", `jsonpath={.status.readyInstances}=${cluster.spec.instances}`];
  return annotated(cluster, "pulumi.com/waitFor", JSON.stringify(wanted));
}

/**
 * Lets the declaration take back what people change by hand (`kubectl scale`, `kubectl edit`): a preview would
 * otherwise stop at a field that kubectl owns. Secrets and Namespaces are left out: they stop a stack that has another
 * seed (docs/decisions/0006-taking-over-what-a-killed-run-left.md).
 * Source: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
function ours<M extends Manifest>(manifest: M): M {
  return annotated(manifest, "pulumi.com/patchForce");
}

/** An annotation that Pulumi's provider reads. */
function annotated<M extends Manifest>(manifest: M, annotation: string, value = "true"): M {
  const { metadata } = manifest;
  return {
    ...manifest,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: value } },
  };
}
