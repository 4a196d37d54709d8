import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, changes, operations, succeeded } from "./bench.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open("ownership");
});
afterAll(() => bench?.close());

const map =
  (
    name: string,
    data: Record<string, string>,
    settings: k8s.ProviderArgs = {},
    annotations: Record<string, string> = {},
  ) =>
  async () => {
    const provider = bench.provider({ enableConfigMapMutable: true, ...settings });
    new k8s.core.v1.ConfigMap(name, { metadata: { name, annotations }, data }, { provider });
  };

const applied = (name: string, manager: string, data: string) =>
  bench.kubectl("patch", `configmap/${name}`, `--field-manager=${manager}`, "-p", `{"data":${data}}`);

test("an object that exists already is not touched; upsertExistingObjects adopts it", async () => {
  await bench.kubectl("create", "configmap", "foreign", "--from-literal=a=1", "--from-literal=kept=yes");
  const run = await bench.stack("foreign");
  const previewed = succeeded(await run.preview(map("foreign", { a: "1" })));
  expect(operations(previewed, "foreign")).toEqual(["create"]);
  const refused = await run.up(map("foreign", { a: "1" }));
  expect(refused.text).toContain("already exists");
  expect(refused.text).toContain("upsertExistingObjects");

  const upsert = { upsertExistingObjects: true };
  succeeded(await run.up(map("foreign", { a: "1" }, upsert)));
  expect(await bench.field("configmap/foreign", "{.data}")).toBe('{"a":"1","kept":"yes"}');
  succeeded(await run.destroy());
});

test("a value that somebody else owns is a conflict, in the preview too; patchForce takes it", async () => {
  const run = await bench.stack("conflict");
  succeeded(await run.up(map("conflict", { a: "1" })));
  await applied("conflict", "othermgr", '{"a":"theirs"}');
  const previewed = await run.preview(map("conflict", { a: "2" }));
  const refused = await run.up(map("conflict", { a: "2" }));
  for (const { text } of [previewed, refused]) {
    expect(text).toContain("server-side apply field conflict detected");
    expect(text).toContain('conflict with "othermgr"');
    expect(text).toContain(".data.a");
  }
  const forced = { "pulumi.com/patchForce": "true" };
  succeeded(await run.up(map("conflict", { a: "2" }, {}, forced)));
  expect(await bench.field("configmap/conflict", "{.data.a}")).toBe("2");

  await applied("conflict", "othermgr", '{"a":"theirs"}');
  succeeded(await run.up(map("conflict", { a: "3" }, { enablePatchForce: true })));
  expect(await bench.field("configmap/conflict", "{.data.a}")).toBe("3");
  succeeded(await run.destroy());
});

test("what kubectl changed is overwritten, and what it added is removed", async () => {
  const run = await bench.stack("kubectl");
  succeeded(await run.up(map("edited", { a: "1" })));
  await applied("edited", "kubectl-edit", '{"a":"by hand","extra":"by hand"}');
  const seen = succeeded(await run.refresh());
  expect(operations(seen, "edited")).toEqual(["refresh"]);
  const restored = succeeded(await run.up(map("edited", { a: "1" })));
  expect(operations(restored, "edited")).toEqual(["update"]);
  expect(restored.changed.edited).toEqual(["data.a"]);
  expect(await bench.field("configmap/edited", "{.data}")).toBe('{"a":"1"}');
  expect(changes(succeeded(await run.up(map("edited", { a: "1" }), { refresh: true })))).toEqual([]);
  succeeded(await run.destroy());
});

test("keys that the program no longer names go, those of others stay", async () => {
  const run = await bench.stack("keys");
  succeeded(await run.up(map("keys", { a: "1", b: "1" })));
  await applied("keys", "othermgr", '{"theirs":"1"}');
  succeeded(await run.up(map("keys", { a: "2" })));
  expect(await bench.field("configmap/keys", "{.data}")).toBe('{"a":"2","theirs":"1"}');
  succeeded(await run.destroy());
});
