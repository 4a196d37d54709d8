import pulumi from "@pulumi/pulumi";
import { describe, expect, test, vi } from "vitest";
import { type ChildOptions, register } from "../../components/foundation/manifest/register.ts";
import { allowFromIngressController } from "../../components/foundation/network-policy/ingress.ts";
import { allowToServer } from "../../components/foundation/network-policy/manifests.ts";
import { Seed } from "../../components/foundation/seed/index.ts";
import type { CacheClient, Caches } from "../../components/platform/cache/contract.ts";
import { ExternalDatabase } from "../../components/platform/database/external.ts";
import type { IngressProvider, PublicName } from "../../components/platform/exposure/contract.ts";
import { Mastodon } from "../../components/services/mastodon/index.ts";
import { Nextcloud } from "../../components/services/nextcloud/index.ts";
import { Peertube } from "../../components/services/peertube/index.ts";
import { plan as mastodonPlan } from "../components/services/mastodon-spec.ts";
import { spec as nextcloudSpec } from "../components/services/nextcloud-spec.ts";
import { specOf as peertubeSpec } from "../components/services/peertube-spec.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

/** A cache that somebody else runs for all services. */
class TownCaches implements Caches {
  readonly asked: CacheClient[] = [];

  beyondOne() {
    return { memoryMiB: 0, storageGiB: 0, pods: 0 };
  }

  cacheOf(name: string, client: CacheClient, options: ChildOptions) {
    this.asked.push(client);
    const policy = allowToServer(client.workloads, "cache", 6380);
    return {
      connection: { host: "valkey.bron.test", port: 6380 },
      password: pulumi.output("known to the town"),
      passwordLabel: "town-cache-2026",
      ready: [register(`${name}-${policy.metadata.name}`, policy, options)],
    };
  }
}

/** A provider that is given public names, and makes no Ingress. */
class TownGate implements IngressProvider {
  readonly asked: PublicName[] = [];
  readonly source = {
    by: "pods",
    namespace: { "kubernetes.io/metadata.name": "gate" },
    labels: {},
    nodes: [],
    port: 8443,
  } as const;

  expose(name: string, asked: PublicName, options: ChildOptions) {
    this.asked.push(asked);
    const policy = allowFromIngressController(this.source, asked.workload, asked.port);
    const ready = [register(`${name}-gate`, policy, options)];
    return { url: `https://${asked.host}:8443`, ready };
  }
}

const services = ["nextcloud", "mastodon", "peertube"] as const;

/** One service alone, on what the town has. */
async function alone(service: (typeof services)[number]) {
  const [caches, ingress] = [new TownCaches(), new TownGate()];
  const given = (name: string) => pulumi.secret(`given ${name}`);
  const derived: string[] = [];
  let url = "";
  const registered = await record("bron", () => {
    const seed = new Seed("bron-seed", { commune: "bron", given: undefined, dataHolder: {} }, {});
    const secret = vi.spyOn(seed, "secret");
    const shared = {
      seed,
      database: new ExternalDatabase({ host: "sql.bron.test", port: 5432, sslMode: "verify-full" }, given),
      caches,
      ingress,
      dataHolder: {},
      given,
      mail: undefined,
      identity: undefined,
      peers: {
        privatePeers: [],
        privateEndpoints: [],
        clusterRanges: [],
        authority: undefined,
        ingress: ingress.source,
      },
    };
    const name = `bron-${service}`;
    const made = {
      nextcloud: () => new Nextcloud(name, { ...nextcloudSpec, ...shared }, {}),
      mastodon: () => new Mastodon(name, { ...mastodonPlan, ...shared }, {}),
      peertube: () => new Peertube(name, { ...peertubeSpec({ live: true }), ...shared }, {}),
    };
    url = made[service]().url;
    derived.push(...secret.mock.calls.map(([{ purpose }]) => purpose));
  });
  return { registered, caches, ingress, derived, url };
}

const ofKind = (registered: readonly Registration[], kind: string) =>
  registered.filter(({ type }) => type.endsWith(`:${kind}`));

describe.each(services)("%s alone, with a cache and an ingress controller of somebody else's", (service) => {
  test("asks each once, and runs on what it was given", async () => {
    const { registered, caches, ingress, derived, url } = await alone(service);
    expect(caches.asked).toMatchObject([{ commune: "bron", service }]);
    // Queues must outlive the cache; locks and sessions need not.
    expect(caches.asked.map(({ volume }) => volume !== undefined)).toEqual([service !== "nextcloud"]);
    expect(ingress.asked).toMatchObject([{ workload: { service, component: "web" }, port: 8080 }]);
    expect(url).toBe(`https://${ingress.asked[0]?.host}:8443`);

    const settings = JSON.stringify(ofKind(registered, "ConfigMap"));
    expect(settings).toContain("valkey.bron.test");
    expect(settings).toContain("6380");
    expect(derived).not.toContain("cache-password");
    expect(settings).not.toContain(`${service}-cache`);
    expect(registered.filter(({ type }) => /:(Cache|Exposure|Ingress)$/.test(type))).toEqual([]);
    // The addresses of streaming and of live streams are nobody else's.
    const addresses = { nextcloud: [], mastodon: ["streaming"], peertube: ["rtmp"] }[service];
    expect(ofKind(registered, "Service").map(({ name }) => name)).toEqual(
      addresses.map((part) => `bron-${service}-${part}`),
    );
  });

  test("waits for both, and starts again with another password", async () => {
    const { registered } = await alone(service);
    const deployments = ofKind(registered, "Deployment");
    expect(deployments).not.toEqual([]);
    for (const { name, dependsOn, inputs } of deployments) {
      expect(dependsOn.join(), name).toMatch(new RegExp(`-cache-${service}(-web)?-to-cache`));
      expect(JSON.stringify(inputs), name).toContain("town-cache-2026");
    }
  });
});

test("PeerTube's live streams come from the ingress controller's namespace", async () => {
  const { registered } = await alone("peertube");
  const [rtmp] = registered.filter(({ name }) => name.endsWith("rtmp-from-ingress"));
  expect(JSON.stringify(rtmp?.inputs)).toContain('"kubernetes.io/metadata.name":"gate"');
});
