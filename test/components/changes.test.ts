import { describe, expect, test } from "vitest";
import { refusedChanges } from "../../components/commune/changes.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { announcedInterruptions } from "../../components/commune/interruptions.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { type Published, published, readPublished } from "../../components/commune/published.ts";
import { siteOf, siteSchema } from "../../components/site/site.ts";

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

function refused(
  more: object,
  { known = before, seed = undefined as string | undefined, moved = [] as string[] } = {},
) {
  return refusedChanges(known, plan(more), { seed, moved }).map(
    ({ field, message }) => `${field.join(".")}: ${message}`,
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
  expect(refused({ nextcloud: undefined })).toEqual([]);
});

test("the names that hotspots and schools have built in stay, unless each was prepared anew", () => {
  const library = { metropole: { name: "Métropole", folder: "library" } };
  const schools = (more: object = {}) => ({ schools: { libraries: library, ...more } });
  const known = published(plan(schools()), "00ff");
  expect(refused(schools(), { known })).toEqual([]);
  const moved = schools({ subdomain: "classes" });
  expect(refused(moved, { known })).toEqual([
    "schools.subdomain: every computer of the schools has ecoles.bron.test built in and would find nobody at classes.bron.test. Write back what it was; or prepare each anew for classes.bron.test (docs/schools.md), then tell the stack: pulumi config set commune:moved schools.",
  ]);
  expect(refused(moved, { known, moved: ["schools"] })).toEqual([]);
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
    'nextcloud.storage: the volume nextcloud-data has 100 GiB, and the declaration comes to 50 GiB: Kubernetes cannot shrink a volume. Write "100 GiB" or more.',
  ]);
  const byPopulation = published(plan({ nextcloud: { version: "32.0.13" } }), "00ff");
  expect(
    refused({ population: 10_000, nextcloud: { version: "32.0.13" } }, { known: byPopulation })[0],
  ).toContain("nextcloud.storage: the volume nextcloud-data has");
});

test("rows do not move by themselves to a server outside", () => {
  const outside = { database: { external: { host: "pg.lyon.test" } } };
  expect(refused(outside)[0]).toContain("its rows are on the commune's server");
  expect(refused(outside, { moved: ["nextcloud"] })).toEqual([]);
});

test("another seed is refused, the same one is not", () => {
  expect(refused({}, { seed: "1234" })[0]).toContain("commune:seed is not the seed");
  expect(refused({}, { seed: "00ff" })).toEqual([]);
});

describe("PostgreSQL", () => {
  const known: Published = { ...before, postgresql: { database: "17" } };
  const to = (database: object) => refused({ database }, { known });

  test("of another major version is refused until the declaration says what becomes of the data", () => {
    expect(to({ version: "18" })).toEqual([
      'database.version: the data is PostgreSQL 17\'s, and PostgreSQL 18 cannot read it. Write upgradeFrom: "17" beside it: the server then dumps the data with the old version and restores it into the new one before it starts, and the services on it wait (docs/database.md).',
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
  expect(refused({ peertube: {} }, { known: rotated })).toEqual([]);
});

describe("an update that takes a service away for a while is announced", () => {
  const all = { mastodon: {}, peertube: {} };
  const known = published(plan(all), "00ff");
  const announced = (more: object, from = known) =>
    announcedInterruptions(from, plan({ ...all, ...more })).map((sentence) => sentence.split(":")[0]);

  test("for what ends before its next version starts, and for nothing else", () => {
    expect(announced({})).toEqual([]);
    expect(announced({ nextcloud: { ...bron.nextcloud, version: "33.0.7" } })).toEqual([
      "Nextcloud goes from 32.0.13 to 33.0.7",
    ]);
    const older = published(plan({ mastodon: { version: "4.5.9" }, peertube: { version: "8.2.4" } }), "00ff");
    expect(announced({}, older)).toEqual(["PeerTube goes from 8.2.4 to 8.3.1"]);
  });

  test("for every service on a server that is dumped", () => {
    const [sentence] = announcedInterruptions(
      known,
      plan({
        database: { version: "18", upgradeFrom: "17" },
        mastodon: { dedicatedDatabase: {} },
        peertube: {},
      }),
    );
    expect(sentence).toContain("PostgreSQL goes from 17 to 18: nobody can use nextcloud, peertube while");
  });
});

test("accounts keep their addresses, and files stay where they are", () => {
  const mastodon = published(plan({ mastodon: {} }), "00ff");
  expect(refused({ mastodon: { handles: "domain" } }, { known: mastodon })[0]).toContain(
    "mastodon.handles: it was started as @…@social.bron.test and cannot become @…@bron.test",
  );
  const media = { endpoint: "https://s3.lyon.test", bucket: "bron", publicHost: "media.bron.test" };
  expect(refused({ mastodon: {}, media }, { known: mastodon })[0]).toContain(
    "mastodon: its files are on a volume, and the declaration puts them on https://s3.lyon.test/bron/mastodon/",
  );
  expect(refused({ mastodon: {}, media }, { known: mastodon, moved: ["mastodon"] })).toEqual([]);
});

test("Mastodon goes through every minor series", () => {
  const known = published(plan({ mastodon: { version: "4.4.9" } }), "00ff");
  expect(refused({ mastodon: { version: "4.5.9" } }, { known })).toEqual([]);
  expect(refused({ mastodon: { version: "4.6.5" } }, { known })[0]).toContain('Write "4.5.9" first');
});
