import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { changesOf, refusals } from "../../../components/commune/changes/changes.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { recoveryProblems } from "../../../components/recovery/check.ts";
import {
  bytesOf,
  joinShares,
  lineCount,
  linesOf,
  type Share,
  shareOf,
  splitSeed,
} from "../../../components/recovery/kit/share.ts";

const commune = "villeurbanne";
const seed = randomBytes(32).toString("base64");
const typed = (lines: readonly string[]) =>
  shareOf(lines.map((line, index) => bytesOf(line, index, commune)));
const at = (shares: readonly Share[], ...numbers: number[]) =>
  shares.filter(({ number }) => numbers.includes(number));

describe("shares of a seed", () => {
  test("any of them that suffice are the seed, as they were typed, and fewer are refused", async () => {
    const shares = await splitSeed(seed, { commune, of: 5, needed: 3 });
    const read = shares.map((share) => typed(linesOf(share, commune)));
    expect(read).toEqual(shares);
    for (const some of [at(read, 1, 2, 3), at(read, 1, 3, 5), at(read, 2, 4, 5), read]) {
      expect(await joinShares(some, commune)).toBe(seed);
    }
    await expect(joinShares(at(read, 2, 5), commune)).rejects.toThrow("3 different shares are needed, and 2");
    const [one] = read;
    const twice = one === undefined ? [] : [one, one, one];
    await expect(joinShares(twice, commune)).rejects.toThrow("3 different shares are needed, and 1");
  });

  test("a longer seed has more lines", async () => {
    const long = randomBytes(48).toString("base64");
    const [one, two] = await splitSeed(long, { commune, of: 3, needed: 2 });
    if (one === undefined || two === undefined) throw new Error("no shares");
    const lines = linesOf(one, commune);
    const bytes = lines.map((line, index) => bytesOf(line, index, commune));
    expect(lineCount(Buffer.concat(bytes.slice(0, 2)))).toBe(lines.length);
    expect(lines).toHaveLength(7);
    expect(await joinShares([shareOf(bytes), two], commune)).toBe(long);
  });

  test("a line may be typed in any way in which people read it", async () => {
    const [share] = await splitSeed(seed, { commune, of: 2, needed: 2 });
    if (share === undefined) throw new Error("no share");
    const lines = linesOf(share, commune);
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toMatch(/^([0-9A-HJKMNP-TV-Z]{4} ){4}[0-9A-HJKMNP-TV-Z]{4}$/);
    const otherwise = lines.map((line) =>
      line.toLowerCase().replaceAll(" ", "-").replaceAll("0", "o").replaceAll("1", "l"),
    );
    expect(typed(otherwise)).toEqual(share);
  });

  test("every single letter that is another one is found, in its line", async () => {
    const [share] = await splitSeed(seed, { commune, of: 3, needed: 2 });
    if (share === undefined) throw new Error("no share");
    const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (const [index, line] of linesOf(share, commune).entries()) {
      for (const [place, letter] of [...line].entries()) {
        if (letter === " ") continue;
        const other = letters[(letters.indexOf(letter) + 1) % letters.length];
        const wrong = `${line.slice(0, place)}${other}${line.slice(place + 1)}`;
        expect(() => bytesOf(wrong, index, commune)).toThrow(`line ${index + 1} is wrong`);
      }
      expect(() => bytesOf(line, index + 1, commune)).toThrow("is wrong");
      expect(() => bytesOf(line, index, "bron")).toThrow("is wrong");
      expect(() => bytesOf(line.slice(1), index, commune)).toThrow("has 19 letters, and it must have 20");
      expect(() => bytesOf(line.replace(/^./, "U"), index, commune)).toThrow('has a "U"');
    }
  });

  test("shares of two kits, and one that was changed with care, are refused and not taken for a seed", async () => {
    const [first, second] = [
      await splitSeed(seed, { commune, of: 3, needed: 2 }),
      await splitSeed(seed, { commune, of: 3, needed: 2 }),
    ];
    await expect(joinShares([...at(first, 1), ...at(second, 2)], commune)).rejects.toThrow("different kits");
    const changed = at(first, 2).map((share) => ({
      ...share,
      part: share.part.map((byte, index) => (index === 0 ? byte ^ 1 : byte)),
    }));
    await expect(joinShares([...at(first, 1), ...changed], commune)).rejects.toThrow("do not yield the seed");
    await expect(joinShares(at(first, 1, 2), "bron")).rejects.toThrow(
      "do not yield the seed of this commune",
    );
  });
});

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: {},
};
const metropolis = federationSchema.parse({
  name: "Essai",
  members: {
    bron: { name: "Bron", insee: "69029", domain: "bron.test", contact: "a@bron.test" },
    lyon: { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "a@lyon.test" },
  },
});
const holders = ["Ville de Lyon", "Notaire", "Préfecture"];

describe("what is declared of it", () => {
  test("every share may not be needed: one sheet of paper is lost some day", () => {
    const problems = (needed: number) =>
      recoveryProblems(
        communeSchema.parse({ ...bron, recovery: { vaults: ["lyon"], kit: { holders, needed } } }),
        metropolis.members,
      );
    expect(problems(2)).toEqual([]);
    expect(problems(3)).toEqual([
      {
        field: ["recovery", "kit", "needed"],
        message: "3 of 3 shares would be needed, so one lost sheet would lose the commune. Write at most 2.",
      },
    ]);
  });
});

describe("a stack that may be deleted", () => {
  const plan = (recovery: object) =>
    planCommune(
      communeSchema.parse({ ...bron, recovery }),
      { storageClass: undefined, privatePeers: [] },
      { metropolis },
    );
  const refused = ({ recovery = {}, seedFrom = "drawn" as "drawn" | "given", seedKept = "" }) => {
    const now = plan(recovery);
    const known = { ...published(now, "00ff00ff00ff00ff"), seedFrom, data: "protected" as const };
    const facts = { moved: [], dataIsDisposable: true, today: "2026-11-26", seedKept };
    return refusals(changesOf(known, now, facts)).map(({ message }) => message);
  };
  const vaults = { vaults: ["lyon"] };

  test("keeps its seed elsewhere first, where copies of it are in the vaults of others", () => {
    expect(refused({ recovery: vaults })).toEqual([
      expect.stringMatching(/its seed with it, which is nowhere else\. Copies .* kept by lyon/),
    ]);
    expect(refused({ recovery: vaults, seedKept: "1111111111111111" })).toHaveLength(1);
    expect(refused({ recovery: vaults, seedKept: "00ff00ff00ff00ff" })).toEqual([]);
  });

  test("goes without where the seed is a setting, or nothing is kept by others", () => {
    expect(refused({ recovery: vaults, seedFrom: "given" })).toEqual([]);
    expect(refused({})).toEqual([]);
  });
});
