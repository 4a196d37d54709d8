import { describe, expect, test } from "vitest";
import { announcements, changesOf, refusals } from "../../../components/commune/changes/changes.ts";
import { english } from "../../../components/commune/changes/english.ts";
import { french } from "../../../components/commune/changes/french.ts";
import { seedChanges } from "../../../components/commune/changes/seed.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { type Published, readPublished } from "../../../components/commune/published.ts";
import type { KnownSeed } from "../../../components/foundation/seed/origin.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: { version: "32.0.13", storage: "100 GiB" },
};
const plan = (more: object = {}) =>
  planCommune(communeSchema.parse({ ...bron, ...more }), siteOf(siteSchema.parse({})));
const before = published(plan(), "00ff");

function refused(more: object, { known = before, moved = [] as string[], disposable = false } = {}) {
  const facts = { moved, dataIsDisposable: disposable, today: "2026-11-25" };
  return refusals(changesOf(known, plan(more), facts)).map(
    ({ field, message }) => `${field.join(".")}: ${message}`,
  );
}

/** Returns what is said of interruptions, if everything may go. */
function announced(from: Published, now: ReturnType<typeof plan>) {
  const facts = { moved: ["mastodon=a server of its own"], dataIsDisposable: true, today: "2026-11-25" };
  const changes = changesOf(from, now, facts).filter(({ effect }) => effect !== "irreversible");
  return announcements(changes, from, now).filter(
    (sentence) => !/^(Rows of|Nothing is kept of)/.test(sentence),
  );
}

test("what a stack publishes is read back, and nothing of another form", () => {
  expect(readPublished(JSON.parse(JSON.stringify(before)))).toEqual(before);
  expect(readPublished(undefined)).toBe(undefined);
  expect(readPublished({ services: "?" })).toBe(undefined);
});

test("an unchanged declaration, more storage and another service are all right", () => {
  expect(refused({})).toEqual([]);
  expect(refused({ nextcloud: { version: "32.0.13", storage: "1 TiB" } })).toEqual([]);
  expect(refused({ mastodon: {} })).toEqual([]);
});

test("a change touches those who use what changed, and users of services where these read it", () => {
  const library = { metropole: { name: "Métropole", folder: "library" } };
  const all = { mastodon: {}, schools: { libraries: library } };
  const known = published(plan(all), "00ff");
  const facts = { moved: [], dataIsDisposable: false, today: "2026-11-25" };
  const touched = (more: object) =>
    changesOf(known, plan({ ...all, ...more }), facts).flatMap(({ what, affected }) =>
      what === "setting" ? affected : [],
    );
  const libraries = { ...library, bron: { name: "Bron", folder: "bron" } };
  expect(touched({ schools: { libraries } })).toEqual(["schools"]);
  expect(touched({ website: "https://www.bron.fr" })).toEqual(["readers"]);
  expect(touched({ tenants: { domain: "assos-bron.test" } })).toEqual(["associations"]);
  expect(new Set(touched({ monitoring: {} }))).toEqual(new Set());
  expect(touched({ mail: { relay: "relais.bron.test" } })).toEqual(
    expect.arrayContaining(["nextcloud", "mastodon"]),
  );
});

test("the names that hotspots and schools have built in stay, unless each was prepared anew", () => {
  const library = { metropole: { name: "Métropole", folder: "library" } };
  const schools = (more: object = {}) => ({ schools: { libraries: library, ...more } });
  const known = published(plan(schools()), "00ff");
  expect(refused(schools(), { known })).toEqual([]);
  const moved = schools({ subdomain: "classes" });
  expect(refused(moved, { known })).toEqual([
    "schools.subdomain: every computer of the schools has ecoles.bron.test built in and would find nobody at classes.bron.test. Write back what it was; or prepare each anew for classes.bron.test (docs/schools.md), then tell the stack: pulumi config set commune:moved schools=classes.bron.test.",
  ]);
  expect(refused(moved, { known, moved: ["schools=classes.bron.test"] })).toEqual([]);
});

test("a storage class is set back as it was, also where none was set", () => {
  const toldBy = (was: Record<string, string>, now: Record<string, string>) => {
    const facts = { moved: [], dataIsDisposable: false, today: "2026-11-25", site: now };
    return refusals(changesOf({ ...before, site: was }, plan(), facts)).map(({ message }) => message);
  };
  const slow = { storageClass: "slow" };
  expect(toldBy({}, slow)).toEqual([expect.stringContaining("pulumi config rm commune:storageClass.")]);
  expect(toldBy(slow, {})).toEqual([expect.stringContaining("pulumi config set commune:storageClass slow.")]);
});

