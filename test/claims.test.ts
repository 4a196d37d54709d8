import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { checkout } from "../local/paths.ts";
import { claimCommune } from "./cluster/claims.ts";

const id = `claimed-${process.pid}`;
const file = join(checkout, ".local", "test-communes", id);
afterEach(() => rmSync(file, { force: true }));

test("a commune of the cluster's tests is one file's at a time", () => {
  claimCommune(id);
  expect(existsSync(file)).toBe(true);
  // The same file may say so again; so may the next one, when the first has ended.
  claimCommune(id);
  writeFileSync(file, "999999999");
  claimCommune(id);
  // The process that started this one is another test run.
  writeFileSync(file, String(process.ppid));
  expect(() => claimCommune(id)).toThrow(`has a commune ${id} too`);
});
