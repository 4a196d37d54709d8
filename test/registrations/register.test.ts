import type { Inputs } from "@pulumi/pulumi";
import pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { Manifest } from "../../components/foundation/manifest/manifest.ts";
import { register } from "../../components/foundation/manifest/register.ts";
import { databaseCluster } from "../../components/platform/database/cluster.ts";
import { record } from "./recorder.ts";

const force = "pulumi.com/patchForce";
const metadata = { name: "a", namespace: "bron-a", labels: {} };
const pods = { selector: { matchLabels: {} }, template: { metadata: {}, spec: { containers: [] } } };
const rolling = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } as const;
const job = { template: pods.template };
const servers = databaseCluster({
  ...{ commune: "bron", server: "database", major: "17", upgradeFrom: undefined, availability: "node-loss" },
  ...{ memoryMiB: 256, storageGiB: 1, storageClass: undefined },
});

/** Every kind, with the annotations that tell the engine how to treat it. */
const kinds: readonly [manifest: Manifest, annotations: string[]][] = [
  [{ apiVersion: "v1", kind: "Namespace", metadata }, []],
  [{ apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: {} }, []],
  [{ apiVersion: "v1", kind: "ConfigMap", metadata, data: {} }, [force]],
  [{ apiVersion: "v1", kind: "Service", metadata, spec: {} }, [force, "pulumi.com/skipAwait"]],
  [{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: {} }, [force]],
  [{ apiVersion: "v1", kind: "LimitRange", metadata, spec: { limits: [] } }, [force]],
  [{ apiVersion: "v1", kind: "ResourceQuota", metadata, spec: {} }, [force]],
  [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { ...pods, replicas: 1, strategy: rolling },
    },
    [force, "pulumi.com/waitFor"],
  ],
  [{ apiVersion: "apps/v1", kind: "StatefulSet", metadata, spec: { ...pods, serviceName: "a" } }, [force]],
  [{ apiVersion: "batch/v1", kind: "Job", metadata, spec: job }, [force, "pulumi.com/replaceUnready"]],
  [
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata,
      spec: { schedule: "@daily", jobTemplate: { spec: job } },
    },
    [force],
  ],
  [{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec: {} }, [force]],
  [{ apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false }, [force]],
  [{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules: [] }, [force]],
  [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
      subjects: [],
    },
    [force],
  ],
  [{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec: {} }, [force]],
  [servers, [force, "pulumi.com/waitFor"]],
  [
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec: { podSelector: {} } },
    [force],
  ],
];

const annotationsOf = (inputs: unknown) =>
  Object.keys((inputs as { metadata: { annotations?: object } }).metadata.annotations ?? {}).sort();

test.each(kinds.map(([manifest, annotations]) => ({ kind: manifest.kind, manifest, annotations })))(
  "$kind has what has the engine take back what was changed by hand",
  async ({ manifest, annotations }) => {
    const [registered] = await registeredOf(manifest);
    expect(annotationsOf(registered?.inputs)).toEqual(annotations);
  },
);

test("a Job that nobody waits for is not made again while it runs", async () => {
  const annotations = { "pulumi.com/skipAwait": "true" };
  const [registered] = await registeredOf({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...metadata, annotations },
    spec: job,
  });
  expect(annotationsOf(registered?.inputs)).toEqual([force, "pulumi.com/skipAwait"]);
});

test("a Job with a deadline is waited for until it has passed", async () => {
  const waits: unknown[] = [];
  await record("bron", () => {
    const parent = new pulumi.ComponentResource("a:b:C", "bron", {}, {});
    const seen: pulumi.ResourceTransformation = ({ opts }) => {
      waits.push((opts as pulumi.CustomResourceOptions).customTimeouts);
      return undefined;
    };
    const manifest: Manifest = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata,
      spec: { ...job, activeDeadlineSeconds: 3600 },
    };
    register("bron-a", manifest, { parent, transformations: [seen] });
    register("bron-b", manifest, { parent, transformations: [seen], customTimeouts: { create: "2h" } });
  });
  expect(waits).toEqual([{ create: "3720s", update: "3720s" }, { create: "2h" }]);
});

async function registeredOf(manifest: Manifest): Promise<{ inputs: Inputs }[]> {
  const registered = await record("bron", () => {
    const parent = new pulumi.ComponentResource("a:b:C", "bron", {}, {});
    register("bron-a", manifest, { parent });
  });
  return registered.filter(({ type }) => type.startsWith("kubernetes:")) as { inputs: Inputs }[];
}
