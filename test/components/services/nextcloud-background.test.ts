import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test, vi } from "vitest";
import { scriptsFolder } from "../../../components/services/nextcloud/configuration.ts";
import { serverScripts } from "../../../components/services/nextcloud/scripts.ts";
import { nextcloudServers } from "../../../components/services/nextcloud/servers.ts";
import { spec } from "./nextcloud-spec.ts";

const folder = mkdtempSync(join(tmpdir(), "nextcloud-background-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A double of the database, which gives every lock and keeps what it was asked. */
const state = `<?php
const CHANGES = 1;
const JOBS = 2;
class Given { function fetchColumn() { return true; } }
class Double { function query(string $asked) { file_put_contents("${folder}/asked", "$asked\\n", FILE_APPEND); return new Given; } }
function keptAlive($database) { return $database; }
function found($database) { return ["version" => "1"]; }
function codeVersion() { return "1"; }
`;

test("background jobs that hang are ended, so that an update and the next ones go on", {
  timeout: 30_000,
}, async () => {
  const script = serverScripts("")["background.php"].replaceAll(scriptsFolder, folder);
  writeFileSync(join(folder, "background.php"), script);
  writeFileSync(join(folder, "state.php"), state);
  writeFileSync(join(folder, "database.php"), "<?php return new Double;");
  // PHP that waits for an answer that never comes is a process of the script's.
  writeFileSync(join(folder, "jobs.sh"), `echo began >> ${folder}/began\nsleep 600\necho ended\n`);
  const running = execa("php", [join(folder, "background.php"), "1", "1"], { reject: false });
  try {
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    await vi.waitFor(() => expect(read("began")).toBe("began\nbegan\n"), { timeout: 20_000, interval: 100 });
    expect(read("asked")).toContain("pg_advisory_unlock_shared(1)");
  } finally {
    running.kill("SIGTERM");
  }
  expect((await running).stdout).toContain("were ended after 1 s");
});

test("they have as long as where one server runs them", () => {
  const servers = JSON.stringify(nextcloudServers(spec));
  expect(servers).toContain(`background.php ${spec.sharing.everyMinutes * 60} 3600 & wait`);
});
