import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { type CommuneDeclaration, communeSchema } from "../../components/commune/declaration.ts";
import { drilled, drillId } from "../../components/commune/drilled.ts";
import { Commune } from "../../components/commune/index.ts";
import { keepersOf } from "../../components/commune/keepers.ts";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { federationSchema } from "../../components/federation/members.ts";
import { loadYaml } from "../../components/foundation/declaration/load.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { associationDatabaseSection } from "../../components/platform/database/declaration.ts";
import { exchangeName } from "../../components/platform/database/exchange.ts";
import { associationDatabase } from "../../components/platform/database/plan.ts";
import { dedicatedMariadbSection } from "../../components/platform/mariadb/declaration.ts";
import { serviceNames } from "../../components/services/index.ts";
import { applicationOf } from "../../components/tenants/applications/list.ts";
import { firstPage } from "../../components/tenants/applications/pages.ts";
import { tenantSchema, tenantsSection } from "../../components/tenants/tenant/declaration.ts";
import { checkout } from "../../local/paths.ts";
import { type EgressPolicy, waysOut } from "../../scripts/drill/ways-out.ts";
import { withHelm } from "../components/tenants/stacks.ts";
import { foldedYaml, type Json } from "./folded-yaml.ts";
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
const site = siteOf(siteSchema.parse({ data: "disposable", privatePeers: "10.9.0.0/16" }));

/** Returns what one copy registers. */
function registered(declaration: CommuneDeclaration): Promise<Registration[]> {
  return record(declaration.id, () => {
    const given = (name: string) => {
      throw new Error(`a copy asked for the secret ${name}`);
    };
    const plan = planCommune(declaration, site, { metropolis });
    new Commune(
      declaration.id,
      { plan, site, seed: { given: pulumi.secret(Buffer.alloc(32, 5).toString("base64")) }, given },
      {},
    );
  });
}

const lyon = communeSchema.parse({
  ...{ id: "lyon", population: 42_000, ...member("lyon", "69123") },
  ...{ nextcloud: {}, mastodon: { handles: "domain" }, peertube: { live: true }, lists: {}, tickets: {} },
  mail: { relay: "smtp.lyon.test", user: "lyon" },
  federation: { with: "all" },
  recovery: { vaults: ["bron"], host: { bron: { space: "1 GiB" } }, rpo: "5 minutes" },
});
const drill = { of: "lyon", services: [...serviceNames] };

const policiesIn = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === "NetworkPolicy") as unknown as EgressPolicy[];
const namespacesIn = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ kind }) => kind === "Namespace").map(({ metadata: { name } }) => name);

/** The one way that a copy has until its points are there: that of the pods which bring them. */
const toVaults = (namespace: string) =>
  `${namespace}/${namespace.replace("drill-lyon-", "")}-restore-point-to-peers`;

describe("a drilled copy", () => {
  let all: Registration[];
  let objects: KubernetesObject[];
  beforeAll(async () => {
    all = await registered(drilled(lyon, drill));
    objects = kubernetesObjects(all);
  });

  test("is made of exactly what was reviewed, and may reach exactly that", async () => {
    const names = all.map(({ type, name }) => `${type.replace(/^kubernetes:/, "")} ${name}`);
    const openings = all.filter(({ type }) => type.endsWith(":NetworkPolicy")).map(({ inputs }) => inputs);
    const text = foldedYaml({ names, openings: openings as Json[] });
    await expect(text).toMatchFileSnapshot("../golden/drill/lyon.yaml");
  });

  test("stands in namespaces that are nobody else's, and has no public name", () => {
    expect(namespacesIn(objects).sort()).toEqual(
      ["database", ...serviceNames].map((name) => `drill-lyon-${name}`).sort(),
    );
    const placed = objects.filter(({ metadata: { namespace } }) => namespace !== undefined);
    expect(placed.filter(({ metadata: { namespace } }) => !namespace?.startsWith("drill-lyon-"))).toEqual([]);
    expect(objects.filter(({ kind }) => kind === "Ingress")).toEqual([]);
    expect(JSON.stringify(objects)).not.toContain("smtp.lyon.test");
  });

  test("takes no points, ships no log, and says nothing to peers", () => {
    const crons = objects.filter(({ kind }) => kind === "CronJob").map(({ metadata }) => metadata.name);
    expect(crons).toContain("restore");
    expect(crons).toContain("restore-rows");
    for (const service of serviceNames) expect(crons).toContain(exchangeName(service));
    expect(crons).not.toContain("restore-point");
    expect(keepersOf(planCommune(drilled(lyon, drill), site, { metropolis }))).toEqual([]);
    const kinds = all
      .map(({ type }) => type)
      .filter((type) => /Federation|Keeper|Vault$|Publisher/.test(type));
    expect(kinds).toEqual([]);
  });

  test("has one way out, for the pods that bring the points; without it none at all", () => {
    const ways = waysOut(namespacesIn(objects), policiesIn(objects), "drill-lyon");
    expect(ways.sort()).toEqual(
      serviceNames.map((name) => `${toVaults(`drill-lyon-${name}`)} leads out of the copy`).sort(),
    );
    const closed = policiesIn(objects).filter(
      ({ metadata }) => !metadata.name.endsWith("-restore-point-to-peers"),
    );
    expect(waysOut(namespacesIn(objects), closed, "drill-lyon")).toEqual([]);
  });

  test("has the commune's keys, and the commune's points", () => {
    const plan = planCommune(drilled(lyon, drill), site, { metropolis });
    expect(plan.keptVaults).toEqual(planCommune(lyon, site, { metropolis }).keptVaults);
    expect(
      plan.points.map(({ commune, schedule, settings }) => [commune, schedule, settings.commune]),
    ).toEqual(serviceNames.map(() => ["drill-lyon", undefined, "lyon"]));
    const origin = all.find(({ type }) => type === "random:index/randomUuid:RandomUuid");
    const seed = Buffer.alloc(32, 5).toString("base64");
    expect(origin?.inputs).toMatchObject({ keepers: { seed: seedFingerprint(seed, "lyon") } });
    expect(seedFingerprint(seed, "drill-lyon")).not.toBe(seedFingerprint(seed, "lyon"));
  });
});

