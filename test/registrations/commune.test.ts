import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const declaration = communeSchema.parse({
  id: "villeurbanne",
  name: "Villeurbanne",
  insee: "69266",
  domain: "villeurbanne.test",
  population: 160_000,
  contact: "numerique@villeurbanne.test",
  nextcloud: {},
});

function commune(settings: Record<string, string>, seed?: pulumi.Output<string>) {
  const site = siteOf(siteSchema.parse(settings));
  return record("villeurbanne", () => {
    new Commune(
      "villeurbanne",
      {
        plan: planCommune(declaration, site),
        site,
        seed: { given: seed },
        given: (name) => pulumi.secret(`given ${name}`),
      },
      {},
    );
  });
}

describe("a commune with Nextcloud", () => {
  let registered: Registration[];
  beforeAll(async () => {
    registered = await commune({});
  });

  test("is one component with its seed, its database and its service", () => {
    expect(
      registered
        .filter(({ parent }) => parent === "commune:index:Commune::villeurbanne")
        .map(({ type }) => type),
    ).toEqual([
      "commune:index:Database",
      "commune:index:Federation",
      "commune:index:Nextcloud",
      "commune:index:Seed",
    ]);
  });

  test("every name starts with the commune's", () => {
    expect(registered.filter(({ type }) => type !== "pulumi:pulumi:Stack").map(({ name }) => name)).toSatisfy(
      (names: string[]) => names.length > 30 && names.every((name) => name.startsWith("villeurbanne")),
    );
  });

  test("every secret value is secret to the engine", () => {
    const secrets = registered.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    expect(secrets.map(({ name }) => name)).toEqual([
      "villeurbanne-database-role-nextcloud",
      "villeurbanne-database-superuser",
      "villeurbanne-federation-secrets",
      "villeurbanne-nextcloud",
      "villeurbanne-nextcloud-cache",
    ]);
    for (const { inputs } of secrets) {
      const { stringData } = inputs as { stringData: Record<string, string> };
      expect(Object.values(stringData)).toSatisfy((values: string[]) =>
        values.every((value) => value === "[secret]"),
      );
    }
  });

  test("what holds data is protected and stays when it leaves the program", () => {
    expect(registered.filter(({ protect }) => protect).map(({ type, name }) => `${type}::${name}`)).toEqual([
      "kubernetes:apps/v1:StatefulSet::villeurbanne-database",
      "kubernetes:core/v1:Namespace::villeurbanne-database",
      "kubernetes:core/v1:Namespace::villeurbanne-nextcloud",
      "kubernetes:core/v1:PersistentVolumeClaim::villeurbanne-database-data",
      "kubernetes:core/v1:PersistentVolumeClaim::villeurbanne-nextcloud",
      "kubernetes:core/v1:PersistentVolumeClaim::villeurbanne-nextcloud-data",
      "random:index/randomBytes:RandomBytes::villeurbanne-seed",
      "random:index/randomUuid:RandomUuid::villeurbanne-seed-origin",
    ]);
    expect(registered.filter(({ protect }) => protect).every(({ retainOnDelete }) => retainOnDelete)).toBe(
      true,
    );
  });

  test("Nextcloud starts after its database exists and its network is open", () => {
    const deployment = registered.find(
      ({ type, name }) => type === "kubernetes:apps/v1:Deployment" && name === "villeurbanne-nextcloud",
    );
    expect(deployment?.dependsOn).toEqual(
      expect.arrayContaining([
        "kubernetes:batch/v1:Job::villeurbanne-database-role-nextcloud",
        "kubernetes:core/v1:Secret::villeurbanne-nextcloud",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy::villeurbanne-nextcloud-to-database-server",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy::villeurbanne-database-server-from-nextcloud",
      ]),
    );
  });
});

test("at a site whose data is disposable nothing is protected", async () => {
  const registered = await commune({ data: "disposable" });
  expect(registered.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([]);
});

test("a given seed is used instead of a new one", async () => {
  const registered = await commune({}, pulumi.secret(Buffer.alloc(32, 1).toString("base64")));
  expect(registered.map(({ type }) => type)).not.toContain("random:index/randomBytes:RandomBytes");
});
