import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, changes, operations, succeeded } from "./bench.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open("reach");
});
afterAll(() => bench?.close());

/** A cluster that nobody answers for: port 1 of this machine. */
const nobody = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "nobody",
  clusters: [{ name: "nobody", cluster: { server: "https://127.0.0.1:1" } }],
  users: [{ name: "nobody", user: { token: "none" } }],
  contexts: [{ name: "nobody", context: { cluster: "nobody", user: "nobody" } }],
});

const program = (settings: k8s.ProviderArgs) => async () => {
  const provider = bench.provider(settings);
  new k8s.core.v1.ConfigMap("map", { metadata: { name: "map" }, data: { a: "1" } }, { provider });
};

test("without a cluster a preview passes and a run says why it cannot", async () => {
  const run = await bench.stack("nobody");
  const absent = join(bench.folder, "absent-kubeconfig");
  for (const [kubeconfig, reason] of [
    [nobody, "connection refused"],
    [absent, "no such file or directory"],
  ] as const) {
    succeeded(await run.preview(program({ kubeconfig })));
    const refused = await run.up(program({ kubeconfig }));
    expect(refused.text).toContain("configured Kubernetes cluster is unreachable");
    expect(refused.text).toContain(reason);
  }
});

test("deleteUnreachable forgets the objects of a cluster that is gone", async () => {
  const run = await bench.stack("lost");
  const clusterIdentifier = "lost";
  succeeded(await run.up(program({ clusterIdentifier })));
  // The same identifier: the move is the program's, so nothing is replaced.
  const moved = succeeded(
    await run.up(program({ clusterIdentifier, kubeconfig: nobody, deleteUnreachable: true })),
  );
  expect(changes(moved)).toEqual(["update local"]);
  succeeded(await run.destroy());
  expect(await bench.field("configmap/map", "{.data.a}")).toBe("1");
  await bench.kubectl("delete", "configmap/map");
});

test("another clusterIdentifier replaces everything, a renamed kubeconfig nothing", async () => {
  const run = await bench.stack("moved");
  succeeded(await run.up(program({ clusterIdentifier: "one", namespace: bench.namespace })));
  const renamed = succeeded(await run.preview(program({ clusterIdentifier: "one", kubeconfig: nobody })));
  expect(operations(renamed, "map")).toEqual([]);
  const moved = succeeded(await run.preview(program({ clusterIdentifier: "two" })));
  expect(operations(moved, "local")).toContain("replace");
  expect(operations(moved, "map")).toContain("replace");
  succeeded(await run.destroy());
});

/** Programs that the local plugin refuses, by the name that it gives. */
const refused: Record<string, (provider: k8s.Provider) => void> = {
  "enableServerSideApply: false": (provider) => new k8s.core.v1.ConfigMap("map", {}, { provider }),
  "kubernetes:core/v1:ConfigMapPatch": (provider) =>
    new k8s.core.v1.ConfigMapPatch("map", { metadata: { name: "map" } }, { provider }),
  "kubernetes:yaml:decode": (provider) => new k8s.yaml.ConfigGroup("texts", { yaml: "a: 1" }, { provider }),
  "kubernetes:helm.sh/v4:Chart": (provider) => new k8s.helm.v4.Chart("chart", { chart: "." }, { provider }),
};

test.each(Object.entries(refused))("%s is refused by name", async (name, declare) => {
  const run = await bench.stack(name.replace(/\W+/g, "-"));
  const settings = name.startsWith("enableServerSideApply") ? { enableServerSideApply: false } : {};
  const { text } = await run.preview(async () => {
    declare(bench.provider(settings));
  });
  expect(text).toContain(`${name}: not supported by the local plugin, install the official one`);
});
