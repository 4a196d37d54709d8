import { describe, expect, test } from "vitest";
import { celOf, holds } from "../../components/tenants/admission/expression.ts";
import { rulesManifests, toldToClusters } from "../../policies/admission.ts";
import { judgeObjects } from "../../policies/judge.ts";
import { judgedOf } from "../../policies/parts.ts";
import type { KubernetesObject } from "../../policies/rule.ts";
import { rules } from "../../policies/rules.ts";
import { bad, good, namespace, town } from "./told-objects.ts";

/** Rules that the cluster would refuse an object by. */
const refusing = (object: KubernetesObject) => [
  ...new Set(
    toldToClusters().flatMap(({ id, parts }) =>
      parts.flatMap((part) => {
        const judged = judgedOf(object, part);
        return judged === undefined || holds(part.must, judged, { annotations: {} }) ? [] : [id];
      }),
    ),
  ),
];
const ofOneObject = rules.filter(({ reads }) => reads === "object");
const found = (object: KubernetesObject) => [
  ...new Set(judgeObjects(ofOneObject, [object]).map(({ rule }) => rule.id)),
];

describe("what a cluster refuses", () => {
  test.each(bad.map(({ rule, attempt, object }) => [attempt, rule, object] as const))(
    "%s, by %s alone, is what the preview refuses",
    (_, rule, object) => {
      expect(refusing(object)).toEqual([rule]);
      expect(found(object)).toEqual([rule]);
    },
  );

  test("is none of what the toolkit makes", () => {
    for (const object of [...good, namespace("restricted")]) {
      expect(refusing(object)).toEqual([]);
      expect(found(object)).toEqual([]);
    }
  });

  test("has an object here for every rule that it is told", () => {
    expect(new Set(bad.map(({ rule }) => rule))).toEqual(new Set(toldToClusters().map(({ id }) => id)));
  });
});

test.each([
  [{ path: ["a"], is: false }, "object.?a.orValue(true) == false", [{ a: false }], [{ a: true }, {}]],
  [{ path: ["a"], has: "ALL" }, "'ALL' in object.?a.orValue([])", [{ a: ["X", "ALL"] }], [{ a: ["X"] }, {}]],
  [
    { path: ["a", "b.c/d"], words: ["x", "y"] },
    "object.?a[?'b.c/d'].orValue('').split('.').all(word, word in ['x', 'y'])",
    [{ a: { "b.c/d": "x.y" } }],
    [{ a: { "b.c/d": "x.z" } }, { a: {} }],
  ],
  [
    { path: ["a"], startsWithAny: ["x:", "y@"] },
    "['x:', 'y@'].exists(start, object.?a.orValue('').startsWith(start))",
    [{ a: "x:1" }, { a: "y@2" }],
    [{ a: "xx:1" }, {}],
  ],
  [{ path: ["a"], contains: "b" }, "object.?a.orValue('').contains('b')", [{ a: "abc" }], [{ a: "ac" }, {}]],
] as const)("%j is said to the API server in its own words", (expression, cel, right, wrong) => {
  expect(celOf(expression)).toBe(cel);
  for (const value of right) expect(holds(expression, value, { annotations: {} })).toBe(true);
  for (const value of wrong) expect(holds(expression, value, { annotations: {} })).toBe(false);
});

describe("the objects of a cluster", () => {
  const objects = rulesManifests();

  test("have names of their own, and are in force in communes' namespaces alone", () => {
    const names = objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { spec } of objects) expect(JSON.stringify(spec)).toContain("commune.cloud/commune");
    for (const { metadata } of objects) expect(metadata.name).toMatch(/^[a-z0-9.-]{1,253}$/);
  });

  test("select a namespace by its own labels", () => {
    const own = objects.filter(({ spec }) => JSON.stringify(spec).includes('"namespaces"'));
    expect(own.length).toBeGreaterThan(0);
    for (const { spec } of own) expect(JSON.stringify(spec)).not.toContain("namespaceSelector");
  });

  test("can be of one commune, and leave the catalogue out where images have other names", () => {
    const named = rulesManifests({ commune: town, hasMirror: true });
    expect(JSON.stringify(named)).not.toContain("image-in-catalogue");
    expect(JSON.stringify(named)).toContain(`"matchLabels":{"commune.cloud/commune":"${town}"}`);
    expect(named.every(({ metadata: { name } }) => name.endsWith(`-${town}.commune.cloud`))).toBe(true);
  });
});
