import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { recoveryProblems } from "../../../components/recovery/check.ts";
import { restoreProblems } from "../../../components/recovery/database-restore/check.ts";
import { recoverySection } from "../../../components/recovery/declaration.ts";
import { countedDay, hourOf, walGeneration } from "../../../components/recovery/keeper/generation.ts";
import { turnSeconds } from "../../../components/recovery/keeper/plan.ts";
import type { KeeperStatus } from "../../../components/recovery/keeper/settings.ts";
import {
  type Base,
  type KeptShipment,
  momentAfter,
  newestShipment,
  readTags,
  shipmentFor,
  spansOf,
  tagsOf,
} from "../../../components/recovery/keeper/shipment.ts";
import { complaints } from "../../../components/recovery/keeper/status.ts";
import {
  endOf,
  isContiguous,
  readPosition,
  readSegment,
  segmentName,
  showPosition,
} from "../../../components/recovery/keeper/wal.ts";
import { currentGeneration, freshGenerations } from "../../../components/recovery/vault/generation.ts";
import { seriesOf } from "../../../components/recovery/vault/names.ts";
import { recoveryRules } from "../../../policies/recovery.ts";
import { rangesOf } from "../../../programs/database-restore/log.ts";
import { brokenBy } from "../../../programs/keeper/broken.ts";
import { reliedOn } from "../../../programs/keeper/relied.ts";
import type { Whole } from "../../../programs/keeper/spool.ts";
import { wholeFor } from "../../../programs/keeper/whole.ts";

const mebibytes = 1024 * 1024;
const size = 16 * mebibytes;

describe("places in a log", () => {
  // Source: pg_walfile_name of PostgreSQL 17.
  test.each([
    ["0/3000000", 1, size, "000000010000000000000003"],
    ["16/B374D848", 1, size, "0000000100000016000000B3"],
    ["16/B374D848", 2, 64 * mebibytes, "00000002000000160000002C"],
    ["FFFFFFFF/FFFFFFFF", 1, size, "00000001FFFFFFFF000000FF"],
  ])("%s is in its file", (text, timeline, bytes, name) => {
    const position = readPosition(text);
    expect(segmentName(timeline, position, bytes)).toBe(name);
    expect(readSegment(`${name}.partial`, bytes)?.timeline).toBe(timeline);
    expect(readSegment(name, bytes)?.start).toBe(position - (position % BigInt(bytes)));
    expect(showPosition(position)).toBe(text);
  });

  test.each(["", "0", "0/", "0/G", "123456789/0"])("%o is none", (text) =>
    expect(() => readPosition(text)).toThrow(RangeError),
  );

  test("files follow each other, or one is missing", () => {
    const names = ["000000010000000000000003", "000000010000000000000004.partial", "00000002.history"];
    expect(isContiguous(names, readPosition("0/3000100"), size)).toBe(true);
    expect(isContiguous(names, readPosition("0/2FFFFFF"), size)).toBe(false);
    expect(isContiguous([...names, "000000010000000000000006"], readPosition("0/3000100"), size)).toBe(false);
    expect(isContiguous([], 0n, size)).toBe(false);
    expect(showPosition(endOf(names, size))).toBe("0/5000000");
    expect(endOf([], size)).toBe(0n);
  });
});

const base = (ended: string, snapshot = ended) => ({
  ...{ snapshot, generation: "base-2026q4", start: "0/3000000", end: "0/3000100", ended },
});
const shipment = (sequence: number, ended: string, until: string): KeptShipment => ({
  ...{ sequence, system: "7301", timeline: 1, end: "0/4000000", until, base: base(ended), parts: [] },
  ...{ snapshot: `wal ${sequence}`, generation: walGeneration(ended) },
});

