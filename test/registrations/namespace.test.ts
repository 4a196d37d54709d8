import { join } from "node:path";
import pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { loadYaml } from "../../components/foundation/declaration/load.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { checkout } from "../../local/paths.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const keyOf = ({ type, name }: Pick<Registration, "type" | "name">) => `${type}::${name}`;

interface Object {
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
}

/** Everything of the commune that uses all there is. */
async function registered(): Promise<Registration[]> {
  const loaded = loadYaml(join(checkout, "stacks", "examples", "full.yaml"), communeSchema);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { declaration } = loaded;
  const site = siteOf(siteSchema.parse({}));
  const given = (name: string) => pulumi.secret(`given ${name}`);
  return record(declaration.id, () => {
    const plan = planCommune(declaration, site);
    new Commune(declaration.id, { plan, site, seed: undefined, given }, {});
  });
}

/** Tells whether a resource is registered only after another: by what it, or a component that it is in, depends on. */
function order(all: ReadonlyMap<string, Registration>): (from: string, on: string) => boolean {
  const children = new Map<string, string[]>();
  for (const [key, { parent = "" }] of all) children.set(parent, [...(children.get(parent) ?? []), key]);
  // Who depends on a component waits for all that is in it.
  const whole = (key: string): string[] => [key, ...(children.get(key) ?? []).flatMap(whole)];
  const before = new Map<string, Set<string>>();
  const allBefore = (key: string): Set<string> => {
    const known = before.get(key);
    if (known) return known;
    const found = new Set<string>();
    before.set(key, found);
    const { dependsOn = [], parent } = all.get(key) ?? {};
    for (const one of dependsOn.flatMap(whole)) for (const each of [one, ...allBefore(one)]) found.add(each);
    if (parent !== undefined) for (const each of allBefore(parent)) found.add(each);
    return found;
  };
  return (from, on) => allBefore(from).has(on);
}

test("every namespace has the mark of the seed in the clear, and whatever is in it waits for it", async () => {
  const all = new Map((await registered()).map((one) => [keyOf(one), one]));
  const objects = [...all].flatMap(([key, { inputs }]) =>
    key.startsWith("kubernetes:") ? [{ key, ...(inputs as Object) }] : [],
  );
  const namespaces = new Map(
    objects.flatMap(({ key, metadata }) =>
      key.startsWith("kubernetes:core/v1:Namespace::") ? [[metadata.name, { key, metadata }]] : [],
    ),
  );
  expect(namespaces.size).toBeGreaterThan(8);
  for (const { metadata } of namespaces.values())
    expect(metadata.annotations?.["commune.cloud/seed"]).toMatch(/^[0-9a-f]{16}$/);
  const comesAfter = order(all);
  const hasty = objects.filter(({ key, metadata: { namespace } }) => {
    if (namespace === undefined) return false;
    const its = namespaces.get(namespace);
    return its === undefined || !comesAfter(key, its.key);
  });
  expect(objects.length).toBeGreaterThan(150);
  expect(hasty.map(({ key, metadata }) => `${key} in ${metadata.namespace}`)).toEqual([]);
});
