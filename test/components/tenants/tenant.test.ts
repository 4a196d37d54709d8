import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planCommune } from "../../../components/commune/plan.ts";
import { publicHosts } from "../../../components/commune/public-hosts.ts";
import { isSameSite } from "../../../components/foundation/declaration/same-site.ts";
import { catalogue } from "../../../components/tenants/applications/list.ts";
import { tenantProblems } from "../../../components/tenants/tenant/check.ts";
import { tenantHolders } from "../../../components/tenants/tenant/manifests.ts";
import { communeText, loaded, planned, room, roomWithMariadb, site, tenantText, valid } from "./stacks.ts";

const wiki = "applications: { dokuwiki: { access: members } }\n";
const both = "applications: { site: {}, dokuwiki: { access: public } }\n";

describe("a tenant's file", () => {
  test("is read with its commune, and its pages with it", () => {
    const { declaration } = valid({ "tenants/chorale.yaml": tenantText("chorale", both) });
    expect(declaration.associations.chorale).toMatchObject({ id: "chorale", plan: "small" });
    const page = declaration.associations.chorale?.pages.files["index.html"] ?? "";
    expect(Buffer.from(page, "base64").toString()).toContain("<h1>Chorale des Gratte-Ciel</h1>");
  });

  test("has all its problems told at once, with those of the commune and of other files", () => {
    const { lines } = loaded(
      {
        "tenants/judo.yaml": tenantText("chorale", "applications: { site: { access: members } }\n", "smal"),
        "tenants/petanque.yaml": tenantText("petanque", "applications: {}\ncolour: red\n"),
        "tenants/tarot.yml": tenantText("tarot"),
      },
      communeText("tenants: { domain: assos-bron.test }\nnextclod: {}\n"),
    );
    expect(lines).toEqual([
      expect.stringMatching(/^commune.yaml:8 nextclod: .*Did you mean "nextcloud"\?/),
      expect.stringMatching(
        /^tenants\/judo.yaml:1 id: "chorale" is not the name of its file \("judo.yaml"\)/,
      ),
      expect.stringMatching(/^tenants\/petanque.yaml:8 colour: unknown field/),
      expect.stringMatching(/^tenants\/tarot.yml:1 : this is no tenant: .*Rename it/),
    ]);
  });

  test.each([
    [
      "an access that nothing can keep",
      "applications: { site: { access: members } }\n",
      /applications.site.access: "members" is more than site can do.*dokuwiki/,
    ],
    ["no application", "applications: {}\n", /applications: has none/],
    [
      "a domain of the commune",
      `${wiki}domain: chorale.bron.test\n`,
      /domain: "chorale.bron.test" and "bron.test" are one site to a browser/,
    ],
    [
      "somebody else's place",
      `${wiki}domain: judo.assos-bron.test\n`,
      /domain: .*"chorale.assos-bron.test": take the line out/,
    ],
    [
      "more storage than its plan",
      "applications: { dokuwiki: { access: members, storage: 6 GiB } }\n",
      /plan: "small" is too small.*6 GiB of storage, and the plan has 5 GiB/,
    ],
    [
      "pages that are not there",
      "applications: { site: { folder: pages } }\n",
      /applications.site.folder: there is no folder/,
    ],
  ])("is refused with %s", (_, more, message) => {
    const { lines } = loaded({ "tenants/chorale.yaml": tenantText("chorale", more) });
    expect(lines).toEqual([expect.stringMatching(message)]);
  });

  test("has an account of the commune's Mastodon, which is closed while it is suspended, and in a copy there is none", () => {
    const social = `${room}mail: { relay: smtp.bron.test }\nmastodon: {}\n`;
    const accounts = "applications: { site: {} }\naccounts: { mastodon: chorale_bron }\n";
    const made = (more = "") =>
      valid({ "tenants/chorale.yaml": tenantText("chorale", accounts + more) }, communeText(social))
        .declaration;
    const of = {
      service: "mastodon",
      tenant: "chorale",
      user: "chorale_bron",
      contact: "bureau@chorale.test",
    };
    const account = { ...of, name: "Chorale des Gratte-Ciel" };
    expect(planCommune(made(), site).mastodon?.associations).toEqual([{ ...account, isOpen: true }]);
    for (const more of ["suspended: { since: 2026-11-01, reason: x }\n", "retired: { since: 2026-11-01 }\n"])
      expect(planCommune(made(more), site).mastodon?.associations).toEqual([{ ...account, isOpen: false }]);
    expect(planCommune({ ...made(), drillOf: "lyon" }, site).mastodon?.associations).toEqual([]);

    const refused = (commune: string, name = "chorale_bron") =>
      loaded(
        {
          "tenants/chorale.yaml": tenantText("chorale", accounts),
          "tenants/judo.yaml": tenantText(
            "judo",
            `applications: { site: {} }\naccounts: { mastodon: ${name} }\n`,
          ),
        },
        communeText(commune),
      ).lines;
    expect(refused(social, "judo")).toEqual([]);
    expect(refused(social)).toEqual([
      expect.stringMatching(/judo.yaml:8 accounts.mastodon: "chorale_bron" is the account of chorale/),
    ]);
    expect(refused(social, "mairie")).toEqual([
      expect.stringMatching(/is the account of the commune itself/),
    ]);
    expect(refused(social, "staff")).toEqual([expect.stringMatching(/"staff" is reserved/)]);
    expect(refused(social, "judo-club")).toEqual([expect.stringMatching(/Write "judo_club"/)]);
    expect(refused(room, "judo")).toEqual([
      expect.stringMatching(/chorale.yaml:8 .*commune's Mastodon, and it runs none/),
      expect.stringMatching(/judo.yaml:8/),
    ]);
    expect(refused(`${room}mastodon: {}\n`, "judo")[0]).toMatch(/told to the association by mail/);
  });

  test("has a channel of the commune's PeerTube, under the same conditions", () => {
    const videos = `${room}mail: { relay: smtp.bron.test }\npeertube: {}\n`;
    const text = (id: string, name: string) =>
      tenantText(id, `applications: { site: {} }\naccounts: { peertube: ${name} }\n`);
    const { declaration } = valid(
      { "tenants/chorale.yaml": text("chorale", "chorale") },
      communeText(videos),
    );
    expect(planCommune(declaration, site).peertube?.associations).toEqual([
      expect.objectContaining({ tenant: "chorale", user: "chorale", isOpen: true }),
    ]);
    const refused = (commune: string, name: string) =>
      loaded(
        { "tenants/chorale.yaml": text("chorale", "chorale"), "tenants/judo.yaml": text("judo", name) },
        communeText(commune),
      ).lines;
    expect(refused(videos, "chorale")).toEqual([
      expect.stringMatching(/judo.yaml:8 accounts.peertube: "chorale" is the channel of chorale/),
    ]);
    expect(refused(videos, "peertube_bron")).toEqual([expect.stringMatching(/is reserved/)]);
    expect(refused(`${room}mastodon: {}\n`, "judo")[0]).toMatch(
      /a channel of the commune's PeerTube, and it runs none/,
    );
  });

  test("is refused two applications at one address, and one that needs a server that is not there", () => {
    const wordpress = "applications: { wordpress: {} }\n";
    const refused = (commune: string, more = wordpress) =>
      loaded({ "tenants/chorale.yaml": tenantText("chorale", more) }, communeText(commune)).lines;
    expect(refused(room)).toEqual([
      expect.stringMatching(/:7 applications.wordpress: needs a MariaDB server.*Write mariadb: \{\}/),
    ]);
    expect(refused(roomWithMariadb)).toEqual([]);
    expect(
      refused("tenants: { domain: assos-bron.test, mariadb: { retired: { since: 2026-11-26 } } }\n"),
    ).toEqual([expect.stringMatching(/applications.wordpress: needs the MariaDB server, which is retired/)]);
    expect(refused(roomWithMariadb, "applications: { site: {}, wordpress: {} }\n")).toEqual([
      expect.stringMatching(/applications.wordpress: is at chorale.assos-bron.test, where site is/),
    ]);
    expect(refused(roomWithMariadb, "applications: { site: {}, wordpress: { subdomain: blog } }\n")).toEqual(
      [],
    );
  });

  test("has a database server of its own, where something uses it and its namespace has a name", () => {
    const own = (applications: string, id = "chorale", commune = room) =>
      loaded(
        {
          [`tenants/${id}.yaml`]: tenantText(
            id,
            `applications: { ${applications} }\ndedicatedDatabase: {}\n`,
          ),
        },
        communeText(commune),
      ).lines;
    expect(own("wordpress: {}")).toEqual([]);
    expect(own("site: {}")).toEqual([
      expect.stringMatching(/:8 dedicatedDatabase: would be a server that nothing of it uses: wordpress, /),
    ]);
    const longest = "a".repeat(30);
    const text = tenantText(longest, "applications: { wordpress: {} }\ndedicatedDatabase: {}\n");
    const { declaration } = valid({ [`tenants/${longest}.yaml`]: text });
    const { tenants, associations } = declaration;
    const tenant = associations[longest];
    if (tenants === undefined || tenant === undefined) expect.fail("not loaded");
    expect(tenantProblems({ ...declaration, tenants, id: "b".repeat(28) }, tenant, [])).toEqual([]);
    expect(tenantProblems({ ...declaration, tenants, id: "b".repeat(29) }, tenant, [])).toEqual([
      { field: ["dedicatedDatabase"], message: expect.stringContaining("whose 64 letters are more") },
    ]);
  });

  test("has a PostgreSQL of its own where an application needs one, and nowhere else", () => {
    const own = (text: string) =>
      loaded({ "tenants/chorale.yaml": tenantText("chorale", text, "large") }, communeText(room)).lines;
    const mobilizon = "applications: { mobilizon: {} }\n";
    expect(own(mobilizon)).toEqual([]);
    expect(own("applications: { site: {} }\npostgresql: {}\n")).toEqual([
      expect.stringMatching(
        /:8 postgresql: would be a server that nothing of it uses: mobilizon keeps rows on one\./,
      ),
    ]);
    expect(own(`${mobilizon}dedicatedDatabase: {}\n`)).toEqual([
      expect.stringMatching(/:8 dedicatedDatabase: would be a server that nothing of it uses: wordpress, /),
    ]);
    expect(own(`${mobilizon}postgresql: { version: "16", upgradeFrom: "17" }\n`)).toEqual([
      expect.stringContaining('"17" is not older than the version "16"'),
    ]);
    const longest = "a".repeat(30);
    const file = { [`tenants/${longest}.yaml`]: tenantText(longest, mobilizon, "large") };
    const { declaration } = valid(file, communeText(room));
    const { tenants, associations } = declaration;
    const tenant = associations[longest];
    if (tenants === undefined || tenant === undefined) expect.fail("not loaded");
    expect(tenantProblems({ ...declaration, tenants, id: "b".repeat(28) }, tenant, [])).toEqual([]);
    expect(tenantProblems({ ...declaration, tenants, id: "b".repeat(29) }, tenant, [])).toEqual([
      {
        field: ["applications", "mobilizon"],
        message: expect.stringContaining("needs a PostgreSQL server, which would be in the namespace"),
      },
    ]);
    const sizes = "postgresql: { memory: 512 MiB, storage: 20 GiB }\n";
    const [least, larger] = ["", sizes].map(
      (more) =>
        planned(
          { "tenants/chorale.yaml": tenantText("chorale", mobilizon + more, "large") },
          communeText(room),
        ).tenants?.[0],
    );
    const server = { commune: "bron", server: "pg--chorale", major: "17", isSpatial: true };
    expect(least?.postgresql).toMatchObject({ ...server, memoryMiB: 256, storageGiB: 5 });
    expect(larger?.postgresql).toMatchObject({ ...server, memoryMiB: 512, storageGiB: 20 });
    expect(JSON.stringify(least?.applications[0]?.values)).toContain("database.bron-pg--chorale.svc");
  });

  test("has passwords that get another version, which are those of its applications", () => {
    const wordpress = { "tenants/chorale.yaml": tenantText("chorale", "applications: { wordpress: {} }\n") };
    const said = (secrets: string) =>
      loaded(wordpress, communeText(`${roomWithMariadb}secrets: { ${secrets} }\n`)).lines;
    expect(said("mariadb/root-password: 2, t-chorale/wordpress-database-password: 3")).toEqual([]);
    const retired = tenantText(
      "chorale",
      "applications: { wordpress: {} }\ndedicatedDatabase: {}\nretired: { since: 2026-11-26 }\n",
    );
    const ofServer = "pg--chorale/superuser-password: 2, t-chorale/mobilizon-database-password: 2";
    const events = tenantText("chorale", "applications: { mobilizon: {} }\n", "large");
    const both = communeText(`${room}secrets: { ${ofServer} }\n`);
    expect(loaded({ "tenants/chorale.yaml": events }, both).lines).toEqual([]);
    const raised = `${room}secrets: { db--chorale/root-password: 2 }\n`;
    expect(loaded({ "tenants/chorale.yaml": retired }, communeText(raised)).lines).toEqual([]);
    expect(said("t-chorale/wordpress-admin: 2")).toEqual([
      expect.stringMatching(
        /:8 secrets.t-chorale\/wordpress-admin: .* has one version for ever: it is the first password of/,
      ),
    ]);
    expect(said("t-chorale/wordpres-database-password: 2, db--chorale/root-password: 2")).toEqual([
      expect.stringContaining('Did you mean "t-chorale/wordpress-database-password"?'),
      expect.stringContaining('"db--chorale/root-password" is not a password or key of an association.'),
    ]);
  });

  test("on a server of its own asks the shared one for nothing", () => {
    const small = communeText("tenants: { domain: assos-bron.test, mariadb: { memory: 256 MiB } }\n");
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `tenants/club-${index}.yaml`,
        tenantText(
          `club-${index}`,
          `applications: { wordpress: {} }\n${index === 7 ? "dedicatedDatabase: { memory: 1 GiB }\n" : ""}`,
        ),
      ]),
    );
    expect(loaded(files, small).lines).toEqual([]);
    const plan = planned(files, small);
    const own = plan.tenants?.find(({ id }) => id === "club-7");
    expect(own?.dedicatedDatabase).toMatchObject({ server: "db--club-7", memoryMiB: 1024, storageGiB: 5 });
    expect(own?.applications[0]?.database?.server).toBe("db--club-7");
    expect(JSON.stringify(own?.applications[0]?.values)).toContain("db--club-7.bron-db--club-7.svc");
  });

  test("is refused where the databases of all could not open their connections together", () => {
    const small = communeText("tenants: { domain: assos-bron.test, mariadb: { memory: 256 MiB } }\n");
    const files = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `tenants/club-${index}.yaml`,
          tenantText(`club-${index}`, "applications: { wordpress: {} }\n"),
        ]),
      );
    expect(loaded(files(19), small).lines).toEqual([]);
    expect(loaded(files(20), small).lines).toEqual([
      expect.stringMatching(
        /commune.yaml:7 tenants.mariadb.memory: has room for 19 databases, and the files of tenants ask for 20. Write at least 260 MiB/,
      ),
    ]);
  });

  test("is refused under a reserved name, under a plan that is not, and without room", () => {
    const refused = (id: string, commune?: string, plan?: string) =>
      loaded({ [`tenants/${id}.yaml`]: tenantText(id, wiki, plan) }, commune).lines.join("\n");
    expect(refused("mairie")).toContain("take for the commune's own");
    expect(refused("judo", undefined, "larg")).toContain(
      'plan: "larg" is no plan of the commune. Did you mean "large"?',
    );
    expect(refused("judo", communeText(""))).toContain("declares no room for any");
    expect(refused("judo", communeText("tenants: { domain: assos.bron.test }\n"))).toContain(
      'commune.yaml:7 tenants.domain: "assos.bron.test" and "bron.test" are one site to a browser',
    );
  });

  test("cannot be at, above or below another's domain; nor are there more than the commune has room for", () => {
    const own = (id: string, domain: string) => tenantText(id, `${wiki}domain: ${domain}\n`);
    const { lines } = loaded({
      "tenants/judo.yaml": own("judo", "judo.test"),
      "tenants/karate.yaml": own("karate", "karate.judo.test"),
    });
    expect(lines).toEqual([expect.stringMatching(/karate.yaml:8 domain: .* is the domain of judo/)]);
    const few = communeText("tenants: { domain: assos-bron.test, maximum: 1 }\n");
    const two = { "tenants/a.yaml": tenantText("a"), "tenants/b.yaml": tenantText("b") };
    expect(loaded(two, few).lines).toEqual([
      expect.stringMatching(/tenants.maximum: is 1, and there are files of 2/),
    ]);
  });

  test("has pages from a folder beside it, without a link out of it", () => {
    const { declaration } = valid({
      "tenants/chorale.yaml": tenantText("chorale", "applications: { site: { folder: chorale } }\n"),
      "tenants/chorale/index.html": "<h1>Chorale</h1>",
      "tenants/chorale/images/logo.svg": "<svg/>",
    });
    expect(Object.keys(declaration.associations.chorale?.pages.files ?? {})).toEqual([
      "images/logo.svg",
      "index.html",
    ]);
  });
});