describe("a drilled copy of a commune that hosts associations", () => {
  beforeAll(withHelm, 20 * 60_000);
  const association = (id: string, applications: object, more = {}) => {
    const own = { id, name: "Chorale", contact: "a@b.test", plan: "large", expires: "2028-06-30" };
    return [
      id,
      {
        ...tenantSchema().parse({ ...own, applications, ...more }),
        pages: firstPage({ name: "Chorale", contact: "a@b.test" }),
      },
    ];
  };
  const hosting: CommuneDeclaration = {
    ...lyon,
    tenants: tenantsSection.parse({ domain: "assos-lyon.test", mariadb: {}, requests: {} }),
    associations: Object.fromEntries([
      association("chorale", { site: {}, wordpress: { subdomain: "blog" }, dokuwiki: { access: "public" } }),
      association(
        "judo",
        { dokuwiki: { access: "members" } },
        { suspended: { since: "2026-11-20", reason: "x" } },
      ),
      association("parti", { dokuwiki: { access: "public" } }, { retired: { since: "2026-11-20" } }),
    ]),
  };
  const chosen = ["t-chorale-wordpress", "t-chorale-dokuwiki", "t-judo-dokuwiki", "t-parti-dokuwiki"];

  test("has their applications that keep something, also of one that is suspended, on a server of their own, and stays closed", async () => {
    const copy = drilled(hosting, { of: "lyon", services: chosen });
    const objects = kubernetesObjects(await registered(copy));
    const at = (namespace: string, kind: string) =>
      objects
        .filter(
          ({ metadata, ...object }) =>
            metadata.namespace === `drill-lyon-${namespace}` && object.kind === kind,
        )
        .map(({ metadata }) => metadata.name);
    expect(namespacesIn(objects).sort()).toEqual(
      ["mariadb", "t-chorale", "t-judo"].map((name) => `drill-lyon-${name}`),
    );
    expect(at("t-chorale", "Deployment")).toEqual(["t-chorale-dokuwiki", "t-chorale-wordpress"]);
    expect(at("t-judo", "PersistentVolumeClaim")).toEqual(["t-judo-dokuwiki-storage"]);
    expect(
      at("t-chorale", "CronJob")
        .filter((name) => name.startsWith("restore"))
        .sort(),
    ).toEqual([...["restore-dokuwiki", "restore-rows-wordpress", "restore-wordpress"]]);
    expect(objects.filter(({ kind }) => kind === "Ingress")).toEqual([]);
    const ways = waysOut(namespacesIn(objects), policiesIn(objects), "drill-lyon");
    expect(ways).toHaveLength(3);
    for (const way of ways) expect(way).toMatch(/\/t-\w+-restore-point-\w+-to-peers leads out of the copy$/);
    const database = (of: CommuneDeclaration) =>
      planCommune(of, site, { metropolis })
        .points.filter(({ beside }) => beside.tenant !== undefined)
        .map(({ settings }) => settings.database);
    // Its points are of that name.
    expect(database(copy)[0]).toMatch(/^t[0-9a-f]{20}$/);
    expect(database(copy)[0]).toBe(database(hosting)[0]);
  });

  test("has no server for rows where none of them has any, and nothing of them where none is asked for", () => {
    const of = (...services: string[]) => drilled(hosting, { of: "lyon", services });
    expect(of("t-judo-dokuwiki").tenants?.mariadb).toBeUndefined();
    expect(of("t-judo-dokuwiki").tenants?.requests).toBeUndefined();
    expect(of("nextcloud")).toMatchObject({ associations: {} });
    expect(of("nextcloud").tenants).toBeUndefined();
  });

  test("has the server that is an association's own, where rows on it are drilled", async () => {
    const { chorale, ...others } = hosting.associations;
    if (chorale === undefined) expect.fail("not declared");
    const dedicatedDatabase = dedicatedMariadbSection.parse({});
    const own = { ...hosting, associations: { ...others, chorale: { ...chorale, dedicatedDatabase } } };
    const of = (...services: string[]) => drilled(own, { of: "lyon", services });
    const wiki = of("t-chorale-dokuwiki");
    expect(wiki.associations.chorale?.dedicatedDatabase).toBeUndefined();
    const copy = of(...chosen);
    expect(copy.tenants?.mariadb).toBeUndefined();
    const objects = kubernetesObjects(await registered(copy));
    expect(namespacesIn(objects).sort()).toEqual(
      ["db--chorale", "t-chorale", "t-judo"].map((name) => `drill-lyon-${name}`),
    );
    expect(waysOut(namespacesIn(objects), policiesIn(objects), "drill-lyon")).toHaveLength(3);
  });

  test("has the PostgreSQL of an association, empty, where what is on it is drilled", async () => {
    const { chorale, ...others } = hosting.associations;
    if (chorale === undefined) expect.fail("not declared");
    const mobilizon = {
      ...chorale,
      plan: "large",
      applications: { mobilizon: applicationOf("mobilizon").section.parse({}) },
      postgresql: associationDatabaseSection.parse({ upgradeFrom: "16", memory: "512 MiB" }),
    };
    const own = { ...hosting, associations: { ...others, chorale: mobilizon } };
    const copy = drilled(own, { of: "lyon", services: ["t-chorale-mobilizon"] });
    expect(copy.tenants?.mariadb).toBeUndefined();
    const [tenant] = planCommune(copy, site, { metropolis }).tenants ?? [];
    expect(tenant?.postgresql).toMatchObject({ memoryMiB: 512, upgradeFrom: undefined, isSpatial: true });
    const objects = kubernetesObjects(await registered(copy));
    expect(namespacesIn(objects).sort()).toEqual(["drill-lyon-pg--chorale", "drill-lyon-t-chorale"]);
    expect(objects.map(({ metadata }) => metadata.name)).toContain(
      `database-exchange-${tenant?.applications[0]?.database?.name}`,
    );
  });
});

