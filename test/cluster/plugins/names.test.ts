import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, changes, operations, type Run, succeeded } from "./bench.ts";

let bench: Bench;
let run: Run;

beforeAll(async () => {
  bench = await Bench.open("names");
  run = await bench.stack("names");
});
afterAll(() => bench?.close());

const program = (metadata: k8s.types.input.meta.v1.ObjectMeta | undefined) => async () => {
  const options = { provider: bench.provider() };
  const map = new k8s.core.v1.ConfigMap(
    "settings",
    { ...(metadata && { metadata }), data: { a: "1" } },
    options,
  );
  const role = new k8s.rbac.v1.ClusterRole(
    "plugins-names",
    { metadata: { name: "plugins-names" }, rules: [] },
    options,
  );
  return { name: map.metadata.name, id: map.id, roleId: role.id, namespace: map.metadata.namespace };
};

test("an object without a name gets <logical name>-<8 hex>, keeps it, and is replaced when it is given one", async () => {
  const previewed = succeeded(await run.preview(program(undefined)));
  expect(changes(previewed)).toContain("create settings");

  const first = succeeded(await run.up(program(undefined)));
  const name = String(first.outputs.name);
  expect(name).toMatch(/^settings-[0-9a-f]{8}$/);
  expect(await bench.field(`configmap/${name}`, "{.metadata.annotations.pulumi\\.com/autonamed}")).toBe(
    "true",
  );

  const second = succeeded(await run.up(program(undefined)));
  expect(second.outputs.name).toBe(name);
  expect(changes(second)).toEqual([]);

  const named = succeeded(await run.up(program({ name: "explicit" })));
  // An auto-named object and its successor can exist together: the new one comes first.
  expect(operations(named, "settings")).toEqual(["create-replacement", "replace", "delete-replaced"]);
  expect(await bench.field(`configmap/${name}`, "{.metadata.name}")).toBeUndefined();
});

test("the id is namespace/name, or name without a namespace, and the provider's namespace is the default", async () => {
  const { outputs } = succeeded(await run.up(program({ name: "explicit" })));
  expect(outputs).toMatchObject({
    id: `${bench.namespace}/explicit`,
    namespace: bench.namespace,
    roleId: "plugins-names",
  });
  expect(succeeded(await run.destroy()).error).toBeUndefined();
});

test("values are stored in Kubernetes' spelling, and fields that it does not know are dropped", async () => {
  const stored = await bench.stack("spelling");
  const misspelt = { ...{ replicaz: 3 }, replicas: 0 };
  const deployment = async () => {
    new k8s.apps.v1.Deployment(
      "spelling",
      {
        metadata: { name: "spelling" },
        spec: {
          ...misspelt,
          selector: { matchLabels: { app: "spelling" } },
          template: {
            metadata: { labels: { app: "spelling" } },
            spec: {
              containers: [
                { name: "c", image: "none", resources: { requests: { cpu: "1000m", memory: "1024Mi" } } },
              ],
            },
          },
        },
      },
      { provider: bench.provider() },
    );
  };
  succeeded(await stored.up(deployment));
  const { inputs } = resource(stored.state, "spelling");
  expect(JSON.stringify(inputs)).not.toContain("replicaz");
  expect(JSON.stringify(inputs)).toContain('"requests":{"cpu":"1","memory":"1Gi"}');
  expect(changes(succeeded(await stored.preview(deployment)))).toEqual([]);
  succeeded(await stored.destroy());
});

function resource(state: string, name: string): { inputs: unknown } {
  const { checkpoint } = JSON.parse(state) as {
    checkpoint: { latest: { resources: { urn: string; inputs: unknown }[] } };
  };
  const found = checkpoint.latest.resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (!found) throw new Error(`The state has no ${name}.`);
  return found;
}
