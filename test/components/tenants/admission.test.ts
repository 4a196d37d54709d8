import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import { badObjects, goodObjects } from "../../../components/tenants/admission/attempts.ts";
import { celOf, holds } from "../../../components/tenants/admission/expression.ts";
import { admissionManifests } from "../../../components/tenants/admission/manifests.ts";
import { admissionRules } from "../../../components/tenants/admission/rules.ts";
import { judgeObjects } from "../../../policies/judge.ts";
import { tenantsStayInside } from "../../../policies/tenants.ts";

const namespace: KubernetesObject = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: "bron-t-chorale",
    labels: { "commune.cloud/tenant": "chorale" },
    ...{
      annotations: {
        "commune.cloud/hosts": "chorale.assos-bron.test,wiki.chorale.assos-bron.test",
        // As the engine is given it: the seed's fingerprint is not known yet.
        "commune.cloud/seed": Promise.resolve("00ff"),
      },
    },
  },
};
const found = (object: (typeof badObjects)[number]["object"], inNamespace = "bron-t-chorale") => {
  const placed = { ...object, metadata: { ...object.metadata, namespace: inNamespace } };
  return judgeObjects([tenantsStayInside], [namespace, placed]).map(
    ({ message }) => /\(([a-z-]+)\)$/.exec(message)?.[1],
  );
};

describe("before anything is registered", () => {
  test.each(badObjects.map(({ attempt, rule, object }) => [attempt, rule, object] as const))(
    "%s is refused by %s alone",
    (_, rule, object) => expect(found(object)).toEqual([rule]),
  );

  test("what every tenant does goes through, and others' namespaces are not judged", () => {
    for (const object of goodObjects) expect(found(object)).toEqual([]);
    for (const { object } of badObjects) expect(found(object, "bron-nextcloud")).toEqual([]);
  });

  test("the pods of a Deployment are judged as pods are", () => {
    const spec = { template: { spec: { nodeName: "x", containers: [] } } };
    expect(found({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" }, spec })).toEqual([
      "no-node-of-its-choice",
    ]);
  });
});

test("every rule has an object that breaks it", () => {
  expect(new Set(badObjects.map(({ rule }) => rule))).toEqual(new Set(admissionRules.map(({ id }) => id)));
});

test("what the API server is told is the same, in its own words", () => {
  expect(celOf({ absent: ["spec", "nodeName"] })).toBe("!object.?spec.?nodeName.hasValue()");
  expect(celOf({ path: ["a"], oneOf: ["", "it's"] })).toBe("object.?a.orValue('') in ['', 'it\\'s']");
  const hosts = { every: ["spec", "rules"], item: { path: ["host"], inAnnotation: "commune.cloud/hosts" } };
  expect(celOf(hosts)).toBe(
    "object.?spec.?rules.orValue([]).all(item, item.?host.orValue('') != '' && item.?host.orValue('') in namespaceObject.metadata.?annotations[?'commune.cloud/hosts'].orValue('').split(','))",
  );
  expect(
    holds(hosts, { spec: { rules: [{ host: "a" }] } }, { annotations: { "commune.cloud/hosts": "b,a" } }),
  ).toBe(true);
  expect(holds(hosts, { spec: { rules: [{}] } }, { annotations: { "commune.cloud/hosts": "b,a" } })).toBe(
    false,
  );
  // A namespace without the annotation may serve nothing, not the empty name.
  expect(holds(hosts, { spec: { rules: [{}] } }, { annotations: {} })).toBe(false);
});

test("the cluster's objects are a policy and its binding for each rule, for tenants' namespaces alone", () => {
  const objects = admissionManifests();
  expect(objects.length).toBe(2 * admissionRules.length);
  expect(
    objects.map(({ spec }) => JSON.stringify(spec)).every((text) => text.includes("commune.cloud/tenant")),
  ).toBe(true);
});
