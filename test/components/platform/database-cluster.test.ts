import { describe, expect, test } from "vitest";
import { deployed } from "../../../components/foundation/image/deployed.ts";
import { selectorOf } from "../../../components/foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../../components/foundation/manifest/manifest.ts";
import {
  clusterNetworkPolicies,
  clusterSecret,
  databaseCluster,
} from "../../../components/platform/database/cluster.ts";
import { databaseSection } from "../../../components/platform/database/declaration.ts";
import {
  type DatabaseSpec,
  databaseConnection,
  serverWorkload,
} from "../../../components/platform/database/manifests.ts";
import { planServer } from "../../../components/platform/database/plan.ts";
import { postgresqlSettings } from "../../../components/platform/database/sizing.ts";
import { footprints } from "../../../policies/footprint.ts";
import { clusters, usedOf, wrongIn } from "../../upstream/cloudnative-pg/fields.ts";
import { everyField } from "../../upstream/cloudnative-pg/sample.ts";

const spec: DatabaseSpec = {
  ...{ commune: "bron", server: "database", major: "17", upgradeFrom: undefined, availability: "node-loss" },
  ...{ memoryMiB: 1024, storageGiB: 20, storageClass: undefined, isCopied: true },
};
const operator = { namespace: "cnpg-system", apiServer: { port: 6443, networkPlugin: "any" } } as const;
const specOf = (object: object) => (object as { spec: Record<string, unknown> }).spec;

describe("the cluster of PostgreSQL servers", () => {
  test("has only fields that the operator's CRD has, of its types; every field that may be written is in what was taken of it", () => {
    expect(wrongIn(databaseCluster(spec).spec)).toEqual([]);
    expect(wrongIn(specOf(everyField()))).toEqual([]);
    expect(usedOf(clusters.spec, specOf(everyField()))).toEqual(clusters.spec);
  });

  test.each([
    ["another field", { failoverquorum: true }],
    ["another type", { instances: "3" }],
    ["no instances", { instances: undefined }],
    ["another word", { postgresql: { synchronous: { method: "all", number: 1 } } }],
  ])("with %s would be refused", (_, more) => {
    const changed = JSON.parse(JSON.stringify({ ...databaseCluster(spec).spec, ...more }));
    expect(wrongIn(changed)).not.toEqual([]);
  });

  test("acknowledges what another server has, and lets none that may lack it take over, each on a node of its own", () => {
    const { instances, postgresql, affinity } = databaseCluster(spec).spec;
    expect(instances).toBe(3);
    expect(postgresql.synchronous).toEqual({
      ...{ method: "any", number: 1, dataDurability: "required", failoverQuorum: true },
    });
    expect(affinity.podAntiAffinityType).toBe("required");
  });

  test("runs our image, tagged by its major version, as its user, with the settings of a single server", () => {
    const { imageName, postgresUID, postgresql, resources } = databaseCluster(spec).spec;
    expect(imageName).toMatch(/^docker\.io\/library\/postgres:17\.\d+-trixie$/);
    expect(postgresUID).toBe(999);
    expect(postgresql.parameters).toEqual({
      ...{ ...postgresqlSettings(1024), max_slot_wal_keep_size: "5120MB", summarize_wal: "on" },
    });
    expect(resources.limits).toEqual({ memory: "1024Mi" });
  });

  test("lets the keeper have its log where it is copied, and nobody otherwise", () => {
    const rules = (isCopied: boolean) => databaseCluster({ ...spec, isCopied }).spec.postgresql.pg_hba;
    expect(rules(true)).toEqual(["host replication keeper all scram-sha-256"]);
    expect(rules(false)).toEqual([]);
  });

  test("is pulled by digest, from the mirror, with the site's Secret, like every pod", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const { imageName } = databaseCluster(spec).spec;
    const lock = { [imageName]: { digest } };
    const at = deployed(
      { ...databaseCluster(spec) },
      { lock: lock as never, mirrors: { "docker.io": "registry.bron.fr/hub" }, pullSecret: "registry" },
    );
    expect(specOf(at)).toMatchObject({
      imageName: expect.stringMatching(/^registry\.bron\.fr\/hub\/library\/postgres:17\./),
      imagePullSecrets: [{ name: "registry" }],
    });
  });

  test("counts three times in memory and disk", () => {
    const [one] = footprints([databaseCluster(spec) as never]);
    expect(one).toMatchObject({ pods: 3, limitMiB: 3072, storageGiB: 60 });
  });
});

test("clients find the server that takes writes, by a name that is the single server's otherwise", () => {
  const host = (availability?: "node-loss") =>
    databaseConnection({ commune: "bron", server: "database", availability }, "nextcloud").host;
  expect(host("node-loss")).toBe("database-rw.bron-database.svc");
  expect(host()).toBe("database.bron-database.svc");
});

test("policies for a server's pods hold for those that the operator makes: they inherit the labels", () => {
  const { labels } = databaseCluster(spec).spec.inheritedMetadata;
  expect(labels).toMatchObject(selectorOf(serverWorkload(spec)));
  expect(labels).not.toHaveProperty("app.kubernetes.io/managed-by");
});

test("servers and the Jobs that make them reach one another and the API, and the operator reaches them", () => {
  const [among, toApi] = clusterNetworkPolicies(spec, operator) as [NetworkPolicy, NetworkPolicy];
  const all = { matchLabels: { "cnpg.io/cluster": "database" } };
  expect(among.spec?.podSelector).toEqual(all);
  expect(among.spec?.ingress).toMatchObject([{ from: [{ podSelector: all }, { podSelector: {} }] }]);
  expect(JSON.stringify(among.spec?.ingress)).toContain('"kubernetes.io/metadata.name":"cnpg-system"');
  expect(toApi.spec?.podSelector).toEqual(all);
  const [cilium] = clusterNetworkPolicies(spec, {
    ...operator,
    apiServer: { port: 6443, networkPlugin: "cilium" },
  }).slice(1);
  expect(cilium).toMatchObject({ kind: "CiliumNetworkPolicy", spec: { endpointSelector: all } });
});

test("the superuser's Secret has the operator's form, and is read again when it changes", () => {
  const secret = clusterSecret(spec, "s3cret");
  expect(secret).toMatchObject({
    type: "kubernetes.io/basic-auth",
    metadata: { labels: { "cnpg.io/reload": "true" } },
    stringData: { username: "postgres", password: "s3cret" },
  });
});

describe("a server's availability", () => {
  const schema = databaseSection(["nextcloud"]);
  const planned = (declared: object, tolerated: "single" | "node-loss") =>
    planServer(
      { commune: "bron", server: "database" },
      schema.parse(declared),
      512,
      { storageClass: undefined },
      tolerated,
    ).availability;

  test("is the commune's where it declares none, and is not written where it is one server", () => {
    expect(planned({}, "node-loss")).toBe("node-loss");
    expect(planned({}, "single")).toBeUndefined();
    expect(planned({ availability: "single" }, "node-loss")).toBeUndefined();
    expect(planned({ availability: "node-loss" }, "single")).toBe("node-loss");
  });
});