test("two domains are one site where somebody could have registered what they share", () => {
  expect(isSameSite("cloud.bron.fr", "assos.bron.fr")).toBe(true);
  expect(isSameSite("bron.fr", "assos-bron.fr")).toBe(false);
  expect(isSameSite("bron.asso.fr", "judo.asso.fr")).toBe(false);
  expect(isSameSite("a.bron.asso.fr", "b.bron.asso.fr")).toBe(true);
});

describe("a plan", () => {
  const files = { "tenants/chorale.yaml": tenantText("chorale", both) };

  test("has names, sizes and limits of a tenant", () => {
    const plan = planned(files);
    const [tenant] = plan.tenants ?? [];
    if (tenant === undefined) throw new Error("no tenant");
    expect(publicHosts(plan).filter(({ service }) => service === "t-chorale")).toEqual([
      { service: "t-chorale", host: "chorale.assos-bron.test", path: "" },
      { service: "t-chorale", host: "wiki.chorale.assos-bron.test", path: "" },
    ]);
    expect(tenantHolders(tenant).namespace).toMatchObject({
      service: "t-chorale",
      tenant: "chorale",
      data: "accounts.documents",
      quota: { memoryMiB: 640, storageGiB: 5, pods: 5, bounds: { millicores: 1500 } },
    });
  });

  test("fits its own quota, whatever its applications", () => {
    const [tenant] = planned(files).tenants ?? [];
    for (const key of ["memoryMiB", "millicores", "storageGiB", "ephemeralMiB", "pods"] as const)
      expect(tenant?.quota[key]).toBeGreaterThanOrEqual(tenant?.needs[key] ?? Number.NaN);
  });
});

