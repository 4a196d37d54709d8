import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { france } from "../../../components/places/radio/regulation.ts";
import { installPackages, missingPackages } from "../../../local/packages.ts";

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

test("the table of France is Debian's wireless-regdb", async () => {
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
  ).toEqual(france.map(({ density: _, ...rule }) => rule));
  expect(wifi.reduce((all, { flags }) => all | flags, 0)).toBe(noOutdoor | radars | autoWidth);
}, 600_000);
