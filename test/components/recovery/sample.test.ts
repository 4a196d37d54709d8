import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sample, sampleDays } from "../../../components/recovery/vault/sample.ts";

const path = "nextcloud/files-2026q4";
const packs = Array.from({ length: 500 }, (_, index) => Buffer.from(`pack ${index}`));
const nameOf = (pack: Buffer) => createHash("sha256").update(pack).digest("hex");
const first = Date.parse("2026-10-01T02:10:00Z");
const dayAfter = (days: number) => new Date(first + days * 24 * 3_600_000);

/** A vault that gives what it is asked for, but for these files. */
function vault(others: ReadonlyMap<string, Buffer | undefined | Error> = new Map(), answers = true) {
  const files = new Map(packs.map((pack) => [nameOf(pack), pack]));
  const asked: string[] = [];
  return {
    asked,
    list: async () => new Map([...files].map(([name, { length }]) => [name, length])),
    async get(file: string) {
      const name = file.slice(`${path}/data/`.length);
      asked.push(name);
      const given = others.has(name) ? others.get(name) : files.get(name);
      if (given instanceof Error) throw given;
      return given && Buffer.from(given);
    },
    async status() {
      if (!answers) throw new Error("the vault is silent");
      return { generations: [], quarantined: [] };
    },
  };
}

test("every pack is read on one day of a quarter, and about as many on each", async () => {
  const read = vault();
  const counts: number[] = [];
  for (let day = 0; day < sampleDays; day += 1) {
    const found = await sample(read, path, dayAfter(day));
    counts.push(found.packs);
    expect(found.changed).toEqual([]);
  }
  expect([...read.asked].sort()).toEqual(packs.map(nameOf).sort());
  expect(Math.max(...counts)).toBeLessThan(20);
});

test("what differs, is not given or cannot be read has changed; a vault that is silent says nothing of a pack", async () => {
  const day = [...Array(sampleDays).keys()];
  const found = await Promise.all(day.map((each) => sampleOf(vault(), each)));
  const busiest = found.indexOf(found.reduce((most, each) => (each.length > most.length ? each : most)));
  const [other = "", none = "", failed = "", ...rest] = found[busiest] ?? [];
  expect(failed).not.toBe("");
  const changed = new Map<string, Buffer | undefined | Error>([
    [other, Buffer.from("of the same length?")],
    [none, undefined],
    [failed, new Error("500 InternalError")],
  ]);
  const seen = await sample(vault(changed), path, dayAfter(busiest));
  expect([...seen.changed].sort()).toEqual([other, none, failed].sort());
  expect(seen.packs).toBe(3 + rest.length);
  await expect(sample(vault(changed, false), path, dayAfter(busiest))).rejects.toThrow("the vault is silent");
});

async function sampleOf(read: ReturnType<typeof vault>, day: number) {
  await sample(read, path, dayAfter(day));
  return read.asked;
}

test("a host that lists packs and gives none is asked for twenty", async () => {
  const nothing = vault(new Map(packs.map((pack) => [nameOf(pack), undefined])));
  const many = { ...nothing, list: async () => namesOf(20_000) };
  const { changed } = await sample(many, path, dayAfter(0));
  expect(changed).toHaveLength(20);
});

const namesOf = (count: number) =>
  new Map(Array.from({ length: count }, (_, index) => [nameOf(Buffer.from(`no pack ${index}`)), 1]));
