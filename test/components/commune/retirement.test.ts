import { describe, expect, test } from "vitest";
import { announcements, changesOf, refusals } from "../../../components/commune/changes/changes.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { type Published, readPublished } from "../../../components/commune/published.ts";
import { retirementProblems } from "../../../components/commune/retirement.ts";
import { readDeclaration } from "../../../components/foundation/declaration/load.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { points } from "../../programs/hotspots/mounted.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};
const kept = { since: "2026-11-25" };
const released = { since: "2026-11-25", data: "released" };
const read = (more: object) => communeSchema.parse({ ...bron, ...more });
const plan = (more: object) => planCommune(read(more), siteOf(siteSchema.parse({})));

/** Returns what a stack has published after some declarations were applied in turn. */
function applied(...steps: object[]): Published {
  const [first, ...rest] = steps;
  return rest.reduce<Published>(
    (before, step) => published(plan(step), "00ff", before),
    published(plan(first ?? {}), "00ff"),
  );
}

function refused(known: Published, more: object, { dataIsDisposable = false, moved = [] as string[] } = {}) {
  const facts = { moved, dataIsDisposable, today: "2026-11-25" };
  return refusals(changesOf(known, plan(more), facts)).map(
    ({ field, message }) => `${field.join(".")}: ${message}`,
  );
}

function announced(known: Published, now: ReturnType<typeof plan>) {
  const moved = ["nextcloud=a server of its own"];
  const changes = changesOf(known, now, { moved, dataIsDisposable: true, today: "2026-11-25" });
  // Restarts are of other tests.
  return announcements(changes, known, now).filter((sentence) => !sentence.includes("restarts"));
}

const running = { nextcloud: { storage: "100 GiB" }, mastodon: {} };
const retired = { ...running, nextcloud: { storage: "100 GiB", retired: kept } };
const letGo = { ...running, nextcloud: { storage: "100 GiB", retired: released } };
const without = { mastodon: {} };

describe("a service that is taken out", () => {
  test("is refused while it runs, with the line to write", () => {
    expect(refused(applied(running), without)).toEqual([
      "nextcloud: nextcloud holds data, which would leave with it. Write it back as it was, with one line more: nextcloud: { retired: { since: 2026-11-25 } }. Nobody can use it then, and its data stays until it is released (docs/retirement.md).",
    ]);
  });

  test("is refused by what a stack published before it knew of this", () => {
    const { retired: _, rows: __, ...known } = applied({ ...running, hotspots: {}, schools: {} });
    const old = readPublished(JSON.parse(JSON.stringify(known)));
    if (old === undefined) throw new Error("not read");
    expect(refused(old, {})).toHaveLength(4);
    expect(announced(old, plan({ ...running, hotspots: {}, schools: {} }))).toEqual([]);
  });

  test("goes by itself where data is disposable", () => {
    expect(refused(applied(running), without, { dataIsDisposable: true })).toEqual([]);
  });

  test("stays while the engine still protects it: the setting has to be applied first", () => {
    const known = { ...applied(running), data: "protected" as const };
    expect(refused(known, without, { dataIsDisposable: true })[0]).toMatch(
      /apply once with commune:data disposable and all as it was/,
    );
    expect(refused({ ...known, data: "disposable" }, without, { dataIsDisposable: true })).toEqual([]);
  });

  test("leaves retired and kept data only by a release, and released data without a word", () => {
    expect(refused(applied(running, retired), without)).toEqual([
      "nextcloud: nextcloud was retired on 2026-11-25, and its data is kept. Write it back: nextcloud: { retired: { since: 2026-11-25 } }; or release its data first: nextcloud: { retired: { since: 2026-11-25, data: released } }, apply, and then take it out (docs/retirement.md).",
    ]);
    const known = applied(running, retired, letGo);
    expect(refused(known, without)).toEqual([]);
    expect(published(plan(without), "00ff", known)).toEqual(published(plan(without), "00ff"));
  });

  test("takes the volume of its media along", () => {
    const mastodon = (retirement?: object) => ({ mastodon: retirement ? { retired: retirement } : {} });
    const steps = [mastodon(), mastodon(kept), mastodon(released)];
    expect(refused(applied(...steps), {})).toEqual([]);
    expect(refused(applied(...steps.slice(0, 2)), {})).toHaveLength(1);
  });

  test("is released only after it was retired", () => {
    expect(refused(applied(running), letGo)[0]).toContain(
      "nextcloud.retired: nextcloud is still in use. Retire it first: nextcloud: { retired: { since: 2026-11-25 } }",
    );
    expect(refused(applied(running, retired), letGo)).toEqual([]);
  });
});

