import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { byPattern, filesOf, probeOf } from "./fronts.ts";
import { withHelm } from "./stacks.ts";

beforeAll(() => withHelm(), 20 * 60_000);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const files = () => filesOf("paheko: {}");

/** Commands that answer for its file's version as Paheko 1.3.22.1 does: without a number for one that is to be upgraded. */
const said = {
  older: `printf '\\033[91mThe database requires an upgrade. Run "upgrade" command first.\\033[0m\\n'; exit 1`,
  same: "echo 1.3.22.1",
  newer: "echo 1.3.30",
};

/** Runs what comes before each start, beside a file that is there, with a program that answers as Paheko does. */
function installed(of: keyof typeof said) {
  const folder = mkdtempSync(join(tmpdir(), "paheko-"));
  folders.push(folder);
  for (const each of ["data", "root", "bin"]) mkdirSync(join(folder, each));
  writeFileSync(join(folder, "data/association.sqlite"), "");
  writeFileSync(join(folder, "root/VERSION"), "1.3.22.1\n");
  const php = `#!/bin/sh
echo "$*" >> ${folder}/asked
case "$*" in
  *version) ${said[of]} ;;
  *upgrade) exit ${of === "older" ? 2 : 0} ;;
esac
`;
  writeFileSync(join(folder, "bin/php"), php, { mode: 0o755 });
  const script = (files()["install.sh"] ?? "")
    .replace("root=/usr/share/paheko", `root=${folder}/root`)
    .replace("data=/var/lib/paheko", `data=${folder}/data`);
  const { status } = spawnSync("sh", ["-c", script], {
    env: { PATH: `${join(folder, "bin")}:${process.env.PATH}` },
  });
  const asked = readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
  return { status, asked };
}

test("a file of an older version is upgraded, and one of a newer version is left alone", () => {
  const upgrade = "bin/paheko upgrade";
  const older = installed("older");
  expect(older.status).toBe(0);
  expect(older.asked.at(-1)).toContain(upgrade);
  expect(installed("same").status).toBe(0);
  const newer = installed("newer");
  expect(newer.status).toBe(1);
  expect(newer.asked.join()).not.toContain(upgrade);
});

test("sessions are where it may write, in its pages and before it starts", () => {
  expect(files()["apache.conf"]).toContain("php_admin_value session.save_path /tmp");
  const { asked } = installed("older");
  for (const words of asked) expect(words).toContain("-d session.save_path=/tmp");
});

test.each(["/admin/login.php", "/admin/login.php/x", "/admin/login_otp.php"])(
  "passwords cannot be guessed at %s",
  (path) => {
    expect(byPattern(files()["nginx.conf"] ?? "", path)).toContain("zone=logins");
  },
);

test("guesses of a password do not make it look as if it did not answer", () => {
  expect(byPattern(files()["nginx.conf"] ?? "", probeOf("paheko: {}"))).toBe("");
});

test("what visitors ask for is told to none of them, and no password to a server elsewhere", () => {
  expect(files()["apache.conf"]).toMatch(/<Location \/server-status>\s+Require all denied/);
  expect(files()["config.local.php"]).toContain("[['password.check' => 'Paheko\\nobody_is_asked']]");
});

test("what is made anew is no part of what it keeps, and its plugins are the archive's", () => {
  const settings = files()["config.local.php"] ?? "";
  expect(settings).toContain("const SHARED_CACHE_ROOT = CACHE_ROOT . '/shared';");
  expect(settings).toContain("const PLUGINS_ROOT = '/usr/share/paheko/data/plugins';");
});