test.each([
  ["2026-11-27T12:00:00.000Z", undefined],
  ["2026-11-27T11:59:56.000Z", undefined],
  ["2026-11-27T11:59:54.000Z", "the server's clock was set back"],
  ["2025-11-27T12:00:00.000Z", "the server's clock was set back"],
])("a server that says %s after noon was shipped is gone on with, or not", (now, reason) => {
  const chain = { id: "1", system: "7", timeline: 1, segmentBytes: size };
  const [end, generation] = ["0/3000000", "wal-2026-11-27"];
  const shipped = { sequence: 1, end, until: "2026-11-27T12:00:00.000Z", snapshot: "a", generation };
  const slot = { received: 1n, status: "reserved", isActive: true };
  const observed = {
    now,
    system: "7",
    timeline: 1,
    segmentBytes: size,
    slot,
    databases: [],
    summarizes: false,
  };
  expect(brokenBy({ ...observed, position: readPosition(end) }, { chain, shipped })).toBe(reason);
});

describe("the next base", () => {
  const whole: Whole = {
    ...{ snapshot: "a", generation: "base-2026q4", timeline: 1, bytes: 1000 },
    ended: "2026-11-26T02:30:00Z",
  };
  const taking = {
    observed: { summarizes: true, timeline: 1, now: "2026-11-27T02:10:00Z" },
    target: { base: "base-2026q4" },
    copies: { lost: () => undefined },
    // Any file that is there.
    spool: { manifestOf: () => import.meta.filename },
    settings: { volumeBytes: 3500 },
    second: 2 * 3600,
  };
  const later = (now: string) => ({ ...taking, observed: { ...taking.observed, now } });

  test("is an increment of the week's whole one", () => {
    expect(wholeFor(whole, taking)).toBe(whole);
    expect(wholeFor(whole, later("2026-12-03T01:59:59Z"))).toBe(whole);
  });

  test.each<[string, Parameters<typeof wholeFor>[1]]>([
    ["a week is over", later("2026-12-03T02:00:00Z")],
    ["the clock was set back", later("2026-11-25T02:00:00Z")],
    ["the server does not remember", { ...taking, observed: { ...taking.observed, summarizes: false } }],
    ["the server was left for another one", { ...taking, observed: { ...taking.observed, timeline: 2 } }],
    ["a quarter began", { ...taking, target: { base: "base-2027q1" } }],
    ["the whole one is lost", { ...taking, copies: { lost: () => "bron lacks a" } }],
    ["there is no room to put an increment together", { ...taking, settings: { volumeBytes: 3499 } }],
    ["its list is lost", { ...taking, spool: { manifestOf: () => "/nowhere" } }],
  ])("is a whole one where %s", (_, given) => expect(wholeFor(whole, given)).toBeUndefined());

  test("says in its tags what it is an increment of, and both are relied on", () => {
    const { snapshot, generation, ...kept } = shipment(1, "2026-11-27T02:00:00Z", "2026-11-27T03:00:00Z");
    const increment = { ...kept, base: { ...kept.base, whole: "a" } };
    expect(readTags(tagsOf(increment))).toEqual(increment);
    expect(readTags(tagsOf(kept))).toEqual(kept);
    expect(reliedOn({ base: increment.base, shipped: undefined, dumps: [] })).toEqual([
      { generation: "base-2026q4", must: ["a", increment.base.snapshot] },
    ]);
  });

  test("is a whole one where there is none", () => expect(wholeFor(undefined, taking)).toBeUndefined());
});