describe("a service that was retired", () => {
  const known = applied(running, retired);

  test("is published with its date, and with all that it was", () => {
    expect(known.retired).toEqual({ nextcloud: { since: "2026-11-25", data: "kept" } });
    expect(known).toEqual({ ...applied(running), retired: known.retired });
  });

  test("is not there for anybody else", () => {
    const { nextcloud, federation, database } = plan(retired);
    expect(nextcloud).toBe(undefined);
    expect(federation.settings.services.map(({ kind }) => kind)).toEqual(["microblog"]);
    // The server that it shared keeps its size: what stays is not restarted.
    expect(database).toEqual(plan(running).database);
  });

  test("comes back as what it was, and is compared with it", () => {
    const back = (fields: object) => refused(known, { ...running, nextcloud: fields });
    expect(back({ storage: "100 GiB" })).toEqual([]);
    expect(back({ storage: "100 GiB", version: "34.0.2" })).toEqual([]);
    expect(back({ storage: "100 GiB", version: "32.0.13" })[0]).toContain(
      "33.0.7 runs, and 32.0.13 is older",
    );
    expect(back({ storage: "100 GiB", subdomain: "fichiers" })[0]).toContain(
      "it was started as cloud.bron.test",
    );
    expect(back({ storage: "50 GiB" })[0]).toContain("the volume nextcloud-data has 100 GiB");
  });

  test("keeps its version while nothing runs that could migrate", () => {
    const moved = { ...running, nextcloud: { storage: "100 GiB", version: "34.0.2", retired: kept } };
    expect(refused(known, moved)).toEqual([
      'nextcloud.version: its data is 33.0.7\'s, and nothing runs that could migrate it. Write "33.0.7"; it can go on when it comes back.',
    ]);
  });

  test("does not come back once its rows were removed, but anew", () => {
    const gone = applied(running, retired, letGo);
    expect(gone.rows).toEqual(["mastodon"]);
    expect(refused(gone, running)[0]).toContain(
      "nextcloud: its rows were removed when its data was released",
    );
    expect(refused(gone, retired)[0]).toContain(
      "nextcloud: its rows were removed when its data was released",
    );
    expect(refused(applied(running, retired, letGo, without), running)).toEqual([]);
  });

  test("comes back from a release that removed nothing: the rows are on a server of its own", () => {
    const own = (fields: object) => ({ nextcloud: { dedicatedDatabase: {}, ...fields } });
    const gone = applied(own({}), own({ retired: kept }), own({ retired: released }));
    expect(gone.retired).toEqual({
      nextcloud: { since: "2026-11-25", data: "released" },
      "nextcloud-database": { since: "2026-11-25", data: "released" },
    });
    expect(refused(gone, own({}))).toEqual([]);
    expect(refused(gone, {})).toEqual([]);
  });
});

