import pulumi from "@pulumi/pulumi";
import { describe, expect, test, vi } from "vitest";
import type { CacheClient, Caches } from "../../components/cache/contract.ts";
import { ExternalDatabase } from "../../components/database/external.ts";
import type { Entrance, PublicName } from "../../components/exposure/contract.ts";
import { type ChildOptions, register } from "../../components/manifest/register.ts";
import { Mastodon } from "../../components/mastodon/index.ts";
import { allowFromIngressController, allowToOutside } from "../../components/network-policy/manifests.ts";
import { Nextcloud } from "../../components/nextcloud/index.ts";
import { Peertube } from "../../components/peertube/index.ts";
import { Seed } from "../../components/seed/index.ts";
import { plan as mastodonPlan } from "../components/mastodon-spec.ts";
import { spec as nextcloudSpec } from "../components/nextcloud-spec.ts";
import { specOf as peertubeSpec } from "../components/peertube-spec.ts";
import { type Registration, record } from "./recorder.ts";

/** A cache that somebody else runs for all services. */
class TownCaches implements Caches {
  readonly asked: CacheClient[] = [];

  cacheOf(name: string, client: CacheClient, options: ChildOptions) {
    this.asked.push(client);
    const opening = allowToOutside(client.workloads, "cache", 6380);
    return {
      connection: { host: "valkey.bron.test", port: 6380 },
      password: pulumi.output("known to the town"),
      passwordLabel: "town-cache-2026",
      ready: [register(`${name}-${opening.metadata.name}`, opening, options)],
    };
  }
}

/** Something that is told of public names, and makes no Ingress. */
class TownGate implements Entrance {
  readonly asked: PublicName[] = [];
  readonly namespace = "gate";

  expose(name: string, asked: PublicName, options: ChildOptions) {
    this.asked.push(asked);
    const opening = allowFromIngressController(this.namespace, asked.workload, asked.port);
    const ready = [register(`${name}-gate`, opening, options)];
    return { url: `https://${asked.host}:8443`, ready };
  }
}

const services = ["nextcloud", "mastodon", "peertube"] as const;

/** One service alone, on what the town has. */
async function alone(service: (typeof services)[number]) {
  const [caches, entrance] = [new TownCaches(), new TownGate()];
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
      entrance,
      dataHolder: {},
      given,
      mail: undefined,
      identity: undefined,
      peers: { privatePeers: [], authority: undefined, ingressNamespace: "gate" },
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
  return { registered, caches, entrance, derived, url };
}

const ofKind = (registered: readonly Registration[], kind: string) =>
  registered.filter(({ type }) => type.endsWith(`:${kind}`));

describe.each(services)("%s alone, with a cache and an entrance of somebody else's", (service) => {
  test("asks each once, and runs on what it was given", async () => {
    const { registered, caches, entrance, derived, url } = await alone(service);
    expect(caches.asked).toMatchObject([{ commune: "bron", service }]);
    // Queues must outlive the cache; locks and sessions need not.
    expect(caches.asked.map(({ volume }) => volume !== undefined)).toEqual([service !== "nextcloud"]);
    expect(entrance.asked).toMatchObject([{ workload: { service, component: "web" }, port: 8080 }]);
    expect(url).toBe(`https://${entrance.asked[0]?.host}:8443`);

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

test("PeerTube's live streams come from the entrance's namespace", async () => {
  const { registered } = await alone("peertube");
  const [rtmp] = registered.filter(({ name }) => name.endsWith("rtmp-from-ingress"));
  expect(JSON.stringify(rtmp?.inputs)).toContain('"kubernetes.io/metadata.name":"gate"');
});