describe("a version", () => {
  const nextcloud = (version: string) => refused({ nextcloud: { version, storage: "100 GiB" } });

  test("may go to the next major version", () => expect(nextcloud("33.0.7")).toEqual([]));

  test("may not skip one, and the message names the next step", () => {
    expect(nextcloud("34.0.2")).toEqual([
      'nextcloud.version: from 32.0.13 to 34.0.2 skips a major version, whose migrations would never run. Write "33.0.7" first, apply it, then go on.',
    ]);
  });

  test("may not go back", () => {
    expect(nextcloud("32.0.12")[0]).toContain("nextcloud.version: 32.0.13 runs, and 32.0.12 is older");
    expect(nextcloud("31.0.0")[0]).toContain("is older");
  });
});

test("a changed name is refused, whichever field changed it", () => {
  const [subdomain] = refused({ nextcloud: { ...bron.nextcloud, subdomain: "fichiers" } });
  expect(subdomain).toContain("nextcloud.subdomain: it was started as cloud.bron.test");
  expect(refused({ domain: "bron.fr" })[0]).toContain("cannot become cloud.bron.fr");
});

test("a volume that shrinks is refused, when a default shrinks too", () => {
  expect(refused({ nextcloud: { ...bron.nextcloud, storage: "50 GiB" } })).toEqual([
    'nextcloud.storage: the volume nextcloud-data has 100 GiB, and the declaration asks for 50 GiB: Kubernetes cannot shrink a volume. Write "100 GiB" or more.',
  ]);
  const byPopulation = published(plan({ nextcloud: { version: "32.0.13" } }), "00ff");
  expect(
    refused({ population: 10_000, nextcloud: { version: "32.0.13" } }, { known: byPopulation })[0],
  ).toContain("nextcloud.storage: the volume nextcloud-data has");
});

test("rows do not move by themselves to a server outside", () => {
  const retired = { since: "2026-11-25" };
  const outside = { database: { external: { host: "pg.lyon.test" }, retired } };
  expect(refused(outside)[0]).toContain("its rows are on the commune's server");
  expect(refused(outside)[0]).toContain(
    "then tell the stack: pulumi config set commune:moved nextcloud=pg.lyon.test:5432.",
  );
  expect(refused(outside, { moved: ["nextcloud=pg.lyon.test:5432"] })).toEqual([]);
});

describe("what was said to be moved", () => {
  const outside = (host: string) => ({
    database: { external: { host }, retired: { since: "2026-11-25" } },
  });
  const known = published(plan(outside("pg.lyon.test")), "00ff");
  const moved = ["nextcloud=pg.lyon.test:5432"];

  test("admits that move and no other: not the next one, not the way back, not for ever", () => {
    expect(refused(outside("pg.lyon.test"), { known, moved })).toEqual([]);
    expect(refused(outside("pg.paris.test"), { known, moved })[0]).toContain(
      "its rows are on pg.lyon.test:5432, and the declaration puts them on pg.paris.test:5432",
    );
    expect(refused({}, { known, moved })).toEqual([
      "nextcloud: its rows are on pg.lyon.test:5432, and the declaration puts them on the commune's server, where it would start without them. Copy them first (docs/database.md), then tell the stack: pulumi config set commune:moved \"nextcloud=the commune's server\".",
    ]);
    expect(refused({}, { known, moved: ["nextcloud"] })).toHaveLength(1);
  });

  test("is said at once for all that moves, since the setting is one", () => {
    const both = { ...outside("pg.lyon.test"), mastodon: {} };
    const messages = refused(both, { known: published(plan({ mastodon: {} }), "00ff") });
    expect(messages).toHaveLength(2);
    for (const message of messages) {
      expect(message).toContain("commune:moved nextcloud=pg.lyon.test:5432,mastodon=pg.lyon.test:5432.");
    }
  });
});