describe("a server of ours", () => {
  test("goes with the last services on it, when the data of all is released", () => {
    const both = (nextcloud: object, mastodon: object) => ({
      nextcloud: { retired: nextcloud },
      mastodon: { retired: mastodon },
    });
    expect(plan(both(released, kept)).retirements).not.toHaveProperty("database");
    expect(plan(both(released, kept)).drops).toEqual(["nextcloud"]);
    expect(plan(both(released, released)).retirements).toHaveProperty("database.data", "released");
    const start = { nextcloud: {}, mastodon: {} };
    expect(refused(applied(start, both(kept, kept), both(released, released)), {})).toEqual([]);
    expect(refused(applied(start, both(kept, kept), both(released, kept)), {})).toHaveLength(1);
  });

  test("says that it goes, once, and with the services on it", () => {
    const known = applied({ nextcloud: {} }, { nextcloud: { retired: kept } });
    expect(announced(known, plan({ nextcloud: { retired: released } }))).toEqual([
      expect.stringContaining("The data of nextcloud, retired on 2026-11-25, is released"),
      "The commune's own database server is protected no more either, and is deleted with the last of them: nothing else is on it.",
    ]);
    const own = (retired: object) => ({ nextcloud: { dedicatedDatabase: {}, retired } });
    const before = applied({ nextcloud: { dedicatedDatabase: {} } });
    expect(announced(before, plan(own(kept)))).toHaveLength(1);
    expect(refused(before, own(released))).toHaveLength(1);
  });

  test("does not go with a service that was released, while another one moved away from it", () => {
    const start = { nextcloud: {}, peertube: {} };
    const one = (data: object) => ({ nextcloud: { retired: data }, peertube: {} });
    const known = applied(start, one(kept), one(released));
    const external = { host: "pg.lyon.test" };
    const moved = ["peertube=pg.lyon.test:5432"];
    expect(refused(known, { peertube: {}, database: { external } }, { moved })[0]).toContain(
      "database: database holds data, which would leave with it",
    );
  });

  test("stays when rows move to one outside, until it is released", () => {
    const external = { host: "pg.lyon.test" };
    const moved = ["nextcloud=pg.lyon.test:5432"];
    const to = (database: object) => ({ nextcloud: {}, database: { external, ...database } });
    const known = applied({ nextcloud: {} });
    expect(refused(known, to({}), { moved })).toEqual([
      "database: database holds data, which would leave with it. Write it back as it was, with one line more: database: { retired: { since: 2026-11-25 } }. Nobody can use it then, and its data stays until it is released (docs/retirement.md).",
    ]);
    expect(refused(known, to({ retired: kept }), { moved })).toEqual([]);
    const after = applied({ nextcloud: {} }, to({ retired: kept }));
    expect(after.rows).toEqual(["nextcloud"]);
    expect(refused(after, to({}))[0]).toContain("database was retired on 2026-11-25");
    expect(
      refused(applied({ nextcloud: {} }, to({ retired: kept }), to({ retired: released })), to({})),
    ).toEqual([]);
  });

  test("of a service stays when its rows move to the shared one", () => {
    const own = { nextcloud: { dedicatedDatabase: {} } };
    const moved = ["nextcloud=the commune's server"];
    expect(refused(applied(own), { nextcloud: {} }, { moved })[0]).toContain(
      "nextcloud: { dedicatedDatabase: { retired: { since: 2026-11-25 } } }",
    );
    const keptServer = { nextcloud: { dedicatedDatabase: { retired: kept } } };
    expect(refused(applied(own), keptServer, { moved })).toEqual([]);
    expect(plan(keptServer).database).toEqual(plan({ nextcloud: {} }).database);
  });
});

describe("rows that a service leaves behind", () => {
  const known = applied({ nextcloud: {}, mastodon: {} });
  const moved = { nextcloud: { dedicatedDatabase: {} }, mastodon: {} };

  test("are said at every update until they are removed by name", () => {
    const sentence =
      "Rows of nextcloud are still on the commune's database server, and nothing uses them. When nobody needs them: database: { drop: [nextcloud] } (docs/retirement.md).";
    expect(announced(known, plan(moved))).toEqual([sentence]);
    const after = published(plan(moved), "00ff", known);
    expect(announced(after, plan(moved))).toEqual([sentence]);
    const dropping = { ...moved, database: { drop: ["nextcloud"] } };
    expect(announced(after, plan(dropping))).toEqual([
      "The rows of Nextcloud and its role are removed from the commune's database server in this update, for good.",
    ]);
    expect(published(plan(dropping), "00ff", after).rows).toEqual(["mastodon"]);
  });

  test("are not removed in the update that moves them, which may fail", () => {
    const dropping = { ...moved, database: { drop: ["nextcloud"] } };
    const facts = { moved: ["nextcloud=a server of its own"] };
    expect(refused(known, dropping, facts)).toEqual([
      "database.drop: nextcloud has its rows on this server until now. Apply the move first, and drop them when it is complete (docs/retirement.md).",
    ]);
    expect(refused(published(plan(moved), "00ff", known), dropping, facts)).toEqual([]);
  });

  test("are said where data is disposable and a service is just taken out", () => {
    expect(announced(known, plan(without))).toEqual([
      "A volume is deleted with all that is on it: nextcloud (5 GiB).",
      "A volume is deleted with all that is on it: nextcloud-data (129 GiB).",
      "Nextcloud is forgotten: written again, it starts anew.",
      expect.stringContaining("Rows of nextcloud are still on"),
    ]);
  });
});

