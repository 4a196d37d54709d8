import * as k8s from "@pulumi/kubernetes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, changes, operations, succeeded } from "./bench.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await Bench.open("replacement");
});
afterAll(() => bench?.close());

const replaced = ["delete-replaced", "replace", "create-replacement"];

/** Settings of the program in one round; `late` fields cannot change in place. */
interface Round {
  app: string;
  data: string;
  type: string;
  role: string;
  mutable: boolean;
  immutable?: boolean;
}

const first: Round = { app: "one", data: "one", type: "Opaque", role: "view", mutable: false };

const program = (round: Round) => async () => {
  const provider = bench.provider({
    enableConfigMapMutable: round.mutable,
    enableSecretMutable: round.mutable,
  });
  const options = { provider };
  const labels = { app: round.app };
  const immutable = round.immutable === undefined ? {} : { immutable: round.immutable };
  new k8s.apps.v1.Deployment(
    "deployment",
    {
      metadata: { name: "deployment" },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: round.data }] } },
      },
    },
    options,
  );
  new k8s.core.v1.ConfigMap(
    "map",
    { ...immutable, metadata: { name: "map" }, data: { a: round.data } },
    options,
  );
  new k8s.core.v1.Secret(
    "secret",
    { metadata: { name: "secret" }, type: round.type, stringData: { a: round.data } },
    options,
  );
  new k8s.rbac.v1.RoleBinding(
    "binding",
    {
      metadata: { name: "binding" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: round.role },
      subjects: [{ kind: "Group", name: round.data, apiGroup: "rbac.authorization.k8s.io" }],
    },
    options,
  );
  new k8s.core.v1.PersistentVolumeClaim(
    "claim",
    {
      metadata: { name: "claim" },
      spec: {
        accessModes: round.app === "one" ? ["ReadWriteOnce"] : ["ReadWriteMany"],
        resources: { requests: { storage: "1Mi" } },
      },
    },
    options,
  );
};

test("fields that cannot change replace the object, which goes first because its name is taken", async () => {
  const run = await bench.stack("immutable");
  succeeded(await run.up(program(first)));
  const changed = succeeded(
    await run.up(program({ ...first, app: "two", type: "example/other", role: "edit" })),
  );
  for (const name of ["deployment", "secret", "binding", "claim"]) {
    expect(operations(changed, name), name).toEqual(replaced);
  }
  expect(operations(changed, "map")).toEqual([]);
  expect(changed.changed.binding).toEqual(["roleRef.name"]);
  expect(await bench.field("deployment/deployment", "{.spec.selector.matchLabels.app}")).toBe("two");
  succeeded(await run.destroy());
});

test("other fields change in place", async () => {
  const run = await bench.stack("in-place");
  const round = { ...first, mutable: true };
  succeeded(await run.up(program(round)));
  const changed = succeeded(await run.up(program({ ...round, data: "two" })));
  for (const name of ["deployment", "map", "secret", "binding"]) {
    expect(operations(changed, name), name).toEqual(["update"]);
  }
  expect(changed.changed).toMatchObject({
    deployment: ["spec.template.spec.containers[0].image"],
    map: ["data.a"],
    binding: ["subjects[0].name"],
  });
  expect(await bench.field("configmap/map", "{.data.a}")).toBe("two");
  succeeded(await run.destroy());
});

test("ConfigMaps and Secrets are replaced unless the provider says they are mutable, and when they say immutable", async () => {
  const run = await bench.stack("mutable");
  succeeded(await run.up(program(first)));
  const byDefault = succeeded(await run.up(program({ ...first, data: "two" })));
  expect(operations(byDefault, "map")).toEqual(replaced);
  expect(operations(byDefault, "secret")).toEqual(replaced);

  const sealed = succeeded(await run.up(program({ ...first, data: "two", mutable: true, immutable: true })));
  expect(operations(sealed, "map")).toEqual(["update"]);
  const resealed = succeeded(
    await run.up(program({ ...first, data: "three", mutable: true, immutable: true })),
  );
  expect(operations(resealed, "map")).toEqual(replaced);
  expect(operations(resealed, "secret")).toEqual(["update"]);
  succeeded(await run.destroy());
});

test("ignoreChanges keeps what somebody else has set", async () => {
  const run = await bench.stack("ignored");
  const scaled = (replicas: number, image: string) => async () => {
    const labels = { app: "ignored" };
    new k8s.apps.v1.Deployment(
      "ignored",
      {
        metadata: { name: "ignored", annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: "c", image }] } },
        },
      },
      { provider: bench.provider(), ignoreChanges: ["spec.replicas"] },
    );
  };
  succeeded(await run.up(scaled(0, "one")));
  await bench.kubectl(
    "patch",
    "deployment/ignored",
    "--field-manager=autoscaler",
    "-p",
    '{"spec":{"replicas":2}}',
  );
  const outcome = succeeded(await run.up(scaled(0, "two"), { refresh: true }));
  expect(operations(outcome, "ignored")).toContain("update");
  expect(await bench.field("deployment/ignored", "{.spec.replicas}")).toBe("2");
  expect(await bench.field("deployment/ignored", "{.spec.template.spec.containers[0].image}")).toBe("two");
  expect(changes(succeeded(await run.up(scaled(0, "two"))))).toEqual([]);
  succeeded(await run.destroy());
});
