import { setTimeout } from "node:timers/promises";
import pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerConfigMap } from "../../components/foundation/manifest/register.ts";
import { signedAs } from "../../components/places/hotspots/serial.ts";
import { Bench, changes, type Run, succeeded } from "../cluster/plugins/bench.ts";

let bench: Bench;
let run: Run;

/** The record of what is signed, as the toolkit registers it, and its serial where nothing was published before. */
const program = (content: string) => async () => {
  const provider = bench.provider({ enableConfigMapMutable: true, upsertExistingObjects: true });
  const parent = new pulumi.ComponentResource("commune:test:Record", "record", {}, { providers: [provider] });
  const metadata = { name: "hotspots-signed", namespace: bench.namespace, labels: {} };
  const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { content } } as const;
  const record = registerConfigMap("record-signed", manifest, { parent, provider });
  const { managedFields } = record.metadata;
  return {
    serial: managedFields.apply(
      (fields) =>
        signedAs(
          content,
          undefined,
          fields.map(({ time }) => time),
        ).serial,
    ),
  };
};

/** The latest serial. */
let last = 0;

async function serialOf(stack: Run, content: string, options: { refresh?: boolean } = {}): Promise<number> {
  // Kubernetes tells seconds: what is published in the same one could not be later.
  await setTimeout(Math.max(0, (last + 1) * 1000 - Date.now()));
  last = Number(succeeded(await stack.up(program(content), options)).outputs.serial);
  return last;
}

beforeAll(async () => {
  bench = await Bench.open("hotspots-record");
  run = await bench.stack("record");
});
afterAll(() => bench?.close());

test("every other content has a later second, and the same one its own", async () => {
  const first = await serialOf(run, "a");
  expect(Math.abs(first - Date.now() / 1000)).toBeLessThan(60);
  expect(await serialOf(run, "a")).toBe(first);
  expect(await serialOf(run, "a", { refresh: true })).toBe(first);
  expect(changes(succeeded(await run.preview(program("a"))))).toEqual([]);
  const previewed = succeeded(await run.preview(program("b")));
  expect(changes(previewed)).toEqual(["update record-signed"]);
  const second = await serialOf(run, "b");
  expect(second).toBeGreaterThan(first);
  expect(await serialOf(run, "a")).toBeGreaterThan(second);
});

test("a stack that takes the record over, and one whose record was deleted, come later too", async () => {
  const first = await serialOf(run, "c");
  // Its state is lost, the object is there.
  const other = await bench.stack("other");
  const second = await serialOf(other, "d");
  expect(second).toBeGreaterThan(first);
  await bench.kubectl("delete", "configmap/hotspots-signed");
  const third = await serialOf(other, "d", { refresh: true });
  expect(third).toBeGreaterThan(second);
  // The first one's state is an older one now.
  const fourth = await serialOf(run, "c", { refresh: true });
  expect(fourth).toBeGreaterThan(third);
});
