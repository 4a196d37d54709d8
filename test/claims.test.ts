import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, expect, test } from "vitest";
import { checkout } from "../local/paths.ts";
import { claimCluster, claimCommune } from "./cluster/claims.ts";

const id = `claimed-${process.pid}`;
const file = join(checkout, ".local", "test-communes", `${id}@test`);
afterEach(() => rmSync(file, { force: true }));

test("a commune of the cluster's tests is one file's at a time", async () => {
  claimCommune(id);
  expect(existsSync(file)).toBe(true);
  // The same file may say so again; so may the next one, when the first has ended.
  claimCommune(id);
  writeFileSync(file, "999999999");
  claimCommune(id);
  // The number of a file that ended may be any other program's by now.
  const other = execa("sleep", ["60"], { reject: false });
  writeFileSync(file, String(other.pid));
  claimCommune(id);
  other.kill();
  await other;
  // The process that started this one is another test run.
  writeFileSync(file, String(process.ppid));
  expect(() => claimCommune(id)).toThrow(`has a commune ${id} too`);
  // On another cluster it is another one.
  claimCommune(id, "bare");
  rmSync(`${file.slice(0, -"test".length)}bare`);
});

test("the cluster of a checkout is one run's at a time, and is free again when that has ended", async () => {
  const folder = mkdtempSync(join(tmpdir(), "claims-"));
  const run = join(folder, "run");
  const other = execa("node", ["-e", "setTimeout(() => {}, 60_000)", "vitest"], { reject: false });
  try {
    writeFileSync(run, String(other.pid));
    expect(() => claimCluster(run)).toThrow(`Process ${other.pid} runs tests on the cluster`);
    other.kill();
    await other;
    const giveBack = claimCluster(run);
    expect(readFileSync(run, "utf8")).toBe(String(process.pid));
    // Each project of one run sets itself up.
    claimCluster(run);
    giveBack();
    expect(existsSync(run)).toBe(false);
  } finally {
    other.kill();
    rmSync(folder, { recursive: true });
  }
});
