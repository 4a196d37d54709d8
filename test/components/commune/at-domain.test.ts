import { expect, test } from "vitest";
import { atDomain } from "../../../components/commune/at-domain.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { publicHosts } from "../../../components/commune/public-hosts.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: {},
  mastodon: {},
  federation: { with: ["lyon"] },
  recovery: { vaults: ["lyon"] },
});
const hosts = (of: typeof declaration) =>
  publicHosts(planCommune(of, siteOf(siteSchema.parse({})))).map(({ host }) => host);

test("at another domain every public name is below it, and nobody who knows the other one is linked", () => {
  const moved = atDomain(declaration, "essai.example");
  expect(hosts(declaration)).toContain("cloud.bron.test");
  expect(hosts(moved)).toEqual(hosts(declaration).map((host) => host.replace("bron.test", "essai.example")));
  expect(moved).not.toHaveProperty("federation");
  expect(moved).not.toHaveProperty("recovery");
});

test.each([undefined, "bron.test"])("at its own (%s) it is as declared", (domain) => {
  expect(atDomain(declaration, domain)).toBe(declaration);
});
