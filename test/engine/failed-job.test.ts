import pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConfigMap, Job } from "../../components/foundation/manifest/manifest.ts";
import { register } from "../../components/foundation/manifest/register.ts";
import { Bench, changes, operations, type Run, shellImage, succeeded } from "../cluster/plugins/bench.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { bareCluster } from "./bare.ts";

const namespace = "plugins-failed-job";
const nodes = Nodes.beside(bareCluster(), [namespace], { fate: () => "fails" });
let bench: Bench;
let run: Run;

/** A Job that comes to its end when something outside of the program is as it should be, and what waits for it. */
const program = async () => {
  const provider = bench.provider({ enableConfigMapMutable: true, upsertExistingObjects: true });
  const parent = new pulumi.ComponentResource("commune:test:Job", "job", {}, { providers: [provider] });
  const job: Job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "migrate", namespace, labels: {} },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [{ name: "migrate", image: shellImage }],
        },
      },
    },
  };
  const after: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "after", namespace, labels: {} },
    data: {},
  };
  const migrated = register("migrate", job, { parent, provider });
  register("after", after, { parent, provider, dependsOn: migrated });
};

beforeAll(async () => {
  bench = await Bench.open("failed-job");
  run = await bench.stack("failed-job");
});
afterAll(async () => {
  await bench.close();
  await nodes.stop();
});

test("a Job that fails stops the run, which says so and why; what waits for it is not made", async () => {
  const { error, text } = await run.up(program);
  expect(error).toBeDefined();
  expect(text).toContain("BackoffLimitExceeded");
  expect(await bench.field("configmap/after", "{.metadata.name}")).toBeUndefined();
});

test("the next plain run makes it again, and says the same as long as its reason stands", async () => {
  const uid = await bench.field("job/migrate", "{.metadata.uid}");
  const { error, text, steps } = await run.up(program);
  expect(error).toBeDefined();
  expect(text).toContain("BackoffLimitExceeded");
  expect(steps.filter(({ name }) => name === "migrate").map(({ op }) => op)).toContain("replace");
  expect(await bench.field("job/migrate", "{.metadata.uid}")).not.toBe(uid);
});

test("the next plain run goes on when its reason is mended, and the one after changes nothing", async () => {
  await nodes.decide(() => "ends");
  const previewed = succeeded(await run.preview(program));
  expect(operations(previewed, "migrate")).toContain("replace");
  succeeded(await run.up(program));
  expect(await bench.field("configmap/after", "{.metadata.name}")).toBe("after");
  expect(changes(succeeded(await run.up(program)))).toEqual([]);
});

test("one that was deleted by hand is made again by one up --refresh", async () => {
  await bench.kubectl("delete", "job/migrate");
  succeeded(await run.up(program, { refresh: true }));
  expect(await bench.field("job/migrate", "{.status.succeeded}")).toBe("1");
  succeeded(await run.destroy());
});
