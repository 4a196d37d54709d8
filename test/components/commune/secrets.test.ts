import { describe, expect, test } from "vitest";
import { changesOf, refusals } from "../../../components/commune/changes/changes.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { givenNames, secretLabels } from "../../../components/commune/secret-names.ts";
import { secretsOf } from "../../../components/commune/secrets.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { readDeclaration } from "../../../components/foundation/declaration/load.ts";
import { secretName } from "../../../components/foundation/seed/labels.ts";
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
const all = {
  ...{ nextcloud: {}, mastodon: {}, peertube: {}, hotspots: {}, schools: {}, directory: {}, identity: {} },
  ...{ lists: {}, tickets: {} },
  recovery: { vaults: ["lyon"] },
  mail: { relay: "smtp.bron.test" },
  tenants: { domain: "assos-bron.test", requests: {} },
};
const lyon = { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "numerique@lyon.test" };
const metropolis = federationSchema.parse({ name: "Métropole", members: { lyon } });
const plan = (more: object) =>
  planCommune(communeSchema.parse({ ...bron, ...more }), siteOf(siteSchema.parse({})), { metropolis });

function changes(before: object, after: object, moved: string[] = []) {
  const facts = { moved, dataIsDisposable: false, today: "2026-11-26" };
  return changesOf(published(plan(before), "00ff"), plan(after), facts);
}

describe("a declared version", () => {
  const problems = (line: string) => {
    const start =
      'id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 1\ncontact: a@b.test\n';
    const loaded = readDeclaration(
      "commune.yaml",
      Buffer.from(`${start}secrets: { ${line} }`),
      communeSchema,
    );
    return loaded.ok ? [] : loaded.problems.map(({ message }) => message);
  };

  test.each([...secretLabels.filter(({ rotation }) => rotation !== "never").map(secretName), ...givenNames])(
    "may be of %s",
    (name) => expect(problems(`${name}: 2`)).toEqual([]),
  );

  test.each(secretLabels.filter(({ rotation }) => rotation === "never").map(secretName))(
    "may not be of %s, which encrypts or signs what is kept",
    (name) => expect(problems(`${name}: 2`)[0]).toContain("what it protects would be lost"),
  );

  test.each([
    ["database/nextcloud-password", "nextcloud/database-password"],
    ["nextcloud-database-password", "nextcloud/database-password"],
    ["database-nextcloud-pasword", "database-nextcloud-password"],
    ["password/nextcloud-admin", "nextcloud/admin-password"],
  ])("of %s is answered with %s", (written, meant) => {
    expect(problems(`${written}: 2`)[0]).toContain(`Write "${meant}".`);
  });

  test("is of something that there is, and a number", () => {
    expect(problems("nextcloud/admin-pasword: 2")).toEqual([
      '"nextcloud/admin-pasword" is no password or key that a commune has (docs/seed.md). Write "nextcloud/admin-password".',
    ]);
    expect(problems("nextcloud/admin-password: two")).toHaveLength(1);
    expect(problems("nextcloud/admin-password: 0")).toHaveLength(1);
  });
});

test("a plan lists every secret that it derives, with its version, and no key of what it has not", () => {
  const names = (more: object) => secretsOf(plan(more)).map(secretName);
  expect(names(all)).toHaveLength(new Set(names(all)).size);
  // But for the servers that services have alone, and for files in a bucket.
  expect(names(all).sort()).toEqual(
    secretLabels
      .map(secretName)
      .filter((name) => !/-database\/|\/instance-/.test(name))
      .sort(),
  );
  expect(names({ nextcloud: { dedicatedDatabase: {} } })).toEqual([
    "nextcloud-database/superuser-password",
    "nextcloud/admin-password",
    "nextcloud/federation-password",
    "nextcloud/database-password",
    "nextcloud/cache-password",
    "federation/signing-key",
  ]);
  const raised = secretsOf(plan({ ...all, secrets: { "mastodon/cache-password": 3 } }));
  expect(raised.filter(({ version }) => version !== 1)).toMatchObject([
    { service: "mastodon", purpose: "cache-password", version: 3 },
  ]);
});

describe("a secret in another version", () => {
  test("is a change that can be taken back by the next one", () => {
    expect(changes(all, { ...all, secrets: { "nextcloud/admin-password": 2 } })).toMatchObject([
      {
        what: "secret",
        name: "nextcloud/admin-password",
        from: 1,
        to: 2,
        effect: "reversible",
        interruption: "short",
        affected: ["nextcloud"],
        told: { sentence: "secretRotates", with: { rotation: "by a Job" } },
      },
    ]);
  });

  test("of a server's superuser restarts the server, under all that are on it", () => {
    const made = changes(all, { ...all, secrets: { "database/superuser-password": 2 } });
    expect(made.map(({ told: { sentence } }) => sentence)).toEqual(["serverRestarts", "secretRotates"]);
    expect(made[1]?.affected).toEqual(["nextcloud", "mastodon", "peertube", "lists", "tickets"]);
  });

  test("that was given is one too", () => {
    const mail = { ...all, mail: { relay: "smtp.bron.test", user: "nuage" } };
    expect(changes(mail, { ...mail, secrets: { "mail-password": 2 } })).toMatchObject([
      { name: "mail-password", told: { with: { rotation: "given" } } },
    ]);
  });

  test("does not go back to the one that leaked, by a number or by a line that is gone", () => {
    const raised = { ...all, secrets: { "peertube/cache-password": 3 } };
    for (const secrets of [{ "peertube/cache-password": 2 }, {}]) {
      expect(refusals(changes(raised, { ...all, secrets }))).toEqual([
        {
          field: "peertube/cache-password" in secrets ? ["secrets", "peertube/cache-password"] : ["secrets"],
          message: `peertube/cache-password is in version 3, and version ${secrets["peertube/cache-password"] ?? 1} is what it was replaced for. Write 3, or 4 for another one.`,
        },
      ]);
    }
  });

  test("that others have built in is refused until somebody says that each is prepared anew", () => {
    const after = { ...all, secrets: { "hotspots/signing-key": 2, "schools/packages-key": 2 } };
    const said = "hotspots/signing-key=v2,schools/packages-key=v2";
    const refused = refusals(changes(all, after));
    expect(refused.map(({ field }) => field[1])).toEqual(["hotspots/signing-key", "schools/packages-key"]);
    for (const { message } of refused) expect(message).toContain(`pulumi config set commune:moved ${said}.`);
    const made = changes(all, after, said.split(","));
    expect(made.map(({ effect }) => effect)).toEqual(["irreversible", "irreversible"]);
  });

  test("of what a stack published before versions were, is compared with the first", () => {
    const { secrets: _, ...known } = published(plan(all), "00ff");
    const facts = { moved: [], dataIsDisposable: false, today: "2026-11-26" };
    expect(changesOf(known, plan(all), facts)).toEqual([]);
    const raised = plan({ ...all, secrets: { "mastodon/owner-password": 2 } });
    expect(changesOf(known, raised, facts)).toMatchObject([{ from: 1, to: 2 }]);
  });
});
