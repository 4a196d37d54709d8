import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { federationSchema } from "../../components/federation/members.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { type HostedAccess, readPassword } from "../../components/recovery/vault/access.ts";
import { vaultKeyLabel } from "../../components/recovery/vault/secrets.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { passOf } from "../components/recovery/passes.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const seeds = { bron: Buffer.alloc(32, 1).toString("base64"), lyon: Buffer.alloc(32, 2).toString("base64") };
type Id = keyof typeof seeds;

const vaultKey = (id: Id) =>
  publicKeyOf(Buffer.from(deriveSecret(seeds[id], id, vaultKeyLabel), "base64url"));
const member = (id: Id) => ({
  name: id,
  insee: id === "bron" ? "69029" : "69123",
  domain: `${id}.test`,
  contact: `numerique@${id}.test`,
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: {
    bron: { ...member("bron"), vaultKey: vaultKey("bron") },
    lyon: { ...member("lyon"), vaultKey: vaultKey("lyon") },
  },
});

/** Returns what a commune registers, and what opens its vaults. */
async function registered(
  id: Id,
  recovery: object,
  settings: Record<string, string> = {},
  more: object = {},
) {
  const site = siteOf(siteSchema.parse(settings));
  const declaration = communeSchema.parse({ id, population: 42_000, ...member(id), recovery, ...more });
  const plan = planCommune(declaration, site, { metropolis });
  let vaults: Record<string, HostedAccess> = {};
  let isSecret = false;
  const all = await record(id, async () => {
    const given = (name: string) => pulumi.secret(`given ${name}`);
    const commune = new Commune(id, { plan, site, seed: { given: pulumi.secret(seeds[id]) }, given }, {});
    isSecret = await pulumi.isSecret(commune.vaults);
    vaults = await new Promise<typeof vaults>((resolve) =>
      commune.vaults.apply((all) => resolve(all as typeof vaults)),
    );
  });
  return { all, vaults, isSecret };
}

const hosting = { host: { lyon: { space: "100 GiB" } } };

describe("a commune that keeps another one's copies", () => {
  let all: Registration[];
  beforeAll(async () => {
    all = (await registered("bron", hosting, { monitoringNamespace: "monitoring" })).all;
  });

  test("registers a vault with a namespace, a volume and a name of its own", () => {
    const own = all.filter(({ name }) => name.startsWith("bron-vault-lyon"));
    expect(
      own.map(({ type, name }) => `${type.replace(/^kubernetes:/, "")} ${name}`).sort(),
    ).toMatchInlineSnapshot(`
      [
        "apps/v1:Deployment bron-vault-lyon-server",
        "commune:index:Exposure bron-vault-lyon",
        "commune:index:Namespace bron-vault-lyon",
        "commune:index:Vault bron-vault-lyon",
        "core/v1:ConfigMap bron-vault-lyon-program",
        "core/v1:ConfigMap bron-vault-lyon-settings",
        "core/v1:LimitRange bron-vault-lyon-limits",
        "core/v1:Namespace bron-vault-lyon",
        "core/v1:PersistentVolumeClaim bron-vault-lyon",
        "core/v1:ResourceQuota bron-vault-lyon-quota",
        "core/v1:Service bron-vault-lyon",
        "networking.k8s.io/v1:Ingress bron-vault-lyon",
        "networking.k8s.io/v1:NetworkPolicy bron-vault-lyon-default-deny",
        "networking.k8s.io/v1:NetworkPolicy bron-vault-lyon-server-from-ingress",
        "networking.k8s.io/v1:NetworkPolicy bron-vault-lyon-server-from-monitoring",
        "networking.k8s.io/v1:NetworkPolicy bron-vault-lyon-to-dns",
      ]
    `);
  });

  test("protects what holds them, and nothing that holds none", () => {
    expect(
      all
        .filter(({ name, protect }) => protect && name.includes("vault"))
        .map(({ type }) => type)
        .sort(),
    ).toEqual(["kubernetes:core/v1:Namespace", "kubernetes:core/v1:PersistentVolumeClaim"]);
  });

  test("gives the vault no secret, and the rules find nothing", () => {
    const objects = kubernetesObjects(all);
    expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
    const inVault = objects.filter(({ metadata }) => metadata.namespace === "bron-vault-lyon");
    expect(inVault.filter(({ kind }) => kind === "Secret")).toEqual([]);
  });

  test("keeps the volume under the same names when it is retired, and serves no more", async () => {
    const retired = { host: { lyon: { space: "100 GiB", retired: { since: "2026-11-25" } } } };
    const left = (await registered("bron", retired)).all.filter(({ name }) =>
      name.startsWith("bron-vault-lyon"),
    );
    const names = new Set(all.map(({ type, name }) => `${type} ${name}`));
    expect(left.every(({ type, name }) => names.has(`${type} ${name}`))).toBe(true);
    expect(left.map(({ type }) => type)).toContain("kubernetes:core/v1:PersistentVolumeClaim");
    expect(left.map(({ type }) => type)).not.toContain("kubernetes:apps/v1:Deployment");
  });
});

