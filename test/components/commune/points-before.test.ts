import { describe, expect, test } from "vitest";
import { announcements, changesOf } from "../../../components/commune/changes/changes.ts";
import { pointsBefore } from "../../../components/commune/changes/points-before.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { type Published, readPublished } from "../../../components/commune/published.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";

const member = (id: string, insee: string) => ({
  name: id,
  insee,
  domain: `${id}.test`,
  contact: `a@${id}.test`,
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: { bron: member("bron", "69029"), lyon: member("lyon", "69123") },
});
const bron = { id: "bron", population: 42_000, ...member("bron", "69029") };
const copied = { recovery: { vaults: ["lyon"] } };
const cloud = { nextcloud: { version: "33.0.7", storage: "100 GiB" } };
const social = { mastodon: {} };

const plan = (declared: object) =>
  planCommune(communeSchema.parse({ ...bron, ...declared }), siteOf(siteSchema.parse({})), { metropolis });

const facts = { moved: ["nextcloud=pg.lyon.test:5432"], dataIsDisposable: false, today: "2026-11-25" };

function first(before: object, after: object, { known = published(plan(before), "00ff"), given = {} } = {}) {
  const now = plan(after);
  const changes = changesOf(known, now, facts);
  return { ...pointsBefore(changes, known, now, given), changes, known, now };
}

const services = (before: object, after: object) => first(before, after).taken.map(({ service }) => service);

describe("a restore point is taken before", () => {
  const all = { ...copied, ...cloud, ...social };

  test.each<[string, object, object, string[]]>([
    ["a version", all, { ...all, nextcloud: { ...cloud.nextcloud, version: "34.0.2" } }, ["nextcloud"]],
    [
      "another major version of PostgreSQL, of each service on the server",
      { ...all, database: { version: "17" } },
      { ...all, database: { version: "18", upgradeFrom: "17" } },
      ["mastodon", "nextcloud"],
    ],
    [
      "a setting of an application",
      all,
      { ...all, nextcloud: { ...cloud.nextcloud, settings: { trashbin_retention_obligation: "auto, 7" } } },
      ["nextcloud"],
    ],
    [
      "nothing that gives itself back",
      all,
      { ...all, nextcloud: { ...cloud.nextcloud, quotaPerUser: "2 GiB" } },
      [],
    ],
    ["no volume that grows", all, { ...all, nextcloud: { version: "33.0.7", storage: "200 GiB" } }, []],
    [
      "no move: what was there stays",
      { ...copied, ...cloud },
      {
        ...{ ...copied, ...cloud },
        database: { external: { host: "pg.lyon.test" }, retired: { since: "2026-11-25" } },
      },
      [],
    ],
    ["nothing that is refused", all, { ...all, nextcloud: { version: "32.0.13", storage: "100 GiB" } }, []],
  ])("%s", (_, before, after, expected) => {
    expect(services(before, after)).toEqual(expected);
  });

  test("a service that comes has no data, and needs none", () => {
    const after = { ...copied, nextcloud: { ...cloud.nextcloud, version: "34.0.2" }, ...social };
    expect(services({ ...copied, ...cloud }, after)).toEqual(["nextcloud"]);
  });
});

describe("of a service with its files in a bucket", () => {
  const objects = { endpoint: "https://s3.lyon.test", region: "fr", bucket: "bron-documents" };
  const inBucket = (version: string) => ({ ...copied, nextcloud: { version, objects } });
  const known = published(plan(inBucket("33.0.7")), "00ff");
  const upgraded = (of: Published) =>
    pointsBefore(changesOf(known, plan(inBucket("34.0.2")), facts), of, plan(inBucket("34.0.2")));

  test("a point is taken too", () => {
    expect(upgraded(known).taken.map(({ service }) => service)).toEqual(["nextcloud"]);
  });

  test("none is taken with settings that the last update did not leave, or of another place", () => {
    const { listed, ...former } = known;
    expect(listed).toEqual(["nextcloud"]);
    const why = (of: Published) => upgraded(of).told.map((told) => told.with);
    expect(why(former)).toEqual([{ service: "nextcloud", why: "points come" }]);
    const services = Object.fromEntries(
      Object.entries(known.services).map(([name, facts]) => [name, { ...facts, media: "elsewhere" }]),
    );
    expect(why({ ...known, services })).toEqual([{ service: "nextcloud", why: "files move" }]);
  });
});

describe("the name of the Job", () => {
  const upgrade = (version: string) => ({ ...copied, nextcloud: { ...cloud.nextcloud, version } });
  const job = (version: string, known?: Published) =>
    first({ ...copied, ...cloud }, upgrade(version), known && { known }).taken[0]?.job;

  test("is the same for whatever is declared next, until an update is complete", () => {
    expect(job("34.0.2")).toMatch(/^restore-point-[0-9a-f]{8}-before$/);
    expect(job("33.0.8")).toBe(job("34.0.2"));
    const known = published(plan({ ...copied, ...cloud }), "00ff");
    expect(job("34.0.2", { ...known, signed: { serial: 2, content: "a" } })).not.toBe(job("34.0.2"));
  });

  test("is the same however the state orders what was published", () => {
    const known = published(plan({ ...copied, ...cloud }), "00ff");
    const reversed = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, each]) => [name, reversed(each)]),
          )
        : value;
    const read = readPublished(reversed(JSON.parse(JSON.stringify(known))));
    expect(read && job("34.0.2", read)).toBe(job("34.0.2"));
  });
});

describe("people are told", () => {
  const after = { nextcloud: { ...cloud.nextcloud, version: "34.0.2" } };
  const said = (before: object, now: object, given = {}) => {
    const found = first(before, now);
    return announcements(found.changes, found.known, found.now, { given }).filter((line) =>
      /point|kept of/.test(line),
    );
  };

  test("which Job takes it", () => {
    expect(said({ ...copied, ...cloud }, { ...copied, ...after })).toEqual([
      expect.stringMatching(
        /^A restore point of Nextcloud is taken first, and nothing is changed before it is at a vault \(Job restore-point-[0-9a-f]{8}-before\)\.$/,
      ),
    ]);
  });

  test("which point counts instead, where somebody named one", () => {
    const given = { nextcloud: "2026-11-26T02:10:00Z-000043" };
    expect(first({ ...copied, ...cloud }, { ...copied, ...after }, { given }).taken).toEqual([]);
    expect(said({ ...copied, ...cloud }, { ...copied, ...after }, given)).toEqual([
      expect.stringContaining(
        "commune:pointBefore says that 2026-11-26T02:10:00Z-000043 is the one to go back to",
      ),
    ]);
  });

  test("that there is no way back but a copy of their own, and why", () => {
    expect(said(cloud, after)).toEqual([
      "Nothing is kept of Nextcloud as it is now: the commune has no vault (recovery: { vaults: [<member>] }). Going back takes a copy of your own from before (docs/changes.md).",
    ]);
    expect(said(cloud, { ...copied, ...after })).toEqual([
      expect.stringContaining("its vaults are declared in this update"),
    ]);
    expect(said({ ...copied, ...cloud }, after)).toEqual([
      expect.stringContaining("its restore points end in this update"),
    ]);
  });
});
