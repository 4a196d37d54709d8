import pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { volumesOf } from "../../components/commune/holders.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { judge, sentence } from "../../policies/judge.ts";
import { Review } from "../../policies/review.ts";
import { rules } from "../../policies/rules.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};
const every = {
  ...bron,
  nextcloud: {},
  mastodon: {},
  peertube: { dedicatedDatabase: {} },
  hotspots: {},
  schools: {},
};
const site = (settings: object = {}) => siteOf(siteSchema.parse(settings));

/** Returns what the program registers for a declaration. */
function registered(
  declaration: object,
  settings: object = {},
  review = new Review(),
): Promise<Registration[]> {
  const read = communeSchema.parse(declaration);
  return record(read.id, () => {
    new Commune(
      read.id,
      {
        plan: planCommune(read, site(settings)),
        site: site(settings),
        seed: undefined,
        given: (name) => pulumi.secret(`given ${name}`),
      },
      { transformations: [review.note] },
    );
  });
}

/** Volumes as they are published: a database server's goes by the server's name. */
function claims(resources: readonly Registration[]): Record<string, number> {
  return Object.fromEntries(
    resources.flatMap(({ type, inputs }) => {
      if (!type.endsWith(":PersistentVolumeClaim")) return [];
      const { metadata, spec } = inputs as {
        metadata: { name: string; namespace: string };
        spec: { resources: { requests: { storage: string } } };
      };
      const server = metadata.namespace.replace(/^[^-]*-/, "");
      const name = metadata.name === "database-data" ? server : metadata.name;
      return [[name, Number.parseInt(spec.resources.requests.storage, 10)]];
    }),
  );
}

describe("what holds data", () => {
  test("is published with every volume that is registered, and no other", async () => {
    const resources = await registered(every);
    const plan = planCommune(communeSchema.parse(every), site());
    expect(Object.keys(claims(resources)).sort()).toContain("hotspots-state");
    expect(Object.fromEntries(volumesOf(plan).map(({ name, sizeGiB }) => [name, sizeGiB]))).toEqual(
      claims(resources),
    );
  });

  test("is protected, database servers too, and nothing else is", async () => {
    const names = (await registered(every)).filter(({ protect }) => protect).map(({ name }) => name);
    expect(names.sort()).toMatchInlineSnapshot(`
      [
        "bron-database",
        "bron-database",
        "bron-database-data",
        "bron-hotspots",
        "bron-hotspots-state",
        "bron-mastodon",
        "bron-mastodon-cache",
        "bron-mastodon-media",
        "bron-nextcloud",
        "bron-nextcloud",
        "bron-nextcloud-data",
        "bron-peertube",
        "bron-peertube-cache",
        "bron-peertube-data",
        "bron-peertube-database",
        "bron-peertube-database",
        "bron-peertube-database-data",
        "bron-schools",
        "bron-schools-library",
        "bron-seed",
        "bron-seed-origin",
      ]
    `);
    const kept = (await registered(every)).filter(({ retainOnDelete }) => retainOnDelete);
    expect(kept.map(({ name }) => name).sort()).toEqual(names);
  });

  test("is not protected once it is released, also of a service that is retired and kept", async () => {
    const media = { endpoint: "https://s3.bron.test", bucket: "b", publicHost: "media.bron.test" };
    const since = "2026-11-25";
    const mastodon = { retired: { since }, formerVolume: { since, data: "released" } };
    const protectedNames = (await registered({ ...every, media, mastodon }))
      .filter(({ protect }) => protect)
      .map(({ name }) => name);
    expect(protectedNames).toContain("bron-mastodon-cache");
    expect(protectedNames).not.toContain("bron-mastodon-media");
  });

  test("is not protected where data is disposable", async () => {
    const resources = await registered(every, { data: "disposable" });
    expect(resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([]);
  });

  test("is what the rule data-is-kept asks for: each volume that loses its protection is refused", async () => {
    const review = new Review();
    await registered(every, {}, review);
    const declaration = communeSchema.parse(every);
    const found = (kept: ReadonlySet<string>) =>
      judge(
        rules.filter(({ id }) => id === "data-is-kept"),
        {
          ...{ declaration, plan: planCommune(declaration, site()), objects: review.objects, kept },
          ...{ site: { dataIsDisposable: false, registryMirrors: {} }, today: "2026-11-26" },
        },
      ).map(sentence);
    expect(found(review.kept)).toEqual([]);
    const claims = [...review.kept].filter((name) => name.startsWith("PersistentVolumeClaim "));
    expect(claims).toHaveLength(volumesOf(planCommune(declaration, site())).length);
    for (const claim of claims) {
      const others = new Set([...review.kept].filter((name) => name !== claim));
      expect(found(others)).toEqual([expect.stringContaining(`: ${claim} holds data`)]);
    }
  });
});