describe("a commune whose copies are kept", () => {
  test("is told address, user and password, which the vault takes for its own", async () => {
    const { vaults, isSecret } = await registered("lyon", { vaults: ["bron"] });
    expect(isSecret).toBe(true);
    expect(vaults).toEqual({
      bron: { address: "https://vault-lyon.bron.test", user: "lyon", password: expect.any(String) },
    });
    const vault = { host: "bron", domain: "bron.test", guest: "lyon" };
    expect(readPassword(vaults.bron?.password ?? "", vault, vaultKey("lyon"))).toEqual(passOf());
    expect(readPassword(vaults.bron?.password ?? "", vault, vaultKey("bron"))).toBeUndefined();
  });

  test("has another password by a line of the declaration", async () => {
    const { vaults } = await registered(
      "lyon",
      { vaults: ["bron"] },
      {},
      { secrets: { "recovery/vault-access": 2 } },
    );
    const vault = { host: "bron", domain: "bron.test", guest: "lyon" };
    expect(readPassword(vaults.bron?.password ?? "", vault, vaultKey("lyon"))).toEqual(
      passOf({ version: 2 }),
    );
  });

  test("has another password at each of its sites, which says which one it is", async () => {
    const { vaults } = await registered("lyon", { vaults: ["bron"] }, { incarnation: "2" });
    const vault = { host: "bron", domain: "bron.test", guest: "lyon" };
    expect(readPassword(vaults.bron?.password ?? "", vault, vaultKey("lyon"))).toEqual(
      passOf({ incarnation: 2 }),
    );
  });

  test("has none where it names no vault", async () => {
    expect((await registered("lyon", {})).vaults).toEqual({});
  });

  test("gives each pod what opens its own service there, the reconciler what only reads, and nobody the key", async () => {
    const site = siteOf(siteSchema.parse({}));
    const recovery = { vaults: ["bron"] };
    const declaration = communeSchema.parse({
      ...{ id: "lyon", population: 42_000, ...member("lyon"), recovery },
      ...{ nextcloud: {}, mastodon: {} },
    });
    const plan = planCommune(declaration, site, { metropolis });
    const vault = { host: "bron", domain: "bron.test", guest: "lyon" };
    const passes: string[] = [];
    const objects: string[] = [];
    await record("lyon", async () => {
      const given = (name: string) => pulumi.secret(`given ${name}`);
      const look = ({ type, props }: pulumi.ResourceTransformationArgs) => {
        if (!type.startsWith("kubernetes:")) return undefined;
        pulumi.output(props).apply((object) => {
          objects.push(JSON.stringify(object));
          const text = type.endsWith(":Secret") ? object.stringData?.["vaults.json"] : undefined;
          if (text === undefined) return;
          const password = (JSON.parse(text) as Record<string, HostedAccess>).bron?.password ?? "";
          const { service, purpose } = readPassword(password, vault, vaultKey("lyon")) ?? {};
          passes.push(`${object.metadata.namespace}: ${service}, ${purpose}`);
        });
        return undefined;
      };
      const args = { plan, site, seed: { given: pulumi.secret(seeds.lyon) }, given };
      new Commune("lyon", args, { transformations: [look] });
    });
    expect(passes.sort()).toEqual([
      "lyon-database-keeper: database, append",
      "lyon-federation: *, read",
      "lyon-mastodon: mastodon, append",
      "lyon-nextcloud: nextcloud, append",
    ]);
    const key = deriveSecret(seeds.lyon, "lyon", vaultKeyLabel);
    expect(objects.length).toBeGreaterThan(100);
    expect(objects.join()).not.toContain(key);
  });
});
