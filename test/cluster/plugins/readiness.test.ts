import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, operations, shellImage, succeeded } from "./bench.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open("readiness");
});
afterAll(() => bench?.close());

/** A pod that turns ready after two seconds, so that a wait that does not happen shows. */
const slowPod = (labels: Record<string, string>): k8s.types.input.core.v1.PodTemplateSpec => ({
  metadata: { labels },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: "shell",
        image: shellImage,
        command: ["sh", "-c", "sleep 2; touch /tmp/ready; sleep infinity"],
        ports: [{ containerPort: 8080 }],
        readinessProbe: { exec: { command: ["test", "-e", "/tmp/ready"] }, periodSeconds: 1 },
      },
    ],
  },
});

const job = (
  name: string,
  command: string,
  provider: k8s.Provider,
  annotations: Record<string, string> = {},
): k8s.batch.v1.Job =>
  new k8s.batch.v1.Job(
    name,
    {
      metadata: { name, annotations },
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [{ name: "shell", image: shellImage, command: ["sh", "-c", command] }],
          },
        },
      },
    },
    { provider },
  );

test("each kind is awaited by its rule", async () => {
  const run = await bench.stack("kinds");
  const outcome = succeeded(
    await run.up(async () => {
      const options = { provider: bench.provider() };
      const spec = (app: string) => ({ selector: { matchLabels: { app } }, template: slowPod({ app }) });
      const deployment = new k8s.apps.v1.Deployment(
        "deployment",
        { metadata: { name: "deployment" }, spec: { replicas: 2, ...spec("deployment") } },
        options,
      );
      const set = new k8s.apps.v1.StatefulSet(
        "set",
        { metadata: { name: "set" }, spec: { serviceName: "set", ...spec("set") } },
        options,
      );
      const daemons = new k8s.apps.v1.DaemonSet(
        "daemons",
        { metadata: { name: "daemons" }, spec: spec("daemons") },
        options,
      );
      const { spec: podSpec } = slowPod({});
      const pod = new k8s.core.v1.Pod(
        "pod",
        { metadata: { name: "pod" }, ...(podSpec && { spec: podSpec }) },
        options,
      );
      const done = job("done", "sleep 1", options.provider);
      const service = new k8s.core.v1.Service(
        "service",
        { metadata: { name: "service" }, spec: { selector: { app: "deployment" }, ports: [{ port: 8080 }] } },
        options,
      );
      const ingress = new k8s.networking.v1.Ingress(
        "ingress",
        {
          metadata: { name: "ingress" },
          spec: {
            rules: [
              {
                host: "readiness.villeurbanne.test",
                http: {
                  paths: [
                    {
                      path: "/",
                      pathType: "Prefix",
                      backend: { service: { name: "service", port: { number: 8080 } } },
                    },
                  ],
                },
              },
            ],
          },
        },
        options,
      );
      const claim = new k8s.core.v1.PersistentVolumeClaim(
        "claim",
        {
          metadata: { name: "claim" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
        },
        options,
      );
      return {
        deployment: deployment.status.readyReplicas,
        set: set.status.readyReplicas,
        daemons: daemons.status.numberReady,
        pod: pod.status.conditions.apply((all) => all.find(({ type }) => type === "Ready")?.status),
        done: done.status.succeeded,
        service: service.metadata.name,
        ingress: ingress.status.loadBalancer.ingress.apply((all) => all.length),
        claim: claim.status.phase,
      };
    }),
  );
  expect(outcome.outputs).toEqual({
    deployment: 2,
    set: 1,
    daemons: 1,
    pod: "True",
    done: 1,
    service: "service",
    ingress: 1,
    claim: "Pending",
  });
  // Watched: not until an interval or a time-out is over.
  expect(outcome.seconds).toBeLessThan(120);
  succeeded(await run.destroy());
  expect(await bench.kubectl("get", "pods", "-o", "name")).toBe("");
});

test("a Service without Pods is ready after ten seconds", async () => {
  const run = await bench.stack("lonely");
  const { seconds } = succeeded(
    await run.up(async () => {
      new k8s.core.v1.Service(
        "lonely",
        { metadata: { name: "lonely" }, spec: { selector: { app: "nobody" }, ports: [{ port: 80 }] } },
        { provider: bench.provider() },
      );
    }),
  );
  expect(seconds).toBeGreaterThan(10);
  succeeded(await run.destroy());
});

test("a failed Job fails at once, stays in the state, keeps its dependents away, and is tried again", async () => {
  const run = await bench.stack("failing");
  const program = async () => {
    const provider = bench.provider();
    const failing = job("failing", "exit 3", provider);
    new k8s.core.v1.ConfigMap(
      "after",
      { metadata: { name: "after" }, data: {} },
      { provider, dependsOn: failing },
    );
  };
  const failed = await run.up(program);
  expect(failed.text).toContain(
    "was successfully created, but the Kubernetes API server reported that it failed",
  );
  expect(failed.text).toContain("BackoffLimitExceeded");
  expect(failed.text).toContain("container shell: [Error] (exit code 3)");
  expect(failed.seconds).toBeLessThan(120);
  expect(operations(failed, "after")).toEqual([]);
  expect(run.state).toContain('"initErrors"');
  expect(await bench.field("job/failing", "{.metadata.name}")).toBe("failing");
  const again = await run.up(program);
  expect(operations(again, "failing")).toEqual(["update"]);
  expect(operations(again, "after")).toEqual([]);
  succeeded(await run.destroy());
});

test("skipAwait, timeoutSeconds and waitFor change the wait", async () => {
  const run = await bench.stack("overrides");
  const deployment = (name: string, annotations: Record<string, string>, provider: k8s.Provider) =>
    new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { name, annotations },
        spec: {
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name } },
            spec: { containers: [{ name: "c", image: "villeurbanne.test/absent:1" }] },
          },
        },
      },
      { provider },
    );
  const skipped = succeeded(
    await run.up(async () => {
      deployment("unready", { "pulumi.com/skipAwait": "true" }, bench.provider());
    }),
  );
  expect(skipped.seconds).toBeLessThan(120);

  const late = await run.up(async () => {
    deployment("unready", { "pulumi.com/timeoutSeconds": "3" }, bench.provider());
  });
  expect(late.text).toContain('"unready" timed out waiting to be Ready');
  expect(late.text).toMatch(/container c: \[(ErrImagePull|ImagePullBackOff)\]/);

  const observed = succeeded(
    await run.up(async () => {
      const observed = deployment(
        "unready",
        { "pulumi.com/waitFor": '["jsonpath={.status.observedGeneration}", "condition=Progressing"]' },
        bench.provider(),
      );
      return { observed: observed.status.observedGeneration };
    }),
  );
  expect(Number(observed.outputs.observed)).toBeGreaterThan(0);
  succeeded(await run.destroy());
});

