import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, changes, operations, succeeded } from "./bench.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open("refresh");
});
afterAll(() => bench?.close());

const program = async () => {
  const options = { provider: bench.provider({ enableConfigMapMutable: true, enablePatchForce: true }) };
  const labels = { app: "drift" };
  new k8s.core.v1.ConfigMap("drift", { metadata: { name: "drift" }, data: { a: "1" } }, options);
  new k8s.apps.v1.Deployment(
    "scaled",
    {
      metadata: { name: "scaled", annotations: { "pulumi.com/skipAwait": "true" } },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "none" }] } },
      },
    },
    options,
  );
};

test("a hand-made change shows only with a refresh, and the next run undoes it", async () => {
  const run = await bench.stack("drift");
  succeeded(await run.up(program));
  await bench.kubectl("scale", "deployment/scaled", "--replicas=1");
  await bench.kubectl("patch", "configmap/drift", "-p", '{"data":{"a":"by hand"}}');
  expect(changes(succeeded(await run.preview(program)))).toEqual([]);

  const seen = succeeded(await run.preview(program, { refresh: true }));
  expect(operations(seen, "drift")).toContain("update");
  expect(operations(seen, "scaled")).toContain("update");

  const restored = succeeded(await run.up(program, { refresh: true }));
  expect(restored.changed.drift).toEqual(["data.a"]);
  expect(restored.changed.scaled).toEqual(["spec.replicas"]);
  expect(await bench.field("deployment/scaled", "{.spec.replicas}")).toBe("0");
  expect(await bench.field("configmap/drift", "{.data.a}")).toBe("1");
  expect(changes(succeeded(await run.up(program, { refresh: true })))).toEqual([]);

  await bench.kubectl("delete", "configmap/drift");
  expect(changes(succeeded(await run.up(program)))).toEqual([]);
  const remade = succeeded(await run.up(program, { refresh: true }));
  expect(operations(remade, "drift")).toContain("create");
  succeeded(await run.destroy());
});

test("an existing object can be imported and read", async () => {
  await bench.kubectl("create", "configmap", "theirs", "--from-literal=a=1");
  const run = await bench.stack("imported");
  const imported =
    (data: Record<string, string>, resourceOptions: { import?: string } = {}) =>
    async () => {
      const provider = bench.provider({ enableConfigMapMutable: true });
      const map = new k8s.core.v1.ConfigMap(
        "theirs",
        { metadata: { name: "theirs" }, data },
        { provider, ...resourceOptions },
      );
      const read = k8s.core.v1.ConfigMap.get("read", `${bench.namespace}/theirs`, { provider });
      return { id: map.id, data: read.data };
    };
  const first = succeeded(await run.up(imported({ a: "1" }, { import: `${bench.namespace}/theirs` })));
  expect(first.outputs).toEqual({ id: `${bench.namespace}/theirs`, data: { a: "1" } });
  expect(operations(first, "theirs")[0]).toBe("import");
  const next = succeeded(await run.up(imported({ a: "2" })));
  expect(operations(next, "theirs")).toEqual(["update"]);
  expect(await bench.field("configmap/theirs", "{.data.a}")).toBe("2");
  succeeded(await run.destroy());
});

test("a custom resource may come before its definition, in the preview as well as in the run", async () => {
  const run = await bench.stack("custom");
  const custom = (size: number) => async () => {
    const options = { provider: bench.provider() };
    new k8s.apiextensions.CustomResource(
      "widget",
      {
        apiVersion: "plugins.villeurbanne.test/v1",
        kind: "Widget",
        metadata: { name: "widget" },
        spec: { size },
      },
      options,
    );
    new k8s.apiextensions.v1.CustomResourceDefinition(
      "widgets",
      {
        metadata: { name: "widgets.plugins.villeurbanne.test" },
        spec: {
          group: "plugins.villeurbanne.test",
          scope: "Namespaced",
          names: { kind: "Widget", plural: "widgets" },
          versions: [
            {
              name: "v1",
              served: true,
              storage: true,
              schema: {
                openAPIV3Schema: {
                  type: "object",
                  properties: { spec: { type: "object", x_kubernetes_preserve_unknown_fields: true } },
                },
              },
            },
          ],
        },
      },
      options,
    );
  };
  succeeded(await run.preview(custom(1)));
  succeeded(await run.up(custom(1)));
  const changed = succeeded(await run.up(custom(2)));
  expect(changed.changed).toEqual({ widget: ["spec.size"] });
  expect(await bench.field("widget/widget", "{.spec.size}")).toBe("2");
  succeeded(await run.destroy());
});
