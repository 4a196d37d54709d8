import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Bench, changes, operations, type Run, succeeded } from "./bench.ts";

let bench: Bench;
let run: Run;

beforeAll(async () => {
  bench = await Bench.open("secrets");
  run = await bench.stack("secrets");
});
afterAll(() => bench?.close());

const plain = "correct-horse-battery-staple";
const base64 = Buffer.from(plain).toString("base64");

const program = (keepers: Record<string, string>) => async () => {
  const options = { provider: bench.provider({ enableSecretMutable: true }) };
  const seed = new random.RandomBytes("seed", { length: 32, keepers });
  new k8s.core.v1.Secret(
    "given",
    { metadata: { name: "given" }, stringData: { plain, seed: seed.hex } },
    options,
  );
  new k8s.apps.v1.Deployment(
    "environment",
    {
      metadata: { name: "environment", annotations: { "pulumi.com/skipAwait": "true" } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: "environment" } },
        template: {
          metadata: { labels: { app: "environment" } },
          spec: {
            containers: [{ name: "c", image: "none", env: [{ name: "KEY", value: pulumi.secret(plain) }] }],
          },
        },
      },
    },
    options,
  );
  return { hex: seed.hex, base64: seed.base64 };
};

test("a preview knows that a secret value is not known yet", async () => {
  const { steps } = succeeded(await run.preview(program({ round: "1" })));
  expect(steps.filter(({ op }) => op === "create").map(({ name }) => name)).toEqual(
    expect.arrayContaining(["seed", "given", "environment"]),
  );
});

test("secrets are encrypted in the state wherever they stand: inputs, outputs, lists and random values", async () => {
  const { outputs } = succeeded(await run.up(program({ round: "1" })));
  expect(String(outputs.hex)).toMatch(/^[0-9a-f]{64}$/);
  expect(Buffer.from(String(outputs.base64), "base64").toString("hex")).toBe(outputs.hex);
  const { state } = run;
  for (const text of [plain, base64, outputs.hex, outputs.base64]) {
    expect(state.includes(String(text))).toBe(false);
  }
  expect(await bench.field("secret/given", "{.data.plain}")).toBe(base64);
});

test("nothing changes without a reason, a refresh included", async () => {
  expect(changes(succeeded(await run.up(program({ round: "1" }), { refresh: true })))).toEqual([]);
  expect(run.state.includes(base64)).toBe(false);
});

test("other keepers draw another value, and the Secret made of it changes in place", async () => {
  const before = await bench.field("secret/given", "{.data.seed}");
  const outcome = succeeded(await run.up(program({ round: "2" })));
  expect(operations(outcome, "seed")).toContain("create-replacement");
  expect(operations(outcome, "given")).toEqual(["update"]);
  expect(await bench.field("secret/given", "{.data.seed}")).not.toBe(before);
});

test("a known value can be brought in as RandomBytes", async () => {
  const imported = await bench.stack("imported");
  const value = Buffer.from("0123456789abcdef").toString("base64");
  const { outputs } = succeeded(
    await imported.up(async () => ({
      hex: new random.RandomBytes("seed", { length: 16 }, { import: value }).hex,
    })),
  );
  expect(outputs.hex).toBe(Buffer.from("0123456789abcdef").toString("hex"));
});

test("a random resource that the local plugin lacks is refused by name", async () => {
  const refused = await bench.stack("refused");
  const { text } = await refused.preview(async () => {
    new random.RandomPassword("password", { length: 24 });
  });
  expect(text).toContain(
    "random:index/randomPassword:RandomPassword: not supported by the local plugin, install the official one",
  );
});