describe("PostgreSQL", () => {
  const known: Published = { ...before, postgresql: { database: "17" } };
  const to = (database: object) => refused({ database }, { known });

  test("of another major version is refused until the declaration says what becomes of the data", () => {
    expect(to({ version: "18" })).toEqual([
      'database.version: the data is PostgreSQL 17\'s, and PostgreSQL 18 cannot read it. Write upgradeFrom: "17" beside it: the server then dumps the data with the old version and restores it into the new one before it starts. The services on it wait (docs/database.md).',
    ]);
    expect(to({ version: "18", upgradeFrom: "16" })[0]).toContain('Write upgradeFrom: "17"');
    expect(to({ version: "18", upgradeFrom: "17" })).toEqual([]);
  });

  test("does not go back", () => expect(to({ version: "16" })[0]).toContain("16 is older"));

  test("of a service's own server is that server's", () => {
    const own = (dedicatedDatabase: object) => ({ nextcloud: { ...bron.nextcloud, dedicatedDatabase } });
    const published17 = published(plan(own({})), "00ff");
    expect(published17.postgresql).toEqual({ "nextcloud-database": "17" });
    expect(refused(own({ version: "18" }), { known: published17 })[0]).toContain(
      "nextcloud.dedicatedDatabase.version: the data is PostgreSQL 17's",
    );
    expect(refused(own({ version: "18", upgradeFrom: "17" }), { known: published17 })).toEqual([]);
  });

  test("that a stack told as one number for all is the shared server's", () => {
    expect(readPublished({ ...before, postgresql: "16" })?.postgresql).toEqual({ database: "16" });
  });
});

test("a key that encrypts is never another one, and a service that goes takes its keys along", () => {
  const known = published(plan({ mastodon: {}, peertube: {} }), "00ff");
  expect(known.services.mastodon?.keys).toContain("mastodon/encryption-primary-key/v1");
  expect(known.services.peertube?.keys).toEqual(["peertube/secret/v1"]);
  const rotated = JSON.parse(
    JSON.stringify(known).replace("encryption-primary-key/v1", "encryption-primary-key/v0"),
  ) as Published;
  expect(refused({ mastodon: {}, peertube: {} }, { known: rotated })).toEqual([
    "mastodon: it encrypts with the key mastodon/encryption-primary-key/v0, which this version of the toolkit does not derive any more: second factors and whatever else it encrypted could not be read. Use a version of the toolkit that derives that key. Passwords rotate, such keys do not (docs/seed.md).",
  ]);
  expect(refused({ mastodon: {}, peertube: {} }, { known })).toEqual([]);
  const released = { ...rotated, retired: { mastodon: { since: "2026-11-01", data: "released" as const } } };
  expect(refused({ peertube: {} }, { known: released })).toEqual([]);
});

describe("an update that takes a service away for a while is announced", () => {
  const all = { mastodon: {}, peertube: {} };
  const known = published(plan(all), "00ff");
  const beginnings = (more: object, from = known) =>
    announced(from, plan({ ...all, ...more })).map((sentence) => sentence.split(":")[0]);

  test("for what ends before its next version starts, and for nothing else", () => {
    expect(beginnings({})).toEqual([]);
    expect(beginnings({ nextcloud: { ...bron.nextcloud, version: "33.0.7" } })).toEqual([
      "Nextcloud goes from 32.0.13 to 33.0.7",
    ]);
    const older = published(plan({ mastodon: { version: "4.5.9" }, peertube: { version: "8.2.4" } }), "00ff");
    expect(beginnings({}, older)).toEqual(["PeerTube goes from 8.2.4 to 8.3.1"]);
  });

  test("for every service on a server that is dumped", () => {
    const [sentence] = announced(
      known,
      plan({
        database: { version: "18", upgradeFrom: "17" },
        mastodon: { dedicatedDatabase: {} },
        peertube: {},
      }),
    );
    expect(sentence).toContain("PostgreSQL goes from 17 to 18: nobody can use nextcloud, peertube while");
  });

  test("for those on a server that restarts, as it does when a service comes, goes, or has more users", () => {
    const of = (from: object, to: object) => announced(published(plan(from), "00ff"), plan(to));
    const restarts = (waiting: string) => [
      `The database server of ${waiting} restarts: for some seconds they answer with errors. With its memory declared, another service or another number of users restarts nothing (docs/database.md, "Restarts").`,
    ];
    expect(of({}, { peertube: {} })).toEqual(restarts("nextcloud"));
    expect(of(all, { mastodon: {} })).toEqual(restarts("nextcloud, mastodon"));
    expect(of({ mastodon: {} }, { mastodon: { expectedUsers: 9000 } })).toEqual(
      restarts("nextcloud, mastodon"),
    );
    expect(of({}, { peertube: { dedicatedDatabase: {} } })).toEqual([]);
    const own = { mastodon: { dedicatedDatabase: { memory: "1 GiB" } } };
    expect(of(own, { mastodon: { dedicatedDatabase: { memory: "2 GiB" } } })).toEqual(restarts("mastodon"));
  });

  test("with its memory declared, no service that comes or goes touches the server that the others use", () => {
    const database = { memory: "2 GiB" };
    const of = (from: object, to: object) =>
      announced(published(plan({ database, ...from }), "00ff"), plan({ database, ...to }));
    expect(of({}, all)).toEqual([]);
    expect(of(all, { mastodon: { expectedUsers: 9000 } })).toEqual([]);
  });

  test("of what a stack of before did not publish, nothing is said", () => {
    const { serverPods, ...older } = known;
    expect(Object.keys(serverPods)).toEqual(["database"]);
    expect(announced(readPublished(older) ?? known, plan())).toEqual([]);
  });
});

