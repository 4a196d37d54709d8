import { describe, expect, test } from "vitest";
import { cacheServer } from "../../components/cache/manifests.ts";
import { exposureIngress, exposureService } from "../../components/exposure/manifests.ts";
import { namespaceManifests } from "../../components/namespace/manifests.ts";
import { webWorkload } from "../../components/nextcloud/manifests.ts";
import type { KubernetesObject } from "../../policies/rule.ts";
import { rules } from "../../policies/rules.ts";

const exposure = {
  workload: webWorkload("bron"),
  host: "cloud.bron.test",
  port: 8080,
  ingress: { className: "traefik", namespace: "traefik", certificate: { from: "controller" as const } },
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

function broken(objects: KubernetesObject[]): string[] {
  return rules.flatMap((rule) =>
    rule.check(objects).map(({ object, message }) => `${rule.id}: ${object.kind} ${message}`),
  );
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
    ["namespaces-are-closed", '"pod-security.kubernetes.io/enforce":"restricted"', '"x":"y"'],
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
    expect(messages[0]).toMatch(new RegExp(`^${id}: `));
  });
});

test("every rule has a name of its own", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});
