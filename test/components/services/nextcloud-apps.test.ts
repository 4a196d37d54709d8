import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { scriptsFolder } from "../../../components/services/nextcloud/configuration.ts";
import { podScripts } from "../../../components/services/nextcloud/scripts.ts";

// What this does not prove: that a signature is checked. test/cluster/nextcloud-server.test.ts does, with the double's.

let folder: string;
let store: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commune-apps-"));
  store = join(folder, "html", "custom_apps", ".archives");
  for (const path of [store, join(folder, "scripts"), join(folder, "bin")])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(folder, "scripts", "major"), "33\n");
  writeFileSync(join(folder, "scripts", "apps.txt"), "calendar 6.0.0 https://example.org/calendar.tar.gz\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An archive of the app, with or without what its publisher signed. */
function archive(signed: boolean): Buffer {
  const app = join(folder, "app", "calendar", "appinfo");
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, "info.xml"), "<info><version>6.0.0</version></info>");
  if (signed) writeFileSync(join(app, "signature.json"), "{}");
  return execFileSync("tar", ["-cz", "-C", join(folder, "app"), "calendar"]);
}

/** Runs the step that unpacks, with a PHP that finds every signature right. */
function place(content: Buffer) {
  writeFileSync(join(store, "calendar-6.0.0.tar.gz"), content);
  const php = join(folder, "bin", "php");
  writeFileSync(php, '#!/bin/sh\ncase "$*" in *version.php*) echo 33 ;; *check-app*) echo "[]" ;; esac\n');
  chmodSync(php, 0o755);
  const text = podScripts()
    ["apps.sh"].replaceAll("/var/www/html", join(folder, "html"))
    .replaceAll(scriptsFolder, join(folder, "scripts"));
  writeFileSync(join(folder, "apps.sh"), text);
  const { status, stdout } = spawnSync("sh", [join(folder, "apps.sh"), "place"], {
    encoding: "utf8",
    env: { PATH: `${join(folder, "bin")}:${process.env.PATH}` },
  });
  const left = execFileSync("ls", ["-A", store], { encoding: "utf8" }).split("\n").filter(Boolean);
  const isIn = existsSync(join(folder, "html", "custom_apps", "calendar", "appinfo", "info.xml"));
  return { status, stdout, left, isIn, half: existsSync(join(folder, "html", "custom_apps", ".new")) };
}

test("an archive that was cut short is fetched again, and not refused for ever", () => {
  const whole = archive(true);
  const found = place(whole.subarray(0, whole.length - 20));
  expect(found).toMatchObject({ status: 0, left: [], isIn: false, half: false });
  expect(found.stdout).toContain(
    "app calendar 6.0.0: its archive could not be unpacked; it is fetched again",
  );
  expect(place(whole)).toMatchObject({ status: 0, left: ["calendar-6.0.0.tar.gz"], isIn: true });
});

test("an archive that nobody signed is refused, and not fetched again", () => {
  expect(place(archive(false))).toMatchObject({
    left: ["calendar-6.0.0.tar.gz.refused"],
    isIn: false,
    half: false,
  });
});
