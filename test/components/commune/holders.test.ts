import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { dataHoldersOf } from "../../../components/commune/holders.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};

function holders(more: object) {
  const plan = planCommune(communeSchema.parse({ ...bron, ...more }), siteOf(siteSchema.parse({})));
  return dataHoldersOf(plan).map(({ name, kind, service, data, place, field, retirement }) =>
    [name, kind, service, data, place, field.join("."), retirement?.data ?? "in use"].join(" | "),
  );
}

describe("the list of what holds a commune's data", () => {
  test("has every volume, database and bucket, with the personal data in it and the field that decides it", () => {
    const media = { endpoint: "https://s3.bron.test", bucket: "bron", publicHost: "media.bron.test" };
    expect(
      holders({ nextcloud: {}, mastodon: {}, peertube: { dedicatedDatabase: {} }, hotspots: {}, media }),
    ).toMatchInlineSnapshot(`
        [
          "database | volume | database | accounts.documents | a volume | database.storage | in use",
          "peertube-database | volume | peertube-database | accounts.documents | a volume | peertube.dedicatedDatabase.storage | in use",
          "nextcloud | volume | nextcloud | accounts.documents.agenda.contacts | a volume | nextcloud | in use",
          "nextcloud-data | volume | nextcloud | accounts.documents.agenda.contacts | a volume | nextcloud.storage | in use",
          "mastodon-cache | volume | mastodon | sessions | a volume | mastodon.expectedUsers | in use",
          "peertube-data | volume | peertube | accounts.videos.comments | a volume | peertube.storage | in use",
          "peertube-cache | volume | peertube | sessions | a volume | peertube.expectedViewers | in use",
          "hotspots-state | volume | hotspots | none | a volume | hotspots | in use",
          "nextcloud | rows | nextcloud | accounts.documents.agenda.contacts | the commune's server | nextcloud | in use",
          "mastodon | rows | mastodon | accounts.posts.messages.media | the commune's server | mastodon | in use",
          "mastodon | bucket | mastodon | accounts.posts.messages.media | https://s3.bron.test/bron/mastodon/ | media | in use",
          "peertube | rows | peertube | accounts.videos.comments | a server of its own | peertube | in use",
          "peertube | bucket | peertube | accounts.videos.comments | https://s3.bron.test/bron/peertube/ | media | in use",
        ]
      `);
  });

  test("has what was retired too, and what becomes of it", () => {
    const since = "2026-11-25";
    expect(
      holders({ schools: { retired: { since } }, nextcloud: { retired: { since, data: "released" } } }),
    ).toMatchInlineSnapshot(`
        [
          "database | volume | database | accounts.documents | a volume | database.storage | released",
          "nextcloud | volume | nextcloud | accounts.documents.agenda.contacts | a volume | nextcloud | released",
          "nextcloud-data | volume | nextcloud | accounts.documents.agenda.contacts | a volume | nextcloud.storage | released",
          "schools-library | volume | schools | authors | a volume | schools.storage | kept",
          "nextcloud | rows | nextcloud | accounts.documents.agenda.contacts | the commune's server | nextcloud | released",
        ]
      `);
  });
});