test("a deletion waits until the object is gone, and says so when it does not go", async () => {
  const run = await bench.stack("gone");
  const namespace = async () => {
    const provider = bench.provider();
    const space = new k8s.core.v1.Namespace(
      "space",
      { metadata: { name: "plugins-readiness-space" } },
      { provider },
    );
    // No dependsOn: the creation is retried until the namespace is there.
    new k8s.core.v1.ConfigMap(
      "inside",
      { metadata: { name: "inside", namespace: "plugins-readiness-space" }, data: {} },
      { provider },
    );
    return { space: space.id };
  };
  succeeded(await run.up(namespace));
  succeeded(await run.destroy());
  expect(await bench.field("namespace/plugins-readiness-space", "{.metadata.name}")).toBeUndefined();

  const held = async () => {
    const annotations = { "pulumi.com/timeoutSeconds": "2" };
    new k8s.core.v1.ConfigMap(
      "held",
      { metadata: { name: "held", finalizers: ["villeurbanne.test/held"], annotations }, data: {} },
      { provider: bench.provider() },
    );
  };
  succeeded(await run.up(held));
  const refused = await run.destroy();
  expect(refused.text).toContain("timed out waiting for the condition");
  expect(refused.text).toContain("finalizers might be preventing deletion");
  await bench.kubectl("patch", "configmap/held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
  succeeded(await run.destroy());
});