describe("what a restore chooses", () => {
  const all = [
    shipment(1, "2026-11-26T10:00:00.5Z", "2026-11-26T10:01:00Z"),
    shipment(2, "2026-11-26T10:00:00.5Z", "2026-11-26T10:02:00Z"),
    shipment(3, "2026-11-26T10:00:00.5Z", "2026-11-26T12:00:30Z"),
    shipment(4, "2026-11-26T12:00:00Z", "2026-11-26T12:01:00Z"),
    shipment(5, "2026-11-26T14:00:00Z", "2026-11-26T14:01:00Z"),
  ];

  test.each([
    // A base that had not ended would be gone back to silently too late.
    ["2026-11-26T10:00:00Z", undefined],
    ["2026-11-26T10:00:01Z", 1],
    ["2026-11-26T10:01:00.001Z", 2],
    ["2026-11-26T11:59:59Z", 3],
    ["2026-11-26T12:00:00Z", 4],
    ["2026-11-26T13:00:00Z", undefined],
    ["2026-11-26T14:01:00Z", 5],
    ["2026-11-26T14:01:01Z", undefined],
  ])("for %s is the first of the newest base that reaches it", (at, sequence) => {
    expect(shipmentFor(all, at)?.sequence).toBe(sequence);
    expect(shipmentFor([...all].reverse(), at)?.sequence).toBe(sequence);
  });

  test("for a moment that came twice is of the base after the clock was set back, and would be the first one's without", () => {
    const [day, at] = ["2026-11-26T", "2026-11-26T11:05:00Z"];
    const first = shipment(1, `${day}08:00:00Z`, `${day}12:00:00Z`);
    expect(shipmentFor([first, shipment(2, `${day}11:00:10Z`, `${day}11:10:00Z`)], at)?.sequence).toBe(2);
    expect(shipmentFor([first, shipment(2, `${day}08:00:00Z`, `${day}11:10:00Z`)], at)?.sequence).toBe(1);
  });

  test("says which spans there are", () => {
    expect(spansOf([...all].reverse())).toEqual([
      { from: "2026-11-26T10:00:00.5Z", until: "2026-11-26T12:01:00Z" },
      { from: "2026-11-26T14:00:00Z", until: "2026-11-26T14:01:00Z" },
    ]);
    expect(newestShipment(all)?.sequence).toBe(5);
  });

  test.each([
    ["between another one and the end of the last span", "2026-11-26T14:00:30Z", "2026-11-26T14:00:45.000Z"],
    ["between both ends, if the other one is before it", "2026-11-26T12:00:30Z", "2026-11-26T14:00:30.000Z"],
    ["or after it", "2026-11-26T15:00:00Z", "2026-11-26T14:00:30.000Z"],
  ])("chooses a moment halfway %s", (_, after, moment) => {
    expect(momentAfter([...all].reverse(), after)).toBe(moment);
    expect(momentAfter([], after)).toBeUndefined();
  });

  test("reads of tags what was written, and nothing of others", () => {
    const part = { generation: "wal-2026-11-26", snapshot: "ab12", end: "0/3F000000" };
    const [{ snapshot: _, generation: __, ...written }] = [
      { ...shipment(7, "2026-11-26T10:00:00Z", "2026-11-26T10:01:00Z"), parts: [part] },
    ];
    expect(readTags(tagsOf(written))).toEqual(written);
    expect(tagsOf(written).join("")).not.toContain(",");
    for (const [index] of tagsOf(written).entries()) {
      const fewer = tagsOf(written).filter((_, other) => other !== index);
      if (tagsOf(written)[index]?.startsWith("part=")) continue;
      expect(readTags(fewer)).toBeUndefined();
    }
    expect(readTags(["dump", "database=nextcloud"])).toBeUndefined();
  });
});

