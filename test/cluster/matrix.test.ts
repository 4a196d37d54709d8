import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { checkout } from "../../local/paths.ts";
import { type Matrix, measure } from "./matrix/measure.ts";
import { tableIn, tableOf } from "./matrix/table.ts";

let matrix: Matrix;

beforeAll(async () => {
  matrix = await measure(openCluster(inject("cluster")), "villeurbanne");
});

test("every way between two workloads, and to what is around them, was tried", () => {
  expect(matrix.lines.length).toBeGreaterThanOrEqual(14);
  expect(matrix.tried).toBeGreaterThan(1500);
});

test("a namespace without policies reaches all that listens and has no policy itself: closed ways are closed by policies", () => {
  const open = matrix.lines.find(({ from }) => from === "elsewhere")?.open;
  for (const target of ["DNS", "API server", "node", "Internet", "private network", "ingress namespace"]) {
    const { ports } = matrix.targets.find(({ name }) => name === target) ?? {};
    expect(open?.[target], target).toEqual(ports);
  }
});

test("what passes is what the policies declare, and nothing else", () => {
  for (const { from, open, declared } of matrix.lines) expect(open, from).toEqual(declared);
});

// `npx tsx test/cluster/matrix/run.ts --accept` writes the table, for review.
test("the table in docs/network-policy.md is what was found", () => {
  const page = readFileSync(join(checkout, "docs", "network-policy.md"), "utf8");
  expect(tableOf(matrix)).toBe(tableIn(page));
});