test("what goes is said before it goes", () => {
  expect(announced(applied(running), plan(retired))).toEqual([
    "nextcloud is retired, since 2026-11-25: nobody can use it any more. Its data stays until it is released (docs/retirement.md).",
  ]);
  const known = applied(running, retired);
  expect(announced(known, plan(retired))).toEqual([]);
  expect(announced(known, plan(letGo))).toEqual([
    "The data of nextcloud, retired on 2026-11-25, is released. Its rows and its role are removed from the commune's database server in this update, for good. What holds it is protected no more, and is deleted when nextcloud is taken out of the declaration.",
  ]);
  const gone = applied(running, retired, letGo);
  expect(announced(gone, plan(letGo))).toEqual([]);
  expect(announced(gone, plan(without))).toEqual([
    "A volume is deleted with all that is on it: nextcloud (5 GiB).",
    "A volume is deleted with all that is on it: nextcloud-data (100 GiB).",
    "Nextcloud is forgotten: written again, it starts anew.",
  ]);
});

test("hotspots that nobody can silence any more are said, with the way", () => {
  const site = siteOf(siteSchema.parse({}));
  const before = applied({ hotspots: {} });
  const [sentence] = announced(
    before,
    planCommune(read({ hotspots: { retired: kept } }), site, { places: points(3) }),
  );
  expect(sentence).toContain(
    "Its 6 points go on emitting as they were told last: take them out of places.geojson",
  );
  expect(announced(before, plan({ hotspots: { retired: kept } }))[0]).not.toContain("emitting");
});

describe("a declaration", () => {
  const yaml = (text: string) => {
    const start =
      'id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 1\ncontact: a@bron.test\n';
    const loaded = readDeclaration("commune.yaml", Buffer.from(start + text), communeSchema);
    return loaded.ok ? [] : loaded.problems.map(({ message }) => message);
  };

  test("has dates of the calendar", () => {
    expect(yaml("nextcloud: { retired: { since: 2026-11-25 } }")).toEqual([]);
    expect(yaml("nextcloud: { retired: { since: 2026-02-30 } }")).toEqual([
      '"2026-02-30" is no day of the calendar. Write a date such as "2026-11-25".',
    ]);
    expect(yaml("nextcloud: { retired: { since: yesterday, data: gone } }")).toEqual([
      '"yesterday" is not a date. Write a date such as "2026-11-25".',
      '"gone" is not a choice here. Write kept or released.',
    ]);
  });

  test("does not let go of what is in use", () => {
    const problems = (more: object) =>
      retirementProblems(read(more)).map(({ field, message }) => `${field.join(".")}: ${message}`);
    const database = { retired: kept, drop: ["nextcloud", "peertube"] };
    expect(problems({ nextcloud: { retired: kept }, database })).toEqual([
      "database.retired: nextcloud has rows on this server. It can be retired once nothing is on it: remove the line.",
      'database.drop.0: "nextcloud" has its rows on this server. Retire and release the service instead (docs/retirement.md), or remove it from the list.',
    ]);
    expect(problems({ nextcloud: { dedicatedDatabase: {} }, database })).toEqual([]);
    expect(problems({ mastodon: { formerVolume: kept } })[0]).toContain(
      "mastodon.formerVolume: media are on",
    );
  });
});
