import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { listCommunes } from "../../components/commune/load.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { type Declared, declared, example, registered, stacks } from "./declared.ts";
import { goldenDifference, goldenText, registrationsIn, reviewed } from "./golden.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";

const full = example("full.yaml");
const communes: [string, Declared][] = [
  ...listCommunes(stacks).map((id): [string, Declared] => [id, declared(id)]),
  ["examples-full", full],
  ["examples-retired", example("retired.yaml")],
];
/** Examples that are reviewed by their differences from the commune that has everything. */
const likeFull = ["restored", "monitored", "large"];

function passesThePolicies(resources: readonly Registration[]): void {
  const objects = kubernetesObjects(resources);
  expect(objects.length).toBeGreaterThan(20);
  expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
}

describe.each(communes)("%s", (name, commune) => {
  test("registers exactly what was reviewed, without a secret in the clear, within the policies", async () => {
    const resources = await registered(commune);
    const text = goldenText(resources);
    expect(text).not.toContain("given ");
    await expect(text).toMatchFileSnapshot(`../golden/${name}.yaml`);
    expect(isDeepStrictEqual(registrationsIn(text), reviewed(resources))).toBe(true);
    passesThePolicies(resources);
  });
});

test.each(likeFull)(
  "examples-%s registers what was reviewed of it otherwise than of examples-full",
  async (name) => {
    const commune = example(`${name}.yaml`);
    const [resources, base] = [await registered(commune), await registered(full)];
    const names = ["id", "name"] as const;
    const renamed = Object.fromEntries(names.map((key) => [full.declaration[key], commune.declaration[key]]));
    const text = goldenDifference({ like: "examples-full", renamed }, base, resources);
    expect(text).not.toContain("given ");
    await expect(text).toMatchFileSnapshot(`../golden/examples-${name}.yaml`);
    const read = registrationsIn(text, () => reviewed(base));
    expect(isDeepStrictEqual(read, reviewed(resources))).toBe(true);
    passesThePolicies(resources);
  },
);

test("pods that log in to a database or a cache start again when its password has a new version", async () => {
  const resources = await registered(declared("villeurbanne"));
  const named = resources.flatMap(({ type, name, inputs }) => {
    if (!type.endsWith(":Deployment")) return [];
    const { spec } = inputs as { spec: { template: { metadata: { annotations?: Record<string, string> } } } };
    const labels = spec.template.metadata.annotations?.["commune.cloud/secrets"]?.split(",") ?? [];
    return [
      `${name}: ${labels
        .filter((label) => /\/(database|cache)-password\//.test(label))
        .sort()
        .join(" ")}`,
    ];
  });
  const both = (service: string) => `${service}/cache-password/v1 ${service}/database-password/v1`;
  expect(named.filter((line) => /-password/.test(line) && !/-cache:/.test(line)).sort()).toEqual([
    ...["scheduler", "sidekiq", "streaming", "web"].map(
      (part) => `villeurbanne-mastodon-${part}: ${both("mastodon")}`,
    ),
    `villeurbanne-nextcloud: ${both("nextcloud")}`,
    `villeurbanne-peertube: ${both("peertube")}`,
  ]);
});