describe("generations", () => {
  test("have names that a vault takes", () => {
    for (const name of [
      walGeneration("2026-01-01T00:00:00Z"),
      currentGeneration("base", new Date("2026-12-31T23:59:59Z"), []),
    ]) {
      expect(seriesOf(name)).toBeDefined();
    }
    expect(currentGeneration("base", new Date("2026-12-31T23:59:59.9Z"), [])).toBe("base-2026q4");
  });

  test("that cannot be trusted are followed by one of a day, until the quarter ends", () => {
    const at = (text: string, names: readonly string[]) =>
      currentGeneration("base", new Date(`${text}T12:00:00Z`), names);
    const [fresh] = freshGenerations("base", new Date("2026-11-26T12:00:00Z"), ["base-2026q4"]);
    expect(fresh).toBe("base-2026-11-26");
    const names = ["base-2026q4", fresh ?? "", "wal-2026-12-03"];
    expect([at("2026-11-26", names), at("2026-12-31", names), at("2027-01-01", names)]).toEqual([
      ...["base-2026-11-26", "base-2026-11-26", "base-2027q1"],
    ]);
    const [second] = freshGenerations("base", new Date("2026-11-26T13:00:00Z"), names);
    expect(second).toBe("base-2026-11-27");
    expect(at("2026-11-26", [...names, "base-2026-11-27"])).toBe("base-2026-11-27");
    const both = ["wal-2026-12-31", "wal-2027-01-01"];
    expect(freshGenerations("wal", new Date("2026-12-31T13:00:00Z"), both)).toEqual([]);
  });

  test("begin in the night, not all at the same time", () => {
    const hours = ["bron", "lyon", "givors", "villeurbanne"].map(hourOf);
    expect(new Set(hours).size).toBe(4);
    for (const hour of hours) expect([hour >= 3600, hour < 4 * 3600]).toEqual([true, true]);
    expect(countedDay("2026-11-26T00:59:59Z", 3600)).toBe("2026-11-25");
    expect(countedDay("2026-11-26T01:00:00Z", 3600)).toBe("2026-11-26");
  });

  test.each([
    [60, 20],
    [300, 100],
    [86_400, 28_800],
  ])("of %i s are looked after every %i s", (rpo, turn) => expect(turnSeconds(rpo)).toBe(turn));
});

describe("a declaration", () => {
  const members = { lyon: { vaultKey: "z6Mk" } };
  const problems = (recovery: object) =>
    recoveryProblems({ id: "bron", recovery: recoverySection.parse(recovery) }, members).map(
      ({ field, message }) => [field.join("."), message],
    );

  test("promises nothing without a vault", () => {
    expect(problems({ rpo: "1 minute", vaults: ["lyon"] })).toEqual([]);
    expect(problems({ rpo: "1 minute" })).toEqual([
      ["recovery.rpo", expect.stringContaining('"1 minute" is promised, but no vault is declared')],
    ]);
  });

  test.each(["30 seconds", "2 days", "5"])("takes no %s", (rpo) =>
    expect(recoverySection.safeParse({ rpo, vaults: ["lyon"] }).success).toBe(false),
  );

  test("goes back with a vault of its own alone, on a server of ours, and in one step", () => {
    const restoreFrom = { vault: "lyon", at: "2026-11-26T20:30:29Z" };
    const of = (more: object, vaults = ["lyon"]) =>
      restoreProblems([{ field: ["database"], restoreFrom, isOutside: false, isSpread: false, ...more }], {
        recovery: { vaults },
      }).map(({ field, message }) => `${field.join(".")}: ${message}`);
    expect(of({})).toEqual([]);
    expect(of({}, ["givors"])).toEqual([
      'database.restoreFrom.vault: "lyon" is not one of recovery.vaults. Write one of: givors.',
    ]);
    expect(of({ isOutside: true })[0]).toContain("the server is run by somebody else");
    expect(of({ upgradeFrom: "16" })[0]).toContain("Restore first, then upgrade");
    expect(of({ isSpread: true })).toEqual([
      expect.stringMatching(/^database\.restoreFrom: is for a server on one node .* docs\/database\.md/),
    ]);
    expect(of({ isSpread: true, restoreFrom: undefined, upgradeFrom: "16" })).toEqual([
      expect.stringMatching(/^database\.upgradeFrom: is for a server on one node/),
    ]);
  });

  test.each(["2026-11-26", "2026-11-26T20:30:29", "2026-02-30T20:30:29Z", "latest", "2026-11-26T25:00:00Z"])(
    "goes back to no %s",
    (at) => {
      const database = { restoreFrom: { vault: "lyon", at } };
      const { data, error } = communeSchema.safeParse({ ...town, database });
      expect([data, error?.issues[0]?.path.join(".")]).toEqual([undefined, "database.restoreFrom.at"]);
    },
  );

  test("is told that a server which lets nobody have its log loses up to a day", () => {
    const metropolis = federationSchema.parse({
      name: "Métropole",
      members: { lyon: { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "a@lyon.test" } },
    });
    const judged = (external: object) => {
      const declaration = communeSchema.parse({
        ...town,
        database: { external },
        recovery: { vaults: ["lyon"] },
      });
      const plan = planCommune(declaration, siteOf(siteSchema.parse({})), { metropolis });
      return recoveryRules.flatMap(({ check }) =>
        check({ declaration, plan, objects: [], site: undefined, today: "2026-11-26" }),
      );
    };
    expect(judged({ host: "postgresql.bron.test" })).toMatchObject([{ what: "database.external" }]);
    expect(judged({ host: "postgresql.bron.test", replication: true })).toEqual([]);
  });
});

