import { describe, expect, test } from "vitest";
import { selectorOf } from "../../../components/foundation/manifest/labels.ts";
import {
  type CacheSpec,
  cacheServer,
  cacheService,
  cacheWorkload,
  valkeyConfig,
} from "../../../components/platform/cache/manifests.ts";
import { memberNetworkPolicies, membersBudget } from "../../../components/platform/cache/member-policies.ts";
import {
  memberConfig,
  memberManifests,
  memberNames,
  quotaBeyondOne,
} from "../../../components/platform/cache/members.ts";
import { proxyConfigMap, proxyDeployment } from "../../../components/platform/cache/proxy.ts";

const spec: CacheSpec = {
  ...{ commune: "bron", service: "mastodon", memoryMiB: 100, passwordLabel: "mastodon/cache-password/v1" },
  volume: { sizeGiB: 2, storageClass: undefined },
};
const members = memberManifests(spec);

/** The part of a workload that is looked at: it is plain, which its type does not tell. */
interface Looked {
  selector: { matchLabels: Record<string, string> };
  template: { metadata: { labels: Record<string, string> }; spec: object };
}

/** The rule by which a pod runs beside none of some others. */
interface Apart {
  affinity?: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: Looked["selector"]; topologyKey: string },
      ];
    };
  };
}
const looked = ({ spec }: { spec: unknown }) => spec as Looked;

describe("several members of a cache", () => {
  test("take no writes that nobody follows, and go on as a single server does otherwise", () => {
    const text = memberConfig("s3cret", spec);
    expect(text.startsWith(valkeyConfig("s3cret", spec))).toBe(true);
    expect(text).toContain("min-replicas-to-write 1\n");
    expect(text).toContain("masterauth s3cret\n");
  });

  test("are three, each at an address that stays, on a node of its own", () => {
    expect(memberNames(spec)).toEqual(["mastodon-cache-0", "mastodon-cache-1", "mastodon-cache-2"]);
    for (const { service, server } of members) {
      expect(service.spec.selector).toEqual(looked(server).selector.matchLabels);
      expect(service.spec.publishNotReadyAddresses).toBe(true);
      expect(JSON.stringify(looked(server).template.spec)).toContain('"whenUnsatisfiable":"DoNotSchedule"');
    }
    const selectors = members.map(({ server }) => JSON.stringify(server.spec.selector));
    expect(new Set([...selectors, JSON.stringify(proxyDeployment(spec, []).spec.selector)]).size).toBe(4);
  });

  test("begin with the volume of the single server", () => {
    expect(members.map(({ isFirst, volume }) => [isFirst, volume?.name])).toEqual([
      [true, "mastodon-cache"],
      [false, "mastodon-cache-1"],
      [false, "mastodon-cache-2"],
    ]);
    const without = memberManifests({ ...spec, volume: undefined });
    expect(without.map(({ volume }) => volume)).toEqual([undefined, undefined, undefined]);
  });

  test("never have the volume while the single server still has it, on whichever node", () => {
    const rules = [spec, { ...spec, volume: undefined }].flatMap((of) =>
      memberManifests(of).map(({ server }) => (looked(server).template.spec as Apart).affinity),
    );
    expect(rules.map((rule) => rule !== undefined)).toEqual([true, ...Array(5).fill(false)]);
    const [apart] = rules[0]?.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    // All nodes are of one system: an ordinary volume can be mounted twice on one, a shared folder on two.
    expect(apart?.topologyKey).toBe("kubernetes.io/os");
    const matches = ({ metadata: { labels } }: Looked["template"]) =>
      Object.entries(apart?.labelSelector.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
    expect(matches(looked(cacheServer(spec)).template)).toBe(true);
    const others = [proxyDeployment(spec, []), ...members.map(({ server }) => server)];
    expect(others.map((each) => matches(looked(each).template))).toEqual(Array(4).fill(false));
  });

  test("say no password, and leave no placeholder in their scripts", () => {
    const text = JSON.stringify([members, proxyConfigMap(spec, memberNames(spec))]);
    expect(text).not.toMatch(/__[A-Z]/);
    expect(text).toContain(String.raw`sentinel monitor main $(address \"$now\") 6379 2`);
  });

  test("are evicted one at a time, and found by their proxies and one another alone", () => {
    const labels = { "app.kubernetes.io/instance": "bron-mastodon", "app.kubernetes.io/name": "valkey" };
    expect(membersBudget(spec).spec).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: labels } });
    for (const { server } of members) expect(looked(server).template.metadata.labels).toMatchObject(labels);
    const [among, toMembers] = memberNetworkPolicies(spec);
    expect(among?.spec?.podSelector).toEqual({ matchLabels: labels });
    expect(toMembers?.spec?.podSelector).toEqual({ matchLabels: selectorOf(cacheWorkload(spec)) });
    // Proxies are no members: they have another software.
    expect(looked(proxyDeployment(spec, [])).template.metadata.labels).toMatchObject({
      "app.kubernetes.io/name": "haproxy",
    });
  });
});

test("proxies have the name, the selector and the address of a single server, and end before it is taken over", () => {
  const [one, proxies] = [cacheServer(spec), proxyDeployment(spec, memberNames(spec))];
  expect(proxies.metadata.name).toBe(one.metadata.name);
  expect(proxies.spec.selector).toEqual(one.spec.selector);
  expect(proxies.spec.strategy).toEqual({ type: "Recreate" });
  expect(cacheService(spec).spec.selector).toEqual(looked(proxies).selector.matchLabels);
  const { "haproxy.cfg": config = "" } = proxyConfigMap(spec, memberNames(spec)).data;
  const [toSockets = "", ...toMembers] = config.slice(config.indexOf("backend master")).split("listen ");
  expect(toMembers).toHaveLength(3);
  for (const name of memberNames(spec)) {
    expect(toSockets).toContain(`server ${name} abns@${name} track ${name}/${name}`);
    expect(toMembers.join()).toContain(`server ${name} ${name}:6379 check`);
  }
  // Where a server is still being connected to, HAProxy would keep the client for ever.
  expect([toSockets, ...toMembers].map((text) => text.includes("shutdown-sessions"))).toEqual([
    ...[true, false, false, false],
  ]);
});

test("several take their place in the quota", () => {
  expect(quotaBeyondOne(spec)).toEqual({ memoryMiB: 2 * 232 + 3 * 32 + 2 * 128, storageGiB: 4, pods: 4 });
});