test("accounts keep their addresses, and files stay where they are", () => {
  const mastodon = published(plan({ mastodon: {} }), "00ff");
  expect(refused({ mastodon: { handles: "domain" } }, { known: mastodon })[0]).toContain(
    "mastodon.handles: it was started as @…@social.bron.test and cannot become @…@bron.test",
  );
  const media = { endpoint: "https://s3.lyon.test", bucket: "bron", publicHost: "media.bron.test" };
  expect(refused({ mastodon: {}, media }, { known: mastodon })[0]).toContain(
    "mastodon: its files are on a volume, and the declaration puts them on https://s3.lyon.test/bron/mastodon/, where it would start without them. Copy them first (docs/platform.md)",
  );
  const moved = ["mastodon=https://s3.lyon.test/bron/mastodon/"];
  const formerVolume = { since: "2026-11-25" };
  expect(refused({ mastodon: { formerVolume }, media }, { known: mastodon, moved })).toEqual([]);
});

test("Mastodon goes through every minor series", () => {
  const known = published(plan({ mastodon: { version: "4.4.9" } }), "00ff");
  expect(refused({ mastodon: { version: "4.5.9" } }, { known })).toEqual([]);
  expect(refused({ mastodon: { version: "4.6.5" } }, { known })[0]).toContain('Write "4.5.9" first');
});

test("what a stack said in the first form is read, and only what it said is compared", () => {
  const { version, declared, links, placed, software, secrets, ...first } = published(
    plan({ mastodon: {} }),
    "00ff",
  );
  expect([version, secrets]).not.toContain(undefined);
  const known = readPublished(JSON.parse(JSON.stringify(first)));
  if (known === undefined) throw new Error("The first form is not read.");
  const facts = { moved: [], dataIsDisposable: false, today: "2026-11-26" };
  expect(changesOf(known, plan({ mastodon: {} }), facts)).toEqual([]);
  const after = plan({
    mastodon: { registrations: "open" },
    nextcloud: { ...bron.nextcloud, storage: "200 GiB" },
  });
  expect(changesOf(known, after, facts).map(({ name }) => name)).toEqual(["nextcloud-data"]);
});

describe("another seed", () => {
  const changes = (known: KnownSeed, given?: string) => seedChanges(known, "bron", given, plan());
  const drawn: KnownSeed = { seed: "00ff", seedFrom: "drawn" };

  test("is a change that is refused, of all services, told in both languages with what helps", () => {
    const [change, ...others] = changes(drawn, "1234");
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      ...{ what: "seed", from: "00ff", to: "1234", effect: "refused", affected: ["nextcloud"] },
    });
    for (const language of [english, french]) {
      const [{ field, message } = { field: [], message: "" }] = refusals(changes(drawn, "1234"), language);
      expect(field).toEqual(["id"]);
      expect(message).toContain("pulumi config rm commune:seed -s bron");
    }
  });

  test("is told by where the first one came from", () => {
    const said = (known: KnownSeed, given?: string) => refusals(changes(known, given), french)[0]?.message;
    expect(said({ seed: "00ff", seedFrom: "given" })).toMatch(/n’est plus réglé.*empreinte 00ff/);
    expect(said({ seed: "00ff", seedFrom: "given" }, "1234")).toMatch(/Elle a été donnée.*empreinte 00ff/);
    expect(said({ seed: "00ff" }, "1234")).toMatch(/redonnez la première.*Sinon, retirez le réglage/);
  });

  test("is none where it is the same, or where none was published", () => {
    expect([changes(drawn), changes(drawn, "00ff"), changes({}, "00ff")]).toEqual([[], [], []]);
  });
});