describe("a plan that a commune has without writing it", () => {
  /** Fields of each application, as who first asks for it gets them. */
  const asks = catalogue().flatMap(({ name, begins, isNeverRun }) => {
    // Associations ask for none that nobody has run.
    if (isNeverRun) return [];
    const own = name === "wordpress" ? { ...begins, subdomain: "blog" } : begins;
    return [[name, own] as const];
  });
  const sets = Array.from({ length: 2 ** asks.length - 1 }, (_, index) =>
    asks.filter((_, bit) => ((index + 1) >> bit) & 1),
  );
  const fits = (plan: string, set: typeof asks) => {
    const applications = `applications: ${JSON.stringify(Object.fromEntries(set))}\n`;
    const files = { "tenants/chorale.yaml": tenantText("chorale", applications, plan) };
    const { lines } = loaded(files, communeText(roomWithMariadb));
    expect(lines.every((line) => line.includes("is too small for its applications"))).toBe(true);
    return lines.length === 0;
  };

  test.each(catalogue().filter(({ isNeverRun }) => isNeverRun))(
    "has room for $name, which nobody has run",
    ({ name, begins }) => {
      const files = {
        "tenants/chorale.yaml": tenantText(
          "chorale",
          `applications: ${JSON.stringify({ [name]: begins })}\n`,
        ),
      };
      expect(loaded(files, communeText(roomWithMariadb)).lines).toEqual([]);
    },
  );

  test("has room for all applications where it is large", () => {
    for (const set of sets) expect(fits("large", set), set.map(([name]) => name).join()).toBe(true);
  });

  test("has room for what docs/tenants.md says where it is small", () => {
    const most = sets.filter((set) => fits("small", set)).map((set) => set.map(([name]) => name));
    const isWithin = (one: string[], other: string[]) =>
      one.every((name) => other.some((each) => each === name));
    const largest = most.filter((one) => !most.some((other) => other !== one && isWithin(one, other)));
    expect(largest.map((names) => names.join(" ")).sort()).toEqual([
      "dokuwiki mediawiki",
      "mediawiki spip",
      "site dokuwiki radicale",
      "site dokuwiki spip",
      "site mediawiki radicale",
      "site spip radicale",
      "site wordpress radicale",
      "wordpress dokuwiki",
      "wordpress spip",
    ]);
    const page = readFileSync(join(import.meta.dirname, "../../../docs/tenants.md"), "utf8");
    expect(page).toContain(
      "`small` has room for any one application, for a site of files and any other, for Radicale and any other with or without such a site, for DokuWiki with WordPress, MediaWiki or SPIP, and for SPIP with WordPress or MediaWiki; `large` for all of them.",
    );
  });
});

