import { describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { namespaceManifests } from "../../components/foundation/namespace/manifests.ts";
import { siteOf, siteSchema } from "../../components/foundation/site/site.ts";
import { cacheServer } from "../../components/platform/cache/manifests.ts";
import { exposureIngress, exposureService } from "../../components/platform/exposure/manifests.ts";
import { workloadOf } from "../../components/services/nextcloud/workloads.ts";
import { judge, judgeObjects, sentence } from "../../policies/judge.ts";
import type { KubernetesObject } from "../../policies/rule.ts";
import { rules } from "../../policies/rules.ts";

const exposure = {
  workload: workloadOf("bron", "web"),
  host: "cloud.bron.test",
  port: 8080,
  ingress: siteOf(siteSchema.parse({})).ingress,
};
const cache = {
  commune: "bron",
  service: "nextcloud",
  memoryMiB: 64,
  volume: undefined,
  passwordLabel: "v1",
};
const good: KubernetesObject[] = JSON.parse(
  JSON.stringify([
    ...namespaceManifests({
      commune: "bron",
      service: "nextcloud",
      data: "none",
      quota: { memoryMiB: 512, storageGiB: 1, pods: 3 },
    }),
    cacheServer(cache),
    exposureService(exposure),
    exposureIngress(exposure),
  ]),
);

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
});

function broken(objects: KubernetesObject[]): string[] {
  return judgeObjects(rules, objects).map(sentence);
}

/** The good objects with one change made in their text. */
function changed(from: string, to: string): KubernetesObject[] {
  const text = JSON.stringify(good);
  if (!text.includes(from)) throw new Error(`${from} is not in the objects`);
  return JSON.parse(text.replaceAll(from, to));
}

test("what the components make breaks no rule", () => {
  expect(broken(good)).toEqual([]);
});

describe("a rule refuses", () => {
  test.each([
    ["image-in-catalogue", "docker.io/valkey/valkey:", "docker.io/someone/valkey:"],
    ["pods-are-restricted", '"runAsNonRoot":true', '"runAsNonRoot":false'],
    ["pods-are-restricted", '"type":"RuntimeDefault"', '"type":"Unconfined"'],
    ["pods-are-restricted", '"drop":["ALL"]', '"drop":["KILL"]'],
    ["pods-are-restricted", '"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":false'],
    ["pods-are-restricted", '"allowPrivilegeEscalation":false', '"allowPrivilegeEscalation":true'],
    ["no-service-account-token", '"automountServiceAccountToken":false,', ""],
    ["memory-is-limited", '"limits":{"memory":"160Mi"}', '"limits":{}'],
    ["namespaces-are-restricted", '"pod-security.kubernetes.io/enforce":"restricted"', '"x":"y"'],
    [
      "namespaces-are-closed",
      '"podSelector":{},"policyTypes":["Ingress","Egress"]',
      '"podSelector":{},"policyTypes":["Ingress"]',
    ],
    ["public-names-use-tls", '"tls":[{"hosts":["cloud.bron.test"]}],', ""],
    ["public-names-use-tls", '"ports":[{"name":"http"', '"type":"LoadBalancer","ports":[{"name":"http"'],
  ])("%s: %s", (id, from, to) => {
    const messages = broken(changed(from, to));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(new RegExp(`^${id} \\(\\w+\\): \\w+ bron-nextcloud`));
  });
});

describe("images without a digest", () => {
  const facts = (dataIsDisposable: boolean | undefined, objects: KubernetesObject[], mirrors = {}) => ({
    declaration,
    plan: planCommune(declaration, siteOf(siteSchema.parse({}))),
    objects,
    site: dataIsDisposable === undefined ? undefined : { dataIsDisposable, registryMirrors: mirrors },
  });
  const found = (...given: Parameters<typeof facts>) => judge(rules, facts(...given)).map(sentence);

  test("are refused where data is protected, all at once, with the command that pins them", () => {
    const one =
      "images-by-digest (security): docker.io/valkey/valkey:8.1.1 has no digest, and what stands under that name can change. Pin it with: npx commune pin bron. Where all data may go: pulumi config set commune:data disposable -s bron";
    expect(found(false, good)).toEqual([one]);
    const other = changed("docker.io/valkey/valkey:8.1.1", "docker.io/valkey/valkey:8.1.0");
    expect(found(false, [...good, ...other])).toEqual([
      one
        .replace(
          "docker.io/valkey/valkey:8.1.1 has",
          "docker.io/valkey/valkey:8.1.0, docker.io/valkey/valkey:8.1.1 have",
        )
        .replace("that name", "those names")
        .replace("Pin it", "Pin them"),
    ]);
  });

  test("are let through where data is disposable, and where nobody knows", () => {
    expect([found(true, good), found(undefined, good)]).toEqual([[], []]);
  });

  test("are those of the catalogue at a mirror too, and no others", () => {
    const mirrors = { "docker.io": "registry.bron.fr/hub" };
    const at = (host: string) => changed("docker.io/", `${host}/`);
    expect(found(true, at("registry.bron.fr/hub"), mirrors)).toEqual([]);
    expect(found(true, at("registry.bron.fr/other"), mirrors)[0]).toContain("image-in-catalogue");
  });
});

test("every rule has a name of its own", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

test.each([
  [
    "the other order of its directions",
    '"policyTypes":["Ingress","Egress"]',
    '"policyTypes":["Egress","Ingress"]',
  ],
  [
    "its fields in another order",
    '"podSelector":{},"policyTypes":["Ingress","Egress"]',
    '"policyTypes":["Ingress","Egress"],"podSelector":{}',
  ],
  [
    "empty lists of openings",
    '"policyTypes":["Ingress","Egress"]}',
    '"policyTypes":["Ingress","Egress"],"ingress":[],"egress":[]}',
  ],
])("a policy that denies everything is one with %s too", (_, from, to) => {
  expect(broken(changed(from, to))).toEqual([]);
});

test.each([
  [
    "only some pods",
    '"podSelector":{},"policyTypes":["Ingress","Egress"]',
    '"podSelector":{"matchLabels":{"a":"b"}},"policyTypes":["Ingress","Egress"]',
  ],
  [
    "an opening for everybody",
    '"podSelector":{},"policyTypes":["Ingress","Egress"]',
    '"podSelector":{},"policyTypes":["Ingress","Egress"],"ingress":[{}]',
  ],
])("a policy with %s denies not everything", (_, from, to) => {
  expect(broken(changed(from, to))).toEqual([expect.stringMatching(/^namespaces-are-closed /)]);
});
