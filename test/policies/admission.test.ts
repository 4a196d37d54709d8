import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { celOf, holds } from "../../components/tenants/admission/expression.ts";
import { rulesManifests, tenantManifests, toldToClusters } from "../../policies/admission.ts";
import { judgedOf } from "../../policies/conditions.ts";
import type { RuleException } from "../../policies/exceptions.ts";
import { judgeObjects } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { bad, good, namespace, town } from "./told-objects.ts";

/** Rules that the cluster would refuse an object by. */
const refusing = (object: KubernetesObject) => [
  ...new Set(
    toldToClusters().flatMap(({ id, conditions }) =>
      conditions.flatMap((condition) => {
        const judged = judgedOf(object, condition);
        return judged === undefined || holds(condition.must, judged, { annotations: {} }) ? [] : [id];
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

describe("an exception that counts", () => {
  const exception = (given: Partial<RuleException>): RuleException => ({
    ...{ rule: "memory-is-limited", object: `Deployment ${town}/web`, reason: "Travaux.", owner: "DSI" },
    ...{ expires: "2027-03-31", signedBy: "maire" },
    ...given,
  });
  const conditions = (given: Partial<RuleException>, rule: string) =>
    rulesManifests({ exceptions: [exception(given)] })
      .filter(({ kind, metadata }) => kind.endsWith("Policy") && metadata.name.startsWith(`rules-${rule}-`))
      .flatMap(({ spec }) => spec.matchConditions as { name: string; expression: string }[])
      .filter(({ name }) => name !== "not-of-a-certificate");

  test("leaves out the pods that a controller makes for what it names, in the policies of its rule alone", () => {
    expect(conditions({}, "memory-is-limited")).toEqual([
      {
        name: "not-excepted-until-2027-03-31",
        expression: expect.stringMatching(
          new RegExp(`^!\\(request\\.namespace == '${town}' && .*system:serviceaccount:kube-system:`),
        ),
      },
    ]);
    expect(conditions({}, "memory-is-limited")[0]?.expression).toContain(
      "owner.kind == 'ReplicaSet' && owner.name.matches('^web-[0-9a-z]+$')",
    );
    expect(conditions({}, "pods-are-restricted")).toEqual([]);
    expect(rulesManifests({ exceptions: [] })).toEqual(rulesManifests());
  });

  test.each([
    ["StatefulSet", "owner.kind == 'StatefulSet' && owner.name.matches('^web$')"],
    ["CronJob", "owner.kind == 'Job' && owner.name.matches('^web-[0-9]+$')"],
    ["Pod", "request.kind.kind == 'Pod' && object.metadata.?name.orValue('') == 'web'"],
  ])("of a %s is of its own pods", (kind, said) => {
    const [one] = conditions({ object: `${kind} ${town}/web` }, "memory-is-limited");
    expect(one?.expression).toContain(said);
  });

  test("leaves out an object that is judged itself by its kind and name, and a namespace by its name", () => {
    const [service] = conditions(
      { rule: "public-names-use-tls", object: `Service ${town}/web` },
      "public-names-use-tls",
    );
    expect(service?.expression).toBe(
      `!(request.namespace == '${town}' && request.kind.kind == 'Service' && object.metadata.?name.orValue('') == 'web')`,
    );
    const space = { rule: "namespaces-are-restricted", object: `Namespace ${town}` };
    expect(conditions(space, "namespaces-are-restricted")[0]?.expression).toBe(
      `!(request.kind.kind == 'Namespace' && object.metadata.?name.orValue('') == '${town}')`,
    );
  });

  test("of what is in associations' namespaces leaves it out of all that holds to them", () => {
    const made = tenantManifests([
      exception({ rule: "tenants-stay-inside", object: "Ingress bron-t-a/web" }),
    ]);
    const policies = made.filter(({ kind }) => kind.endsWith("Policy"));
    expect(policies.length).toBeGreaterThan(0);
    for (const { spec } of policies) expect(JSON.stringify(spec)).toContain("not-excepted-until-2027-03-31");
  });
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
