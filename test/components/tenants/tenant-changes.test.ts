import { describe, expect, test } from "vitest";
import { changesOf, refusals } from "../../../components/commune/changes/changes.ts";
import { english } from "../../../components/commune/changes/english.ts";
import { tell } from "../../../components/commune/changes/sentences.ts";
import { published } from "../../../components/commune/publish.ts";
import { type Published, readPublished } from "../../../components/commune/published.ts";
import { communeText, loaded, planned, tenantText } from "./stacks.ts";

const wiki = "applications: { dokuwiki: { access: members } }\n";
const facts = { moved: [], dataIsDisposable: false, today: "2026-11-26" };

type Plan = ReturnType<typeof planned>;

/** A plan, as the stack says afterwards that it is. */
const known = (plan: Plan): Published =>
  readPublished(JSON.parse(JSON.stringify(published(plan, "00ff")))) ?? expect.fail("not read back");

/** Returns how a change from one to the other is reported. */
const changes = (before: Plan, after: Plan) =>
  changesOf(known(before), after, facts).map(
    ({ effect, told: sentence }) => `${effect}: ${tell(sentence, english)}`,
  );

describe("a change", () => {
  const one = { "tenants/chorale.yaml": tenantText("chorale", wiki) };
  const told = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) =>
    changes(planned(before), planned(after));
  const retired = (data: string) => ({
    "tenants/chorale.yaml": tenantText("chorale", `${wiki}retired: { since: 2026-11-26, data: ${data} }\n`),
  });

  test("is nothing if nothing changed", () => expect(told(one, one)).toEqual([]));

  test("names one that comes, its plan and its address", () => {
    expect(told({}, one)).toEqual([
      "reversible: A volume comes: t-chorale-dokuwiki-storage (1 GiB).",
      "reversible: The association chorale comes, at chorale.assos-bron.test.",
    ]);
    const other = { "tenants/chorale.yaml": tenantText("chorale", `${wiki}domain: chorale.test\n`, "large") };
    expect(told(one, other)).toEqual([
      expect.stringContaining("associations.chorale.plan goes from small to large"),
      expect.stringContaining("associations.chorale.domain is declared: chorale.test"),
    ]);
  });

  test("is refused where data would go, with the line to write", () => {
    const refused = (after: Readonly<Record<string, string>>) =>
      refusals(changesOf(known(planned(one)), planned(after), facts)).map(
        ({ field, message }) => `${field.join(".")}: ${message}`,
      );
    expect(refused({})).toEqual([
      expect.stringMatching(
        /^tenants: t-chorale holds data.*retired: \{ since: 2026-11-26 \} in tenants\/chorale.yaml/,
      ),
    ]);
    expect(refused({ "tenants/chorale.yaml": tenantText("chorale") })).toEqual([
      expect.stringMatching(
        /^associations.chorale.applications: the volume t-chorale-dokuwiki-storage holds/,
      ),
    ]);
  });

  test("goes through where it was retired, and then released", () => {
    expect(told(one, retired("kept"))).toEqual([
      expect.stringMatching(/^reversible: t-chorale is retired, since/),
    ]);
    expect(told(retired("kept"), retired("released"))).toEqual([
      expect.stringMatching(/^irreversible: The data of/),
    ]);
    expect(told(retired("released"), {})).toContainEqual(
      "irreversible: The association chorale is forgotten: written again, it starts anew.",
    );
    expect(told(retired("kept"), one)).toEqual([
      expect.stringMatching(/^reversible: The association chorale comes back/),
    ]);
  });
});

