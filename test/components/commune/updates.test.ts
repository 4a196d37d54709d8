import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { versionsKnown } from "../../../components/commune/updates/known.ts";
import {
  daysBetween,
  isStale,
  needsAttention,
  type UpdateRow,
  updateRows,
} from "../../../components/commune/updates/rows.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import type { Upstream } from "../../../components/foundation/upstream/schema.ts";

const member = (id: string, insee: string) => ({
  ...{ name: id, insee, domain: `${id}.test`, contact: `a@${id}.test` },
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: { bron: member("bron", "69029"), lyon: member("lyon", "69123") },
});
const bron = { id: "bron", population: 42_000, ...member("bron", "69029") };
const copied = { recovery: { vaults: ["lyon"] } };
const today = "2026-11-30";

const of = (
  image: string,
  parts: number,
  versions: readonly string[],
  more: Partial<Upstream> = {},
): Upstream => ({
  ...{ repositories: [image], parts, read: "2026-11-01", from: "https://a.test", feeds: {}, notices: [] },
  newest: Object.fromEntries(
    versions.map((version) => [version.split(".").slice(0, parts).join("."), { version, of: "2026-10-01" }]),
  ),
  ...more,
});
const notice = (id: string, ...fixed: string[]) => ({ id, fixed, about: "A fault", from: "https://a.test" });

const knowledge = {
  nextcloud: of("docker.io/library/nextcloud", 1, ["31.0.14", "32.0.14", "33.0.9", "34.0.3", "35.0.1"]),
  mastodon: of("ghcr.io/mastodon/mastodon", 2, ["4.4.23", "4.5.16", "4.6.6"]),
  postgresql: of("docker.io/library/postgres", 1, ["15.99", "17.99"]),
  valkey: of("docker.io/valkey/valkey", 2, ["8.1.9", "9.0.5"], {
    notices: [notice("CVE-1", "8.1.4", "9.0.1")],
  }),
  nginx: of("docker.io/nginxinc/nginx-unprivileged", 2, ["1.28.3", "1.30.4"]),
};

const planOf = (declared: object) =>
  planCommune(communeSchema.parse({ ...bron, ...declared }), siteOf(siteSchema.parse({})), { metropolis });

function rowsOf(declared: object, known: Readonly<Record<string, Upstream>> = knowledge, day = today) {
  return updateRows(planOf(declared), known, day);
}

function rowOf(name: string, ...args: Parameters<typeof rowsOf>): UpdateRow {
  const row = rowsOf(...args).find((each) => each.name === name);
  if (row === undefined) throw new Error(`no row is called ${name}`);
  return row;
}

const wayOf = ({ steps }: UpdateRow) => steps.map(({ version }) => version);

describe("the way of a service", () => {
  test.each([
    ["31.0.6", ["31.0.14", "32.0.14", "33.0.9", "34.0.3", "35.0.1"]],
    ["33.0.9", ["34.0.3", "35.0.1"]],
    ["35.0.1", []],
    ["36.0.0", []],
  ])("of one major at a time, from %s, is %s", (version, way) => {
    expect(wayOf(rowOf("Nextcloud", { nextcloud: { version } }))).toEqual(way);
  });

  test("goes no further than is known: a series that is missing is not skipped", () => {
    const gap = { nextcloud: of("docker.io/library/nextcloud", 1, ["31.0.14", "36.0.2"]) };
    // 32 to 34 are the toolkit's own knowledge.
    expect(wayOf(rowOf("Nextcloud", { nextcloud: { version: "31.0.6" } }, gap))).toEqual([
      ...["31.0.14", "32.0.13", "33.0.7", "34.0.2"],
    ]);
  });

  test("of minor series does not skip one", () => {
    expect(wayOf(rowOf("Mastodon", { mastodon: { version: "4.4.1" } }))).toEqual([
      "4.4.23",
      "4.5.16",
      "4.6.6",
    ]);
  });

  test("ends where this toolkit refuses the next version", () => {
    const peertube = of("docker.io/chocobozzz/peertube", 1, ["8.4.0", "9.0.0"]);
    expect(wayOf(rowOf("PeerTube", { peertube: { version: "8.3.1" } }, { peertube }))).toEqual(["8.4.0"]);
  });

  test("says what people notice, who is concerned, and how one comes back", () => {
    const [step] = rowOf("Nextcloud", { nextcloud: { version: "33.0.7" } }).steps;
    expect(step).toMatchObject({
      change: { effect: "needs a restore point", interruption: "until migrated", affected: ["nextcloud"] },
      point: "no vault",
    });
    const [copy] = rowOf("Nextcloud", { ...copied, nextcloud: { version: "33.0.7" } }).steps;
    expect(copy?.point).toBe("taken");
    const [rolling] = rowOf("Mastodon", { mastodon: { version: "4.6.5" } }).steps;
    expect(rolling?.change.interruption).toBe("none");
  });
});

