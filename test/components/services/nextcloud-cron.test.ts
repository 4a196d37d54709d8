import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scriptsFolder } from "../../../components/services/nextcloud/configuration.ts";
import { podScripts } from "../../../components/services/nextcloud/scripts.ts";

// What this does not prove: that Nextcloud's jobs do what their names say. test/cluster/federation.test.ts runs the
// script with the double's.

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commune-cron-"));
  for (const name of ["html", "scripts", "bin", "answers"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "scripts", "apps.sh"), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program of the pod, in its place: writes down how it was called. */
function stand(name: string, body = ""): void {
  const file = join(folder, "bin", name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> ${folder}/calls\n${body}`);
  chmodSync(file, 0o755);
}

/** Runs the script; `answers` are what trusted.php says to each word, one after the other, and then the last again. */
function run(answers: Readonly<Record<string, readonly string[]>> | undefined) {
  if (answers !== undefined) writeFileSync(join(folder, "scripts", "trusted.php"), "");
  for (const [word, lines] of Object.entries(answers ?? {}))
    writeFileSync(join(folder, "answers", word), `${lines.join("\n")}\n`);
  stand("sleep");
  stand(
    "php",
    `case "$*" in
  *trusted.php*)
    file=${folder}/answers/$2
    head -n 1 "$file"
    [ "$(wc -l < "$file")" = 1 ] || sed -i 1d "$file"
    ;;
  *background-job:execute*) echo 'Arguments: {"token":"a token"}'; exit 1 ;;
esac`,
  );
  const text = podScripts()
    ["cron.sh"].replaceAll("/var/www/html", join(folder, "html"))
    .replaceAll(scriptsFolder, join(folder, "scripts"));
  const { status, stdout, stderr } = spawnSync("sh", ["-c", text], {
    encoding: "utf8",
    env: { PATH: `${join(folder, "bin")}:${process.env.PATH}` },
  });
  const calls = existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "";
  return {
    status,
    output: stdout + stderr,
    calls: calls.split("\n").filter((line) => line !== "" && !/php -r|trusted\.php/.test(line)),
  };
}

const begin = ["php -f cron.php", "php occ dav:sync-system-addressbook"];
const turn = "php occ federation:sync-addressbooks";

test("without links, or when every directory is copied, the jobs alone run", () => {
  expect(run(undefined)).toMatchObject({ status: 0, calls: ["php -f cron.php"] });
  rmSync(join(folder, "calls"));
  expect(run({ uncopied: ["0"] }).calls).toEqual(["php -f cron.php"]);
});

test("while a server is new, turns follow each other until it is copied, and end with the fourth", () => {
  const exchanged = ["0", "1", "2", "3"];
  const found = run({ uncopied: ["2"], new: ["2", "1", "0"], exchanges: ["", "41 42", ""], exchanged });
  expect(found).toMatchObject({ status: 0 });
  expect(found.calls).toEqual([
    ...begin,
    turn,
    "sleep 10",
    "php occ background-job:execute 41",
    "php occ background-job:execute 42",
    turn,
    "sleep 10",
    turn,
  ]);
  rmSync(join(folder, "calls"));
  const longer = run({ uncopied: ["1"], new: ["1"], exchanges: [""], exchanged });
  expect(longer.calls.filter((line) => line === turn)).toHaveLength(4);
});

test("a server with which nothing moves, because it never answers, costs three turns", () => {
  const { calls } = run({ uncopied: ["1"], new: ["1"], exchanges: [""], exchanged: ["5"] });
  expect(calls).toEqual([...begin, turn, "sleep 10", turn, "sleep 10", turn]);
});

test("a server that was copied before and is unavailable costs one turn", () => {
  expect(run({ uncopied: ["1"], new: ["0"], exchanges: [""], exchanged: ["2"] }).calls).toEqual([
    ...begin,
    turn,
  ]);
});

test("a job that fails stops nothing, and its token is not in the pod's log", () => {
  const { status, output, calls } = run({ uncopied: ["1"], new: ["0"], exchanges: ["41"], exchanged: ["2"] });
  expect({ status, output }).toEqual({ status: 0, output: "" });
  expect(calls).toEqual([...begin, "php occ background-job:execute 41", turn]);
});