const town = {
  ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", population: 42_000 },
  ...{ contact: "numerique@bron.test", nextcloud: {} },
};

describe("the log of a restore", () => {
  const shipment = { base: { start: "0/2000028" } as Base, end: "0/5000060", timeline: 1 };

  test("is one piece on the first timeline, and one for each that the server was on since the base", () => {
    expect(rangesOf(shipment, "")).toEqual([{ timeline: 1, start: 0x2000028n, end: 0x5000060n }]);
    const history = "1\t0/1000000\tbefore the base\n\n2\t0/3000148\tno recovery target specified\n";
    expect(rangesOf({ ...shipment, timeline: 3 }, history)).toEqual([
      { timeline: 2, start: 0x2000028n, end: 0x3000148n },
      { timeline: 3, start: 0x3000148n, end: 0x5000060n },
    ]);
  });
});

describe("what a keeper says", () => {
  const now = new Date("2026-11-26T12:00:00Z");
  const well: KeeperStatus = {
    ...{ at: "2026-11-26T11:59:59Z", server: "database", method: "log", rpoSeconds: 300 },
    confirmed: "2026-11-26T11:56:00Z",
    ...{ shipped: undefined, base: undefined, slot: { status: "reserved", isActive: true } },
    spool: { usedBytes: 0, limitBytes: 1, isHeld: false },
    vaults: [{ host: "lyon", answers: true, aheadSeconds: -59 }],
    ...{ dumps: [], gaps: [{ from: "a", to: "b", reason: "c" }], failures: [] },
  };

  test("is no complaint while all is well", () => expect(complaints(well, now)).toEqual([]));

  test.each<[string, Partial<KeeperStatus>, string]>([
    ["is late", { confirmed: "2026-11-26T11:54:59Z" }, "301 s old, and 300 s were promised"],
    ["has nothing", { confirmed: undefined }, "nothing can be restored yet"],
    [
      "has a gap",
      { gaps: [{ from: "a", to: undefined, reason: "c" }] },
      "nothing after a can be restored: c",
    ],
    [
      "failed",
      { failures: [{ task: "base", since: "x", times: 2, message: "no room" }] },
      "base failed 2 times",
    ],
    ["is full", { spool: { usedBytes: 1, limitBytes: 1, isHeld: true } }, "the spool is full"],
    ["is alone", { vaults: [{ host: "lyon", answers: false, problem: "503" }] }, "lyon does not answer: 503"],
    ["is wrong", { vaults: [{ host: "lyon", answers: true, aheadSeconds: 90 }] }, "90 s ahead"],
    [
      "is not whole somewhere",
      {
        vaults: [
          {
            host: "lyon",
            answers: true,
            lacks: [{ since: "x", message: "database/base-2026q4 is not whole" }],
          },
        ],
      },
      "database/base-2026q4 is not whole (since x)",
    ],
  ])("is told when it %s", (_, more, text) => {
    expect(complaints({ ...well, ...more }, now)).toEqual([expect.stringContaining(text)]);
  });

  test("is measured against a day where there are dumps alone", () => {
    const confirmed = "2026-11-25T13:00:00Z";
    expect(complaints({ ...well, method: "dumps", confirmed }, now)).toEqual([]);
    expect(complaints({ ...well, method: "dumps", confirmed: "2026-11-25T10:00:00Z" }, now)).toHaveLength(1);
  });
});
