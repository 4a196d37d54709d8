import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allowedChannels, france, frequencies, limitsOf } from "../../components/radio/regulation.ts";
import { installPackages, missingPackages } from "../../local/packages.ts";

/** A rule of the database, in its own units. */
interface Rule {
  from: number;
  to: number;
  widest: number;
  eirp: number;
  flags: number;
}

/** Bits of a rule's flags (wireless-regdb, `FWDB_FLAG_*` in the kernel's net/wireless/reg.c). */
const [noOutdoor, radars, autoWidth] = [1 << 1, 1 << 2, 1 << 4];

/**
 * A country's rules in `regulatory.db`, version 20, as the kernel reads it: big-endian; two letters and a pointer
 * per country; a collection of pointers to rules; pointers count four bytes.
 */
function rulesOf(database: Buffer, country: string): Rule[] {
  expect(database.toString("latin1", 0, 4)).toBe("RGDB");
  expect(database.readUInt32BE(4)).toBe(20);
  for (let entry = 8; database.readUInt16BE(entry + 2) !== 0; entry += 4) {
    if (database.toString("latin1", entry, entry + 2) !== country) continue;
    const collection = database.readUInt16BE(entry + 2) * 4;
    const pointers = collection + Math.ceil(database.readUInt8(collection) / 2) * 2;
    return Array.from({ length: database.readUInt8(collection + 1) }, (_, index) => {
      const rule = database.readUInt16BE(pointers + index * 2) * 4;
      return {
        flags: database.readUInt8(rule + 1),
        eirp: database.readUInt16BE(rule + 2) / 100,
        from: database.readUInt32BE(rule + 4) / 1000,
        to: database.readUInt32BE(rule + 8) / 1000,
        widest: database.readUInt32BE(rule + 12) / 1000,
      };
    });
  }
  throw new Error(`The database has no ${country}`);
}

/** The database of Debian's package, which is installed where it is missing. */
async function debianDatabase(): Promise<Buffer> {
  await installPackages(await missingPackages(["wireless-regdb"]));
  return readFileSync("/lib/firmware/regulatory.db-debian");
}

test("the table of France is Debian's wireless-regdb", { timeout: 120_000 }, async () => {
  const rules = rulesOf(await debianDatabase(), "FR");
  const wifi = rules.filter(({ to }) => to < 5900);
  expect(wifi.length).toBeGreaterThan(0);
  expect(
    wifi.map(({ flags, ...rule }) => ({
      ...rule,
      indoorOnly: (flags & noOutdoor) !== 0,
      radars: (flags & radars) !== 0,
      joins: (flags & autoWidth) !== 0,
    })),
  ).toEqual(france);
  expect(wifi.reduce((all, { flags }) => all | flags, 0)).toBe(noOutdoor | radars | autoWidth);
});

describe("channels", () => {
  test.each([
    ["2.4 GHz", 1, "20 MHz", 2402, 2422],
    ["2.4 GHz", 13, "20 MHz", 2462, 2482],
    ["2.4 GHz", 3, "40 MHz", 2412, 2452],
    ["2.4 GHz", 11, "40 MHz", 2432, 2472],
    ["5 GHz", 36, "20 MHz", 5170, 5190],
    ["5 GHz", 48, "40 MHz", 5210, 5250],
    ["5 GHz", 104, "80 MHz", 5490, 5570],
    ["5 GHz", 64, "160 MHz", 5170, 5330],
    ["5 GHz", 153, "40 MHz", 5735, 5775],
  ] as const)("%s, %i, %s wide", (band, channel, width, from, to) => {
    expect(frequencies({ band, channel, width })).toEqual({ from, to });
  });

  test("outdoors are what the law leaves", () => {
    const list = (width: "20 MHz" | "80 MHz" | "160 MHz") =>
      allowedChannels({ band: "5 GHz", width }, "outdoor");
    expect(list("20 MHz")).toEqual([
      100, 104, 108, 112, 116, 120, 124, 128, 132, 136, 140, 149, 153, 157, 161, 165, 169, 173,
    ]);
    expect(list("80 MHz")).toEqual([100, 104, 108, 112, 116, 120, 124, 128, 149, 153, 157, 161]);
    expect(list("160 MHz")).toEqual([100, 104, 108, 112, 116, 120, 124, 128]);
    expect(allowedChannels({ band: "2.4 GHz", width: "20 MHz" }, "outdoor")).toHaveLength(13);
  });

  test("across two ranges obey the stricter of both", () => {
    expect(limitsOf({ band: "5 GHz", channel: 36, width: "160 MHz" })).toEqual({
      eirp: 20,
      indoorOnly: true,
      radars: true,
    });
  });

  test("that reach out of their range do not exist", () => {
    expect(limitsOf({ band: "5 GHz", channel: 144, width: "20 MHz" })).toBeUndefined();
    expect(limitsOf({ band: "5 GHz", channel: 132, width: "80 MHz" })).toBeUndefined();
    expect(limitsOf({ band: "2.4 GHz", channel: 6, width: "80 MHz" })).toBeUndefined();
    expect(limitsOf({ band: "5 GHz", channel: 38, width: "20 MHz" })).toBeUndefined();
  });
});