test("a copy of a commune with a long id has a shorter name, so that each of its namespaces can be named", () => {
  expect(drillId("saint-genis-les-oliv")).toBe("drill-saint-genis-les-oliv");
  const copies = ["saint-germain-au-mont-d-or-est", "saint-germain-au-mont-d-or-sud"].map(drillId);
  expect(new Set(copies).size).toBe(2);
  for (const copy of copies) {
    expect(copy).toMatch(/^drill-[a-z-]+[a-z]-[0-9a-f]{6}$/);
    const longest = associationDatabase("amicale-des-sapeurs-pompiers-a");
    expect(`${copy}-${longest}`.length).toBeLessThanOrEqual(63);
  }
});

test("the same objects of the commune itself have ways out, and are told", async () => {
  const objects = kubernetesObjects(
    await record("lyon", () => {
      const plan = planCommune(lyon, site, { metropolis });
      new Commune("lyon", { plan, site, seed: undefined, given: () => pulumi.secret("given") }, {});
    }),
  );
  const ways = waysOut(namespacesIn(objects), policiesIn(objects), "lyon");
  expect(ways.join("\n")).toContain("lyon-mastodon/mastodon-to-peers leads out of the copy");
  expect(ways.join("\n")).toMatch(/-to-mail leads out/);
  const [, ...others] = namespacesIn(objects);
  const withoutDeny = policiesIn(objects).filter(({ metadata }) => !metadata.name.endsWith("-default-deny"));
  expect(waysOut(others, withoutDeny, "lyon")).toEqual(
    expect.arrayContaining(others.map((name) => `${name} denies nothing by itself`)),
  );
});

test("of every commune here, and of everything that can be declared, a copy stays closed", async () => {
  const full = loadYaml(`${checkout}/stacks/examples/full.yaml`, communeSchema);
  const villeurbanne = loadCommune(`${checkout}/stacks`, "villeurbanne");
  if (!full.ok || !villeurbanne.ok) throw new Error("it cannot be read");
  for (const { id, ...declared } of [full.declaration, villeurbanne.declaration]) {
    const recovery = { ...lyon.recovery, vaults: ["bron"] } as CommuneDeclaration["recovery"];
    const copy = drilled({ id, ...declared, recovery }, { of: id, services: [...serviceNames] });
    const objects = kubernetesObjects(await registered(copy));
    const policies = policiesIn(objects).filter(
      ({ metadata }) => !metadata.name.endsWith("-restore-point-to-peers"),
    );
    expect(policies.length).toBeGreaterThan(10);
    expect(waysOut(namespacesIn(objects), policies, drillId(id))).toEqual([]);
    expect(objects.filter(({ kind }) => kind === "Ingress")).toEqual([]);
  }
});
