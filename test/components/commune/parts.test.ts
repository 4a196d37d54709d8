import { expect, test } from "vitest";
import { titleOf } from "../../../components/commune/changes/words.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { softwareOf } from "../../../components/commune/publish.ts";
import { secretsOf } from "../../../components/commune/secrets.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { secretName } from "../../../components/foundation/seed/labels.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { communeText, tenantText, valid } from "../tenants/stacks.ts";

const bron = {
  ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test" },
  ...{ population: 42_000, contact: "numerique@bron.test" },
};
const lyon = { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "numerique@lyon.test" };
const metropolis = federationSchema.parse({ name: "Métropole", members: { lyon } });
const site = siteOf(siteSchema.parse({}));
const plan = (more: object) => planCommune(communeSchema.parse({ ...bron, ...more }), site, { metropolis });

test("published software has what brings copies to vaults: a newer one is a change", () => {
  expect(Object.keys(softwareOf(plan({ nextcloud: {}, recovery: { vaults: ["lyon"] } })))).toEqual(
    expect.arrayContaining(["postgresql-17", "valkey", "nginx", "restic", "node"]),
  );
  expect(Object.keys(softwareOf(plan({ nextcloud: {} })))).not.toContain("restic");
});

test("published software has PostGIS, where an association has it", () => {
  const { declaration } = valid(
    {
      "tenants/chorale.yaml": tenantText(
        "chorale",
        'applications: { mobilizon: {} }\npostgresql: { version: "16" }\n',
        "large",
      ),
    },
    communeText("tenants: { domain: assos-bron.test }\n"),
  );
  expect(softwareOf(planCommune(declaration, site, {}))).toMatchObject({ "postgis-16": "16-3.5" });
});

test("a directory that was retired keeps its passwords, as services do: its people are in it still", () => {
  const names = (more: object) => secretsOf(plan(more)).map(secretName);
  const passwords = names({ directory: {} }).filter((name) => name.startsWith("directory/"));
  expect(passwords.length).toBeGreaterThan(0);
  const retired = names({ directory: { retired: { since: "2026-11-20", data: "kept" } } });
  expect(retired).toEqual(expect.arrayContaining(passwords));
});

test("a name is its part's alone: a vault's, although the guest is called as a service's server is", () => {
  expect(titleOf("vault-la-database", "en")).toBe("the vault for la-database");
  expect(titleOf("vault-t-keeper", "fr")).toBe("le coffre pour t-keeper");
  expect(titleOf("nextcloud-database", "fr")).toBe("la base de Nextcloud");
  expect(titleOf("nextcloud-database-keeper", "fr")).toBe("les copies de la base de Nextcloud");
  expect(titleOf("db--judo", "fr")).toBe("la base de l’association judo");
  expect(titleOf("something-database", "en")).toBe("something-database");
});
