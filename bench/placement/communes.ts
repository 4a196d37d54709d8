import { join } from "node:path";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { loadYaml } from "../../components/foundation/declaration/load.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { checkout } from "../../local/paths.ts";
import { type Footprint, footprints, total } from "../../policies/footprint.ts";
import { objectsOf } from "../../scripts/objects.ts";

/** Path at which an API server takes objects of each kind that pods need, those first that others need. */
const settings: Readonly<Record<string, string>> = {
  Namespace: "/api/v1/namespaces",
  ResourceQuota: "/api/v1/namespaces/*/resourcequotas",
  LimitRange: "/api/v1/namespaces/*/limitranges",
  ServiceAccount: "/api/v1/namespaces/*/serviceaccounts",
  PersistentVolumeClaim: "/api/v1/namespaces/*/persistentvolumeclaims",
  PodDisruptionBudget: "/apis/policy/v1/namespaces/*/poddisruptionbudgets",
};
const workloads: Readonly<Record<string, string>> = {
  Deployment: "/apis/apps/v1/namespaces/*/deployments",
  StatefulSet: "/apis/apps/v1/namespaces/*/statefulsets",
};

/** An object, and where an API server takes it. */
export interface Placed {
  path: string;
  object: KubernetesObject;
}

/** Communes whose pods are to be placed. */
export interface Communes {
  ids: readonly string[];
  /** Objects that have to be there before pods: quotas, claims, budgets. Those of a kind are together. */
  settings: readonly (readonly Placed[])[];
  workloads: readonly Placed[];
  /** Requests of all pods together. */
  need: Footprint;
}

interface Commune {
  id: string;
  objects: readonly KubernetesObject[];
}

/**
 * Copies of two examples that tolerate the loss of a node, in turns, until they have so many pods: what the toolkit
 * registers for them, under other names. Jobs are left out, which come and go, and servers of CloudNativePG, whose operator
 * makes their pods.
 */
export async function communesWith(pods: number): Promise<Communes> {
  const examples = [await example("node-loss.yaml"), await example("large.yaml")];
  const copies: Commune[] = [];
  let need = total([]);
  for (let index = 0; need.pods < pods; index++) {
    const copy = copyOf(examples[index % examples.length] ?? { id: "", objects: [] }, index + 1);
    copies.push(copy);
    need = total([need, ...footprints(copy.objects)]);
  }
  const ofKind = (kind: string, path: string) =>
    copies.flatMap(({ objects }) =>
      objects
        .filter((object) => object.kind === kind)
        .map((object) => ({ path: path.replace("*", object.metadata.namespace ?? ""), object })),
    );
  return {
    ids: copies.map(({ id }) => id),
    settings: Object.entries(settings).map(([kind, path]) => ofKind(kind, path)),
    workloads: Object.entries(workloads).flatMap(([kind, path]) => ofKind(kind, path)),
    need,
  };
}

/** A commune under a name of its own, which is in the names of its namespaces, its labels and its domain. */
function copyOf({ id, objects }: Commune, number: number): Commune {
  const own = `${id}-${number}`;
  return { id: own, objects: JSON.parse(JSON.stringify(objects).replaceAll(id, own)) };
}

async function example(file: string): Promise<Commune> {
  const loaded = loadYaml(join(checkout, "stacks", "examples", file), communeSchema);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const site = siteOf(siteSchema.parse({}));
  const { id } = loaded.declaration;
  const objects = await objectsOf(id, planCommune(loaded.declaration, site, {}), site);
  const placed = objects.filter(({ kind }) => kind in settings || kind in workloads);
  return { id, objects: placed.map(withoutAnnotations) };
}

/** Annotations tell Pulumi how to apply an object, and are not all known without a seed. */
function withoutAnnotations(object: KubernetesObject): KubernetesObject {
  const { annotations: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
