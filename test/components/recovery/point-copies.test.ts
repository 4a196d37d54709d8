import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { copyContainers, copyMounts } from "../../../components/recovery/points/containers.ts";
import type { PointsSpec } from "../../../components/recovery/points/plan.ts";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { checkout } from "../../../local/paths.ts";

/** Commands of Paheko's declaration, by their file. */
const { copies: commands } = (
  parse(readFileSync(join(checkout, "charts/paheko/application.yaml"), "utf8")) as {
    restorePoint: { copies: Record<string, string[]> };
  }
).restorePoint;
const spec = {
  contents: { copies: { image: "images.internal/paheko:1", volume: "t-chorale-paheko-data", commands } },
  beside: { tenant: "chorale" },
} as unknown as PointsSpec;

let folder: string;
beforeAll(async () => {
  await installPackages(await missingPackages(["php-cli", "php-sqlite3"]));
  folder = mkdtempSync(join(tmpdir(), "copies-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const php = async (code: string, ...words: string[]) =>
  (await execa("php", ["-r", code, ...words], { cwd: folder })).stdout;

/** Runs the container of the pod, on a folder in the place of the volume. */
function copied() {
  const text = JSON.stringify(copyContainers(spec)).replaceAll("/volume", folder);
  const [{ command }] = JSON.parse(text) as [{ command: [string, ...string[]] }];
  const [shell, ...words] = command;
  return execa(shell, words);
}

test("a file of SQLite's is copied whole while somebody writes in it, again and again, without its journal", async () => {
  // What is written together stands at both ends of the file: a reader that knows nothing of its locks gets old and new.
  await php(
    '$d = new SQLite3("association.sqlite"); $d->exec("CREATE TABLE debit (n); INSERT INTO debit VALUES (0); CREATE TABLE papers (bytes); INSERT INTO papers VALUES (randomblob(40000000)); CREATE TABLE credit (n); INSERT INTO credit VALUES (0)");',
  );
  const writing = `$d = new SQLite3("association.sqlite"); $d->busyTimeout(60000);
for ($n = 1;; $n++) { $d->exec("BEGIN; UPDATE debit SET n = $n; UPDATE credit SET n = $n; COMMIT"); usleep(100); }`;
  const writer = spawn("php", ["-r", writing], { cwd: folder, stdio: "ignore" });
  const seen: number[] = [];
  try {
    for (let run = 0; run < 5; run += 1) {
      await copied();
      const copy = join(folder, ".restore-point");
      expect(readdirSync(copy)).toEqual(["association.sqlite"]);
      const [debit = "", credit, state] = (
        await php(
          '$d = new SQLite3($argv[1]); foreach (["SELECT n FROM debit", "SELECT n FROM credit", "PRAGMA integrity_check"] as $q) echo $d->querySingle($q), "\\n";',
          join(copy, "association.sqlite"),
        )
      ).split("\n");
      expect([credit, state]).toEqual([debit, "ok"]);
      seen.push(Number(debit));
    }
  } finally {
    writer.kill("SIGKILL");
  }
  // Somebody did write meanwhile.
  expect(seen.at(-1)).toBeGreaterThan(seen[0] ?? 0);
}, 120_000);

test("one that cannot be copied is no copy, and no point", async () => {
  // With the journal of a writer that was killed, SQLite would write its pages back.
  for (const name of ["", "-journal"]) rmSync(join(folder, `association.sqlite${name}`), { force: true });
  await execa("sh", ["-c", "head -c 20000 /dev/urandom > association.sqlite"], { cwd: folder });
  await expect(copied()).rejects.toThrow();
  rmSync(join(folder, "association.sqlite"));
  await expect(copied()).rejects.toThrow();
  // Nor is an empty one made in its place.
  expect(existsSync(join(folder, "association.sqlite"))).toBe(false);
});

test("the copy is in the place of the file, and the point cannot change it", () => {
  expect(copyMounts(spec)).toEqual([
    {
      ...{ name: "of-t-chorale-paheko-data", readOnly: true, subPath: ".restore-point/association.sqlite" },
      mountPath: "/volumes/t-chorale-paheko-data/association.sqlite",
    },
  ]);
});
