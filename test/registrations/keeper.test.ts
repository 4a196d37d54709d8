import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { federationSchema } from "../../components/federation/members.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const member = (id: string, insee: string) => ({
  ...{ name: id, insee, domain: `${id}.test`, contact: `numerique@${id}.test` },
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: { bron: member("bron", "69029"), lyon: member("lyon", "69123") },
});

async function registered(more: object): Promise<Registration[]> {
  const site = siteOf(siteSchema.parse({ monitoringNamespace: "monitoring" }));
  const declaration = communeSchema.parse({
    ...{ id: "bron", population: 42_000, ...member("bron", "69029"), nextcloud: {}, ...more },
  });
  const plan = planCommune(declaration, site, { metropolis });
  return record("bron", () => {
    const seed = { given: pulumi.secret(Buffer.alloc(32, 1).toString("base64")) };
    new Commune("bron", { plan, site, seed, given: (name) => pulumi.secret(`given ${name}`) }, {});
  });
}

const named = (all: readonly Registration[], start: string) =>
  all
    .filter(({ name }) => name.startsWith(start))
    .map(({ type, name }) => `${type.replace(/^kubernetes:/, "")} ${name}`)
    .sort();

const textsOf = (object: unknown, field: string) =>
  (object as Record<string, Record<string, string> | undefined> | undefined)?.[field] ?? {};

const vaults = { recovery: { rpo: "1 minute", vaults: ["lyon"] } };

describe("a commune that names a vault", () => {
  let all: Registration[];
  beforeAll(async () => {
    all = await registered(vaults);
  });

  test("registers a keeper beside its server, in a namespace of its own", () => {
    expect(named(all, "bron-database-keeper")).toMatchInlineSnapshot(`
      [
        "apps/v1:StatefulSet bron-database-keeper-copier",
        "batch/v1:CronJob bron-database-keeper-rehearsal",
        "batch/v1:Job bron-database-keeper-role",
        "commune:index:Keeper bron-database-keeper",
        "commune:index:Namespace bron-database-keeper",
        "core/v1:ConfigMap bron-database-keeper-program",
        "core/v1:ConfigMap bron-database-keeper-rehearsal-program",
        "core/v1:ConfigMap bron-database-keeper-rehearsal-settings",
        "core/v1:ConfigMap bron-database-keeper-role",
        "core/v1:ConfigMap bron-database-keeper-settings",
        "core/v1:LimitRange bron-database-keeper-limits",
        "core/v1:Namespace bron-database-keeper",
        "core/v1:PersistentVolumeClaim bron-database-keeper-spool",
        "core/v1:ResourceQuota bron-database-keeper-quota",
        "core/v1:Secret bron-database-keeper-role",
        "core/v1:Secret bron-database-keeper-secrets",
        "networking.k8s.io/v1:NetworkPolicy bron-database-keeper-copier-from-monitoring",
        "networking.k8s.io/v1:NetworkPolicy bron-database-keeper-copier-to-database-server",
        "networking.k8s.io/v1:NetworkPolicy bron-database-keeper-copier-to-peers",
        "networking.k8s.io/v1:NetworkPolicy bron-database-keeper-default-deny",
        "networking.k8s.io/v1:NetworkPolicy bron-database-keeper-rehearsal-to-peers",
        "networking.k8s.io/v1:NetworkPolicy bron-database-keeper-to-dns",
      ]
    `);
  });

  test("adds nothing else but the way to its server", async () => {
    const before = new Set(named(await registered({}), "bron"));
    const added = named(all, "bron").filter(
      (each) => !before.has(each) && !/database-keeper|restore-point|-restore$/.test(each),
    );
    expect(added).toMatchInlineSnapshot(`
      [
        "batch/v1:CronJob bron-database-exchange-nextcloud",
        "batch/v1:CronJob bron-nextcloud-restore-rows",
        "core/v1:ConfigMap bron-database-access",
        "core/v1:ConfigMap bron-database-exchange",
      ]
    `);
  });

  test("tells it no secret but by files, and the rules find nothing", () => {
    const objects = kubernetesObjects(all);
    expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
    const text = JSON.stringify(objects.filter(({ kind }) => kind !== "Secret"));
    const secrets = objects.filter(({ kind }) => kind === "Secret");
    expect(secrets.length).toBeGreaterThan(3);
    for (const value of secrets.flatMap((secret) => Object.values(textsOf(secret, "stringData")))) {
      expect(text).not.toContain(value);
    }
  });

  test("lets it reach its server and the vaults, and nobody reach it but a Prometheus", () => {
    const policies = kubernetesObjects(all).filter(
      ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.namespace === "bron-database-keeper",
    );
    expect(policies.map(({ metadata }) => metadata.name).sort()).toMatchInlineSnapshot(`
      [
        "database-keeper-copier-from-monitoring",
        "database-keeper-copier-to-database-server",
        "database-keeper-copier-to-peers",
        "database-keeper-default-deny",
        "database-keeper-rehearsal-to-peers",
        "database-keeper-to-dns",
      ]
    `);
  });

  test("takes it away again with its line, and protects none of it", () => {
    const own = all.filter(({ name }) => name.startsWith("bron-database-keeper"));
    expect(own.filter(({ protect }) => protect)).toEqual([]);
  });
});

const settingsOf = (all: readonly Registration[]) => {
  const [settings] = kubernetesObjects(all).filter(
    ({ kind, metadata }) =>
      kind === "ConfigMap" && metadata.namespace === "bron-database-keeper" && metadata.name === "keeper",
  );
  return JSON.parse(textsOf(settings, "data")["settings.json"] ?? "") as object;
};

test("a database that restore points dump is not read once more, also where files are in a bucket", async () => {
  const media = { endpoint: "https://s3.bron.test", bucket: "bron-media", publicHost: "media.bron.test" };
  expect(settingsOf(await registered(vaults))).toMatchObject({ dumpedByPoints: ["nextcloud"] });
  const all = await registered({ ...vaults, mastodon: {}, media });
  expect(settingsOf(all)).toMatchObject({ dumpedByPoints: ["nextcloud", "mastodon"] });
});

test("a server outside that lets nobody have its log is dumped, with a password that is given", async () => {
  const all = await registered({ ...vaults, database: { external: { host: "postgresql.bron.test" } } });
  expect(settingsOf(all)).toMatchObject({
    ...{ method: "dumps", dumpedByPoints: [] },
    connection: { host: "postgresql.bron.test", sslMode: "verify-full" },
  });
  const pod = all.find(({ name }) => name === "bron-database-keeper-copier");
  expect(JSON.stringify(pod)).not.toContain("pg_receivewal");
});
