import * as k8s from "@pulumi/kubernetes";
import pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, type Outcome, operations, succeeded } from "../cluster/plugins/bench.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { readGolden } from "../registrations/golden.ts";
import { bareCluster } from "./bare.ts";

/** A Deployment as a commune registers it. */
interface Registered {
  name: string;
  inputs: k8s.types.input.apps.v1.Deployment & {
    metadata: { annotations: Record<string, string>; labels: Record<string, string> };
    spec: {
      strategy: { type: string };
      replicas: number;
      selector: k8s.types.input.meta.v1.LabelSelector;
      template: { metadata: { labels: Record<string, string> } };
    };
  };
}

// A commune with every service.
const workloads = readGolden("villeurbanne")
  .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
  .map(({ name, inputs }): Registered => ({ name, inputs: inputs as Registered["inputs"] }));

/** Fields that are read of a pod. */
interface Pod {
  metadata: { labels: Record<string, string>; deletionTimestamp?: string };
  spec: { containers: { image: string }[] };
}

/**
 * Images of a workload's versions: the wait is judged here, not what an application does. To the API server all that
 * is broken is the same: pods that never get ready (plugins/readiness.test.ts has some that are).
 */
const [good, broken, next] = ["first", "broken", "next"];

/** Time that an update is waited for: what cannot succeed is given up early, the rest has the time of a busy machine. */
const patience = { hopeless: "15s", busy: "4m" };

const namespace = "plugins-rollout";
/** Pods take long enough to end for both versions to be seen at once if ever they ran at once. */
const nodes = Nodes.beside(bareCluster(), [namespace], {
  fate: ({ spec }) => (spec.containers[0]?.image === broken ? "waits" : "runs"),
  ending: 1000,
});
let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open("rollout");
});
afterAll(async () => {
  await bench.close();
  await nodes.stop();
});

/** Each workload with its own strategy, number of pods and annotations, and something that waits for it. */
const program = (version: string, within: string) => async () => {
  const provider = bench.provider({ enableConfigMapMutable: true });
  const deployments = workloads.map(({ name, inputs: { metadata, spec } }) => {
    const { replicas, strategy, selector, template } = spec;
    const deployment = new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { name, labels: metadata.labels, annotations: metadata.annotations },
        spec: {
          replicas,
          strategy,
          selector,
          template: {
            metadata: { labels: template.metadata.labels },
            spec: { containers: [{ name: "main", image: version }] },
          },
        },
      },
      { provider, customTimeouts: { create: patience.busy, update: within } },
    );
    new k8s.core.v1.ConfigMap(
      `after-${name}`,
      { metadata: { name: `after-${name}` }, data: { version } },
      { provider, dependsOn: deployment },
    );
    return deployment;
  });
  // As components/commune/outputs.ts does: nothing is published before everything is there.
  return { published: pulumi.all(deployments.map(({ id }) => id)).apply(() => version) };
};

/** All at once: whatever comes after the first failure would not be tried. */
const up = (
  run: Awaited<ReturnType<Bench["stack"]>>,
  version: string,
  within = patience.busy,
): Promise<Outcome> => run.up(program(version, within), { parallel: 64 });

/** Those whose old pods end before the new ones start: of the others an old pod may still be ending. */
const recreated = workloads.filter(({ inputs }) => inputs.spec.strategy.type === "Recreate");

async function pods(): Promise<string[]> {
  const labelled = (labels: Record<string, string>) =>
    `${labels["app.kubernetes.io/instance"]}/${labels["app.kubernetes.io/component"]}`;
  const ended = new Set(recreated.map(({ inputs }) => labelled(inputs.spec.template.metadata.labels)));
  const list = await bench.kubectl("get", "pods", "--field-selector=status.phase=Running", "-o", "json");
  const { items } = JSON.parse(list) as { items: Pod[] };
  return items
    .filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined || ended.has(labelled(metadata.labels)),
    )
    .map(({ metadata, spec }) => `${labelled(metadata.labels)} ${spec.containers[0]?.image}`)
    .sort();
}

test("a workload is waited for: what is broken fails, publishes nothing, and is fixed", async () => {
  expect(recreated.map(({ name }) => name.replace("villeurbanne-", "")).sort()).toEqual([
    "federation-reconciler",
    "hotspots-server",
    "mastodon-cache",
    "mastodon-scheduler",
    "mastodon-sidekiq",
    "nextcloud",
    "nextcloud-cache",
    "peertube",
    "peertube-cache",
    "schools",
  ]);
  const run = await bench.stack("rollout");
  succeeded(await up(run, good));
  expect(await run.published()).toEqual({ published: good });
  const running = await pods();
  expect(running).toHaveLength(workloads.reduce((sum, { inputs }) => sum + inputs.spec.replicas, 0));

  const failed = await up(run, broken, patience.hopeless);
  for (const { name } of workloads) {
    expect(failed.text, name).toMatch(
      new RegExp(`reported that "[^"]*/?${name}" failed to fully initialize or become live`),
    );
    expect(operations(failed, `after-${name}`), name).toEqual([]);
  }
  expect(failed.error).toBeDefined();
  expect(await run.published()).toEqual({ published: good });

  // Back to a version that was complete before, whose ReplicaSet is there still.
  for (const version of [good, next, good]) {
    succeeded(await up(run, version));
    // Ready when `up` says so, not some time later.
    expect(await pods(), version).toEqual(running.map((line) => line.replace(good, version)));
    expect(await run.published()).toEqual({ published: version });
  }
  succeeded(await run.destroy());
});
