import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkout } from "../local/paths.ts";
import { alone, attack } from "./campaigns/attacks/attack.ts";
import { attacks, tryAll } from "./campaigns/attacks.ts";

/** Rows of the tables of docs/security.md, by whoever might mean harm. */
const rows = readFileSync(join(checkout, "docs/security.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, who = ""] = /^\|[^|*]*\*\*([^*]+)\*\*/.exec(line) ?? [];
    return who === "" ? [] : [{ who, line }];
  });

test("everybody of docs/security.md is tried by an attack or by the tests of their row, but for those who hold all there is", () => {
  const tried = new Set(attacks.map(({ who }) => who));
  expect(rows.length).toBeGreaterThan(20);
  expect([...tried].filter((who) => !rows.some((row) => row.who === who))).toEqual([]);
  const others = rows.filter(({ who, line }) => !tried.has(who) && !line.includes("`test/"));
  expect(others.map(({ who }) => who)).toEqual([
    "broken node",
    "state",
    "passphrase",
    "kubeconfig",
    "seed",
    "backup of a vault's volume",
    "account at the operator of a bucket",
    "approver's key",
  ]);
});

test("drawn attacks are refused, each so often as is said", async () => {
  const said: string[] = [];
  await tryAll({ seed: 69_266, count: 40 }, (line) => said.push(line));
  expect(said).toHaveLength(attacks.length);
  for (const line of said) expect(line).toMatch(/: (\d+) of \1 refused who try to /);
});

test("one that gets through is told, with the seed and the smallest example", async () => {
  const gullible = attack({
    who: "stranger",
    what: "count far",
    drawn: fc.nat(1000),
    within: alone((drawn) => (drawn > 41 ? `${drawn} is taken` : undefined)),
  });
  await expect(tryAll({ seed: 1, count: 100 }, () => undefined, [gullible])).rejects.toThrow(
    "stranger gets through who tries to count far (seed 1): Error: 42 is taken\n42",
  );
});
