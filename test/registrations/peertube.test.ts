import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { Seed } from "../../components/foundation/seed/index.ts";
import { dataHolderOptions } from "../../components/foundation/site/data-holders.ts";
import { ingressPresets } from "../../components/foundation/site/ingress.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { ValkeyCaches } from "../../components/platform/cache/index.ts";
import { ExternalDatabase } from "../../components/platform/database/external.ts";
import { IngressController } from "../../components/platform/exposure/index.ts";
import { peertubeDatabaseClient } from "../../components/services/peertube/database.ts";
import { Peertube } from "../../components/services/peertube/index.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { livechat, relay, specOf, store } from "../components/services/peertube-spec.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

/** A PeerTube alone, as another Pulumi program would make it. */
function registered(
  peertube: object,
  { mail, media }: { mail?: typeof relay; media?: typeof store } = {},
): Promise<Registration[]> {
  const given = (name: string) => pulumi.secret(`given ${name}`);
  const dataHolder = dataHolderOptions({ dataIsDisposable: false });
  return record("bron", () => {
    const seed = new Seed("bron-seed", { commune: "bron", given: undefined, dataHolder }, {});
    new Peertube(
      "bron-peertube",
      {
        ...specOf(peertube, {}, media),
        seed,
        caches: new ValkeyCaches({ seed, dataHolder }),
        database: new ExternalDatabase({ host: "sql.bron.test", port: 5432, sslMode: "verify-full" }, given),
        ingress: new IngressController(siteOf(siteSchema.parse({})).ingress),
        dataHolder,
        given,
        mail,
        identity: undefined,
        peers: {
          privatePeers: [],
          privateEndpoints: [],
          clusterRanges: [],
          authority: undefined,
          ingress: ingressPresets.traefik.source,
        },
      },
      {},
    );
  });
}

function find(registrations: Registration[], kind: string, name: string): Registration {
  const found = registrations.find((each) => each.type.endsWith(`:${kind}`) && each.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name} was registered`);
  return found;
}

describe("a PeerTube alone, with everything", () => {
  let all: Registration[];
  beforeAll(async () => {
    all = await registered(
      { live: true, plugins: { "peertube-plugin-livechat": livechat } },
      { mail: relay, media: store },
    );
  });

  test("breaks no rule of the project", () => {
    const objects = kubernetesObjects(all);
    expect(objects.length).toBeGreaterThan(20);
    expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
  });

  test("gives every secret to the engine as a secret, and none in any other place", () => {
    const { stringData } = find(all, "Secret", "bron-peertube").inputs as {
      stringData: Record<string, string>;
    };
    expect(stringData).toEqual({
      secret: "[secret]",
      "database-password": "[secret]",
      "cache-password": "[secret]",
      "root-password": "[secret]",
      "mail-password": "[secret]",
      "media-access-key": "[secret]",
      "media-secret-key": "[secret]",
    });
    expect(JSON.stringify(all)).not.toContain("given ");
  });

  test("protects the namespace, both volumes and the seed", () => {
    expect(
      all.filter(({ protect, retainOnDelete }) => protect && retainOnDelete).map(({ name }) => name),
    ).toEqual([
      "bron-peertube",
      "bron-peertube-cache",
      "bron-peertube-data",
      "bron-seed",
      "bron-seed-origin",
    ]);
  });

  test("starts when its cache, volume, configuration and network policies are there", () => {
    expect(find(all, "Deployment", "bron-peertube").dependsOn).toEqual(
      expect.arrayContaining([
        "commune:index:Cache::bron-peertube-cache",
        "kubernetes:core/v1:ConfigMap::bron-peertube",
        "kubernetes:core/v1:PersistentVolumeClaim::bron-peertube-data",
        "kubernetes:core/v1:Secret::bron-peertube",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy::bron-peertube-to-database",
      ]),
    );
  });

  test.each(["bron-peertube-scripts", "bron-peertube-plugins"])("runs %s while the server is up", (job) => {
    expect(find(all, "Job", job).dependsOn).toContain("kubernetes:apps/v1:Deployment::bron-peertube");
  });
});

test("without options there is no Job of plugins, no network policy to a relay or a store, no port for streams", async () => {
  const names = (await registered({})).map(({ name }) => name);
  expect(names.filter((name) => /plugins|mail|media|rtmp/.test(name))).toEqual([]);
  expect(names).toContain("bron-peertube-scripts");
});

test("its database has the extensions before the first start, and opens to both kinds of its pods", () => {
  expect(peertubeDatabaseClient({ commune: "bron" })).toMatchObject({
    database: "peertube",
    extensions: ["pg_trgm", "unaccent"],
    workloads: [{ component: "web" }, { component: "scripts" }],
  });
});