describe("two hundred associations", () => {
  const many = (count: number) =>
    planned(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `tenants/club-${index}.yaml`,
          tenantText(`club-${index}`, "applications: { wordpress: {}, dokuwiki: { access: members } }\n"),
        ]),
      ),
      communeText("tenants: { domain: assos-bron.test, maximum: 201, mariadb: { memory: 3 GiB } }\n"),
    );

  test("share no name, and one more changes nothing of what is planned for them", () => {
    const before = many(200);
    const after = many(201);
    expect(after.tenants?.filter(({ id }) => id !== "club-200")).toEqual(before.tenants);
    const tenants = after.tenants ?? [];
    const applications = tenants.flatMap((tenant) => tenant.applications);
    const unique = (names: readonly string[], count: number) => expect(new Set(names).size).toBe(count);
    unique(
      tenants.map(({ service }) => service),
      201,
    );
    unique(
      applications.map(({ host }) => host),
      402,
    );
    unique(
      applications.flatMap(({ database }) => database?.name ?? []),
      201,
    );
  });
});

test("a retired tenant keeps its namespace and its volume, and serves no more", () => {
  const plan = planned({
    "tenants/chorale.yaml": tenantText("chorale", `${wiki}retired: { since: 2026-11-26 }\n`),
  });
  expect(plan.tenants).toEqual([]);
  expect(plan.retired.tenants?.map(({ service }) => service)).toEqual(["t-chorale"]);
  expect(publicHosts(plan).some(({ service }) => service === "t-chorale")).toBe(false);
  expect(plan.retirements["t-chorale"]).toEqual({ since: "2026-11-26", data: "kept" });
});

test("room alone makes nothing", () => {
  expect(planned({}, communeText(room)).tenants).toEqual([]);
});
