import * as k8s from "@pulumi/kubernetes";
import pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readGolden } from "../registrations/golden.ts";
import { Bench, type Outcome, operations, shellImage, succeeded } from "./plugins/bench.ts";

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

/** What is read of a pod. */
interface Pod {
  metadata: { labels: Record<string, string>; deletionTimestamp?: string };
  spec: { containers: { command: string[] }[] };
}

/** What a version of a workload runs: the wait is judged here, not what an application does. */
interface Version {
  image: string;
  command: string;
}
const good: Version = { image: shellImage, command: "touch /tmp/ready; sleep infinity" };
const broken: Record<string, Version> = {
  "a broken image": { ...good, image: "villeurbanne.test/absent:1" },
  "a setting with which it ends": { ...good, command: "echo refused >&2; exit 1" },
  "a setting with which it never gets ready": { ...good, command: "sleep infinity" },
};

/** How long an update is waited for: what cannot succeed is given up early, the rest has the time of a busy machine. */
const patience = { hopeless: "20s", busy: "4m" };

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open("rollout");
});
afterAll(() => bench?.close());

/** Each workload with its own strategy, number of pods and annotations, and something that waits for it. */
const program = (version: Version, within: string) => async () => {
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
            spec: {
              // Long enough for both versions to be seen at once if ever they ran at once.
              terminationGracePeriodSeconds: 1,
              containers: [
                {
                  name: "shell",
                  image: version.image,
                  command: ["sh", "-c", version.command],
                  readinessProbe: { exec: { command: ["test", "-e", "/tmp/ready"] }, periodSeconds: 1 },
                },
              ],
            },
          },
        },
      },
      { provider, customTimeouts: { create: patience.busy, update: within } },
    );
    new k8s.core.v1.ConfigMap(
      `after-${name}`,
      { metadata: { name: `after-${name}` }, data: { ...version } },
      { provider, dependsOn: deployment },
    );
    return deployment;
  });
  // As components/commune/outputs.ts does: nothing is published before everything is there.
  return { published: pulumi.all(deployments.map(({ id }) => id)).apply(() => ({ ...version })) };
};

/** All at once: whatever comes after the first failure would not be tried. */
const up = (
  run: Awaited<ReturnType<Bench["stack"]>>,
  version: Version,
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
    .map(({ metadata, spec }) => `${labelled(metadata.labels)} ${spec.containers[0]?.command[2]}`)
    .sort();
}

test("a workload is waited for: what is broken fails, publishes nothing, and is mended", async () => {
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

  for (const [what, version] of Object.entries(broken)) {
    const failed = await up(run, version, patience.hopeless);
    for (const { name } of workloads) {
      expect(failed.text, `${what}: ${name}`).toMatch(
        new RegExp(`reported that "[^"]*/?${name}" failed to fully initialize or become live`),
      );
      expect(operations(failed, `after-${name}`), `${what}: ${name}`).toEqual([]);
    }
    expect(failed.error, what).toBeDefined();
    expect(await run.published(), what).toEqual({ published: good });

    succeeded(await up(run, good));
    // Ready when `up` says so, not some time later.
    expect(await pods(), what).toEqual(running);
    expect(await run.published()).toEqual({ published: good });
  }

  // Back to a version that was complete before, whose ReplicaSet is there still.
  const next = { ...good, command: `: the next; ${good.command}` };
  for (const version of [next, good, next]) {
    succeeded(await up(run, version));
    const commands = (await pods()).map((line) => line.slice(line.indexOf(" ") + 1));
    expect(commands).toEqual(running.map(() => version.command));
  }
  succeeded(await run.destroy());
});
