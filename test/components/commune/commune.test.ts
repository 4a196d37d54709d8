import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};
const plan = (more: object) =>
  planCommune(communeSchema.parse({ ...bron, ...more }), { storageClass: undefined, privatePeers: [] });

describe("a plan", () => {
  test("of a commune without a service needs no database", () => {
    expect(plan({})).toMatchObject({ database: undefined, givenSecrets: [] });
    expect(plan({}).nextcloud).toBeUndefined();
  });

  test("sizes what is not declared by the population", () => {
    expect(plan({ nextcloud: {} }).nextcloud).toMatchObject({ host: "cloud.bron.test", storageGiB: 129 });
    expect(plan({ nextcloud: {}, population: 400 }).nextcloud).toMatchObject({ storageGiB: 10 });
  });

  test("takes what is declared", () => {
    const { database, nextcloud } = plan({
      database: { memory: "2 GiB", storage: "40 GiB" },
      nextcloud: { subdomain: "fichiers", expectedUsers: 80, quotaPerUser: "512 MiB", storage: "1 TiB" },
    });
    expect(database).toMatchObject({ ours: { memoryMiB: 2048, storageGiB: 40 } });
    expect(nextcloud).toMatchObject({ host: "fichiers.bron.test", quotaPerUser: "512 MB", storageGiB: 1024 });
  });

  test("names every secret that somebody else must give", () => {
    const declared = {
      nextcloud: {},
      database: { external: { host: "pg.lyon.test" } },
      mail: { relay: "smtp.lyon.test", user: "bron" },
      identity: { issuer: "https://sso.lyon.test" },
      media: { endpoint: "https://s3.lyon.test", bucket: "bron", publicHost: "media.bron.test" },
    };
    expect(plan(declared).givenSecrets).toEqual([
      "mail-password",
      "identity-client-secret",
      "media-access-key",
      "media-secret-key",
      "database-nextcloud-password",
    ]);
    expect(plan({ ...declared, mail: { relay: "smtp.lyon.test" } }).givenSecrets).not.toContain(
      "mail-password",
    );
  });
});