describe("a MariaDB server", () => {
  const site1 = (more = "") => ({
    "tenants/chorale.yaml": tenantText("chorale", `applications: { wordpress: {} }\n${more}`),
  });
  const server = (more: string) => communeText(`tenants: { domain: assos-bron.test${more} }\n`);
  const running = () => planned(site1(), server(", mariadb: {}"));
  const released = () =>
    planned(site1("retired: { since: 2026-11-26, data: released }\n"), server(", mariadb: {}"));

  test("and the databases on it say nothing of whose they are", () => {
    const [wordpress] = running().tenants?.flatMap(({ applications }) => applications) ?? [];
    expect(wordpress?.database?.name).toMatch(/^t[0-9a-f]{20}$/);
    expect(JSON.stringify(wordpress?.values)).toContain(wordpress?.database?.name);
    const [other] =
      planned(
        { "tenants/judo.yaml": tenantText("judo", "applications: { wordpress: {} }\n") },
        server(", mariadb: {}"),
      ).tenants?.flatMap(({ applications }) => applications) ?? [];
    expect(other?.database?.name).not.toBe(wordpress?.database?.name);
  });

  test("restarts with other memory, and whoever waits for it is told; another association restarts nobody", () => {
    const larger = planned(site1(), server(", mariadb: { memory: 1 GiB }"));
    expect(changes(running(), larger)).toContain(
      "reversible: The associations' database server restarts: for some seconds the sites on it answer with errors (1 association).",
    );
    const judo = { "tenants/judo.yaml": tenantText("judo", "applications: { wordpress: {} }\n") };
    const two = planned({ ...site1(), ...judo }, server(", mariadb: {}"));
    expect(changes(running(), two).filter((line) => line.includes("restarts"))).toEqual([]);
  });

  test("that is an association's own restarts that association alone, and its rows do not change servers", () => {
    const own = (memory: string) =>
      planned(site1(`dedicatedDatabase: { memory: ${memory} }\n`), server(", mariadb: {}"));
    const restarts = changes(own("256 MiB"), own("1 GiB")).filter((line) => line.includes("restarts"));
    expect(restarts).toEqual([
      "reversible: The database of the association chorale restarts: for some seconds its sites answer with errors.",
    ]);
    expect(changes(running(), own("256 MiB"))).toContainEqual(
      expect.stringMatching(/^refused: its rows are on the server that associations share/),
    );
    expect(changes(own("256 MiB"), running())).toContainEqual(
      expect.stringMatching(/^refused: its rows are on a server of its own/),
    );
    const wikiAlone = planned(
      { "tenants/chorale.yaml": tenantText("chorale", wiki) },
      server(", mariadb: {}"),
    );
    const withSite = planned(
      {
        "tenants/chorale.yaml": tenantText(
          "chorale",
          "applications: { dokuwiki: { access: members }, wordpress: { subdomain: blog } }\ndedicatedDatabase: {}\n",
          "large",
        ),
      },
      server(", mariadb: {}"),
    );
    expect(changes(wikiAlone, withSite).filter((line) => line.startsWith("refused"))).toEqual([]);
  });

  test("has another password for a user of it, and the association waits while its pods start again", () => {
    const raised = communeText(
      "tenants: { domain: assos-bron.test, mariadb: {} }\nsecrets: { t-chorale/wordpress-database-password: 2 }\n",
    );
    const found = changesOf(known(running()), planned(site1(), raised), facts);
    expect(found.filter(({ what }) => what === "secret")).toMatchObject([
      { name: "t-chorale/wordpress-database-password", affected: ["t-chorale"], interruption: "short" },
    ]);
  });

  test("that is an association's own goes with it", () => {
    const own = (more: string) => planned(site1(`dedicatedDatabase: {}\n${more}`), server(""));
    const [kept, letGo] = ["kept", "released"].map((data) =>
      own(`retired: { since: 2026-11-26, data: ${data} }\n`),
    );
    if (kept === undefined || letGo === undefined) expect.fail("not planned");
    expect(changes(own(""), kept)).toEqual([expect.stringMatching(/^reversible: t-chorale is retired/)]);
    expect(kept.retirements["db--chorale"]?.data).toBe("kept");
    expect(changes(kept, letGo)).toEqual([
      expect.stringMatching(/^irreversible: The data of t-chorale.*What holds it is protected no more/),
    ]);
    expect(changes(letGo, planned({}, server("")))).toContainEqual(
      "irreversible: The association chorale is forgotten: written again, it starts anew.",
    );
  });

  test("that is a PostgreSQL comes, restarts, gets another version and goes with its association", () => {
    const events = (more = "") =>
      planned(
        {
          "tenants/chorale.yaml": tenantText("chorale", `applications: { mobilizon: {} }\n${more}`, "large"),
        },
        server(""),
      );
    const older = events('postgresql: { version: "16" }\n');
    expect(changes(planned({}, server("")), older)).toContainEqual(
      expect.stringMatching(/^reversible: .*PostgreSQL 16/),
    );
    expect(changes(older, events('postgresql: { version: "16", memory: 1 GiB }\n'))).toContainEqual(
      "reversible: The database of the association chorale restarts: for some seconds its sites answer with errors.",
    );
    expect(changes(older, events())).toContainEqual(
      expect.stringMatching(/^refused: the data is PostgreSQL 16's/),
    );
    expect(changes(older, events('postgresql: { upgradeFrom: "16" }\n'))).toContainEqual(
      expect.stringMatching(/PostgreSQL goes from 16 to 17/),
    );
    const [kept, letGo] = ["kept", "released"].map((data) =>
      events(`postgresql: { version: "16" }\nretired: { since: 2026-11-26, data: ${data} }\n`),
    );
    if (kept === undefined || letGo === undefined) expect.fail("not planned");
    expect(changes(older, kept)).toEqual([expect.stringMatching(/^reversible: t-chorale is retired/)]);
    expect(kept.retirements["pg--chorale"]?.data).toBe("kept");
    expect(changes(kept, letGo)).toEqual([
      expect.stringMatching(/^irreversible: The data of t-chorale.*What holds it is protected no more/),
    ]);
    expect(changes(letGo, planned({}, server(""))).filter((line) => line.startsWith("refused"))).toEqual([]);
    const without = planned({ "tenants/chorale.yaml": tenantText("chorale", wiki, "large") }, server(""));
    expect(changes(older, without).filter((line) => line.startsWith("refused"))).toEqual([
      expect.stringContaining("t-chorale-mobilizon-uploads"),
    ]);
  });

  test("loses the rows of an association that is let go of, and says so", () => {
    const kept = planned(site1("retired: { since: 2026-11-26 }\n"), server(", mariadb: {}"));
    expect(changes(kept, released())).toEqual([
      expect.stringMatching(
        /^irreversible: The data of.*rows and its role are removed from the commune's database server/,
      ),
    ]);
  });

  test("is not taken out with what is on it, and not released before that is", () => {
    const gone = planned({}, server(""));
    expect(changes(released(), gone)).toContainEqual(
      expect.stringMatching(
        /^refused: mariadb holds data.*tenants: \{ mariadb: \{ retired: \{ since: 2026-11-26 \} \} \}/,
      ),
    );
    const retired = ", mariadb: { retired: { since: 2026-11-26, data: released } }";
    expect(loaded(site1("retired: { since: 2026-11-26 }\n"), server(retired)).lines).toEqual([
      expect.stringMatching(
        /tenants.mariadb.retired.data: is released, and rows of chorale are on the server/,
      ),
    ]);
    const left = planned({}, server(", mariadb: { retired: { since: 2026-11-26 } }"));
    expect(left.mariadb).toBeUndefined();
    expect(left.retired.mariadb?.commune).toBe("bron");
  });
});