describe("a database server", () => {
  test("gets a newer release from the toolkit, and the newest major version at once", () => {
    const row = rowOf("PostgreSQL", { nextcloud: {}, database: { version: "15" } });
    expect(row).toMatchObject({ where: "the commune's database server", field: ["database", "version"] });
    expect(row.steps.map(({ to }) => to)).toEqual(["15.99", "18"]);
    expect(row.steps[1]).toMatchObject({
      version: "18.6",
      change: { from: "15", interruption: "until restored", affected: ["nextcloud"] },
    });
  });

  test("that is the newest has no way to go", () => {
    expect(rowOf("PostgreSQL", { nextcloud: {}, database: { version: "18" } }).steps).toEqual([]);
  });
});

describe("what comes with the toolkit", () => {
  test("goes to the newest of its series, which puts a notice right", () => {
    const row = rowOf("Valkey", { nextcloud: {} });
    expect(row).toMatchObject({ version: "8.1.1", needed: 1, isPastEnd: false });
    expect(row.notices.map(({ id }) => id)).toEqual(["CVE-1"]);
    expect(wayOf(row)).toEqual(["8.1.9"]);
    expect(needsAttention(row)).toBe(true);
  });

  test("goes past series that have ended", () => {
    const row = rowOf("nginx", { nextcloud: {} });
    expect(row).toMatchObject({ until: "2025-04-23", isPastEnd: true, needed: 1 });
    expect(wayOf(row)).toEqual(["1.30.4"]);
  });

  test("stays, if nothing that is known puts it right", () => {
    const nginx = of("docker.io/nginxinc/nginx-unprivileged", 2, ["1.28.3"]);
    const row = rowOf("nginx", { nextcloud: {} }, { nginx });
    expect(row.needed).toBeUndefined();
    expect(wayOf(row)).toEqual(["1.28.3"]);
  });
});

describe("attention", () => {
  test("is for the end of a series as a feed tells it, before the catalogue's", () => {
    const ended = { ...knowledge.nextcloud, until: { "33": "2026-11-29" } };
    const row = rowOf("Nextcloud", { nextcloud: { version: "33.0.9" } }, { nextcloud: ended });
    expect(row).toMatchObject({ until: "2026-11-29", isPastEnd: true, needed: 1 });
    expect(rowOf("Nextcloud", { nextcloud: { version: "33.0.9" } }).isPastEnd).toBe(false);
    expect(rowOf("Nextcloud", { nextcloud: { version: "33.0.9" } }, knowledge, "2027-02-17").isPastEnd).toBe(
      false,
    );
    expect(rowOf("Nextcloud", { nextcloud: { version: "33.0.9" } }, knowledge, "2027-02-18").isPastEnd).toBe(
      true,
    );
  });

  test("is not for a newer version alone", () => {
    expect(needsAttention(rowOf("Nextcloud", { nextcloud: { version: "33.0.7" } }))).toBe(false);
  });

  test("says how far along the way one has to go", () => {
    const nextcloud = { ...knowledge.nextcloud, notices: [notice("CVE-2", "32.0.1")] };
    expect(rowOf("Nextcloud", { nextcloud: { version: "31.0.6" } }, { nextcloud }).needed).toBe(3);
  });

  test("is asked for by the monitoring for what the rows ask for", () => {
    const declared = { nextcloud: { version: "33.0.9" }, mastodon: {} };
    const facts = versionsKnown(planOf(declared), knowledge);
    const rows = rowsOf(declared).filter(({ until, read }) => until ?? read);
    expect(facts.filter(({ notices }) => notices > 0).map(({ software }) => software)).toEqual(["Valkey"]);
    expect(facts.toSorted((one, other) => one.software.localeCompare(other.software))).toEqual(
      rows
        .map(({ name: software, version, until, notices, read }) => ({
          ...{ software, version, until, notices: notices.length, read },
        }))
        .sort((one, other) => one.software.localeCompare(other.software)),
    );
  });

  test("is for knowledge that is older than three months", () => {
    expect(daysBetween("2026-09-01", today)).toBe(90);
    expect(isStale({ read: "2026-09-01" }, today)).toBe(false);
    expect(isStale({ read: "2026-08-31" }, today)).toBe(true);
    expect(isStale({ read: undefined }, today)).toBe(false);
  });
});

test("what nobody runs has no row", () => {
  expect(rowsOf({ nextcloud: {} }).map(({ name }) => name)).toEqual([
    ...["Nextcloud", "PostgreSQL", "Valkey", "nginx", "Node.js"],
  ]);
});
