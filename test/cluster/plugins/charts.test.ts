import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, changes, operations, succeeded } from "./bench.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open("charts");
});
afterAll(() => bench?.close());

const path = join(import.meta.dirname, "chart");

test("a chart of this machine becomes single resources, without its tests", async () => {
  const run = await bench.stack("chart");
  const program = (greeting: string) => async () => {
    new k8s.helm.v3.Chart(
      "tiny",
      { path, namespace: bench.namespace, values: { greeting } },
      { provider: bench.provider({ enableConfigMapMutable: true }) },
    );
  };
  const name = (object: string) => `${bench.namespace}/tiny-${object}`;
  const created = succeeded(await run.up(program("bonjour")));
  expect(changes(created)).toContain(`create ${name("greeting")}`);
  expect(changes(created)).toContain(`create ${name("hook")}`);
  expect(changes(created)).not.toContain(`create ${name("test")}`);
  expect(await bench.field("configmap/tiny-greeting", "{.data.greeting}")).toBe("bonjour");
  const { serverVersion } = JSON.parse(await bench.kubectl("version", "-o", "json")) as {
    serverVersion: { gitVersion: string };
  };
  expect(await bench.field("configmap/tiny-greeting", "{.data.version}")).toBe(serverVersion.gitVersion);

  const changed = succeeded(await run.up(program("salut")));
  expect(operations(changed, name("greeting"))).toEqual(["update"]);
  expect(operations(changed, name("hook"))).toEqual([]);
  succeeded(await run.destroy());
});

test("YAML texts become single resources", async () => {
  const run = await bench.stack("yaml");
  const yaml = `
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: first }, data: { a: "1" } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: second }, data: {} }
`;
  succeeded(
    await run.up(async () => {
      new k8s.yaml.ConfigGroup("texts", { yaml }, { provider: bench.provider() });
    }),
  );
  expect(await bench.field("configmap/first", "{.data.a}")).toBe("1");
  expect(await bench.field("configmap/second", "{.metadata.name}")).toBe("second");
  succeeded(await run.destroy());
});

test("components of the official provider are refused by name", async () => {
  const run = await bench.stack("refused");
  const { text } = await run.preview(async () => {
    new k8s.helm.v4.Chart("tiny", { chart: path }, { provider: bench.provider() });
  });
  expect(text).toContain(
    "kubernetes:helm.sh/v4:Chart: not supported by the local plugin, install the official one",
  );
});
