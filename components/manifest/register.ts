import k8s from "@pulumi/kubernetes";
import type { CustomResource, CustomResourceOptions, Resource } from "@pulumi/pulumi";
import type { Manifest } from "./manifest.ts";

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
      return new k8s.core.v1.Namespace(name, manifest, options);
    case "ConfigMap":
      return new k8s.core.v1.ConfigMap(name, manifest, options);
    case "Secret":
      return new k8s.core.v1.Secret(name, manifest, options);
    case "Service":
      return new k8s.core.v1.Service(name, manifest, options);
    case "PersistentVolumeClaim":
      return new k8s.core.v1.PersistentVolumeClaim(name, manifest, options);
    case "LimitRange":
      return new k8s.core.v1.LimitRange(name, manifest, options);
    case "ResourceQuota":
      return new k8s.core.v1.ResourceQuota(name, manifest, options);
    case "Deployment":
      return new k8s.apps.v1.Deployment(name, manifest, options);
    case "StatefulSet":
      return new k8s.apps.v1.StatefulSet(name, manifest, options);
    case "Job":
      return new k8s.batch.v1.Job(name, manifest, options);
    case "CronJob":
      return new k8s.batch.v1.CronJob(name, manifest, options);
    case "Ingress":
      return new k8s.networking.v1.Ingress(name, manifest, options);
    case "ServiceAccount":
      return new k8s.core.v1.ServiceAccount(name, manifest, options);
    case "Role":
      return new k8s.rbac.v1.Role(name, manifest, options);
    case "RoleBinding":
      return new k8s.rbac.v1.RoleBinding(name, manifest, options);
    case "NetworkPolicy":
      return new k8s.networking.v1.NetworkPolicy(name, manifest, options);
  }
}
