import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { serverScripts } from "../../../components/services/nextcloud/scripts.ts";
import { ServersOnHost } from "../../doubles/nextcloud-host/servers.ts";

// What this does not prove: that Nextcloud's own migrations go on where they were cut, and that files are found in a
// bucket. The double keeps files on disk.

const [old, next] = ["33.0.7", "34.0.2"];
const pods = ["nextcloud-0", "nextcloud-1"];

describe("the next step", () => {
  const folder = mkdtempSync("/tmp/next-step-");
  afterAll(() => rmSync(folder, { recursive: true }));

  type Found = [tables: boolean, version: string | null, begun: string | null, settings: string | null];

  /** Asks for the step of each: what is found, with the code 33.0.7.1 and the settings `now`. */
  function steps(all: readonly Found[]): string[] {
    writeFileSync(join(folder, "next-step.php"), serverScripts("")["next-step.php"]);
    const found = all.map(([tables, version, begun, settings]) => ({ tables, version, begun, settings }));
    const program = `require "${folder}/next-step.php";
      foreach (json_decode($argv[1], true) as $each) echo implode(": ", nextStep($each, "33.0.7.1", "now")), "\\n";`;
    const output = execFileSync("php", ["-r", program, JSON.stringify(found)], { encoding: "utf8" });
    return output.split("\n").slice(0, -1);
  }

  test("follows from what is there, so what was cut short comes again", () => {
    expect(
      steps([
        [false, null, null, null],
        [false, null, "install", null],
        [true, null, "install", null],
        [true, "33.0.7.1", null, null],
        [true, "33.0.7.1", null, "before"],
        [true, "33.0.7.1", null, "now"],
        [true, "33.0.6.2", null, "now"],
        [true, "32.0.13.1", null, "now"],
      ]),
    ).toEqual([
      "install: ",
      "install: ",
      "clear: ",
      "settle: ",
      "settle: ",
      "serve: ",
      "upgrade: ",
      "upgrade: ",
    ]);
  });

  test("is none where data would be overwritten, or read by code that cannot", () => {
    const refused = steps([
      [true, null, null, null],
      [false, "33.0.7.1", null, "now"],
      [true, "33.0.8.0", null, "now"],
      [true, "31.0.14.1", null, "now"],
    ]);
    expect(refused.map((line) => line.slice(0, 60))).toEqual([
      "refuse: The database holds the tables of a Nextcloud whose f",
      "refuse: The rows of Nextcloud 33.0.7.1 are gone, and its fil",
      "refuse: The rows are those of Nextcloud 33.0.8.0, and this c",
      "refuse: From Nextcloud 31.0.14.1 to 33.0.7.1 a major version",
    ]);
  });
});

describe("servers that share a database", { timeout: 600_000 }, () => {
  let servers: ServersOnHost;
  /** Output of both at the first start: everything else begins with its rows. */
  let first: Awaited<ReturnType<typeof startAll>>;
  beforeAll(async () => {
    servers = await ServersOnHost.open(old, next);
    await servers.begin("no rows");
    first = await startAll(old);
    await servers.keep();
  }, 600_000);
  afterAll(() => servers?.close());
  beforeEach(() => servers.begin("kept rows"));

  const state = async () =>
    Object.fromEntries(
      (await servers.sql("SELECT name || '=' || value FROM commune_state ORDER BY name"))
        .split("\n")
        .map((line) => line.split("=")),
    );
  const accounts = () => servers.sql("SELECT uid FROM oc_users ORDER BY uid");

  /** Makes every pod anew, and starts all at once. */
  async function startAll(version: string) {
    for (const pod of pods) servers.make(pod, version);
    return Promise.all(pods.map((pod) => servers.start(pod, version)));
  }

  test("one installs and sets, the other waits; each has its number, and a configuration that nothing writes", async () => {
    expect(first.map(({ code }) => code)).toEqual([0, 0]);
    const installed = first.filter(({ output }) => output?.includes("successfully installed"));
    expect(installed).toHaveLength(1);
    // What is in force is not set again.
    const again = await startAll(old);
    expect(again.map(({ code, output }) => [code, output])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    expect(await state()).toMatchObject({ version: expect.stringMatching(/^33\.0\.7/) });
    expect(await accounts()).toBe("admin\ncommune-federation");
    expect(pods.map((pod) => servers.file(pod, "html/config/zzz-server.config.php"))).toEqual([
      '<?php\n$CONFIG = ["serverid" => 1];\n',
      '<?php\n$CONFIG = ["serverid" => 2];\n',
    ]);
    const written = await servers.run("nextcloud-1", [
      ...["php", "occ", "config:system:set", "loglevel", "--value=0"],
    ]);
    expect(written.code).not.toBe(0);
    expect(written.output).toContain("config_is_read_only");
  });

  test.each([
    "maintenance:install config.php 1",
    "maintenance:install tables 1",
    "maintenance:install account 1",
    "maintenance:install installed 1",
    "user:add account 1",
  ])("an installation that is cut at %s begins again in a new pod, and ends", async (fault) => {
    await servers.begin("no rows");
    servers.make("nextcloud-0", old);
    expect((await servers.start("nextcloud-0", old, fault)).code).not.toBe(0);
    servers.make("nextcloud-1", old);
    const again = await servers.start("nextcloud-1", old);
    expect({ code: again.code, output: again.code === 0 ? "" : again.output }).toEqual({
      code: 0,
      output: "",
    });
    expect(await accounts()).toBe("admin\ncommune-federation");
    expect(await state()).not.toHaveProperty("begun");
  });

  test.each(["upgrade maintenance 1", "upgrade schema 1", "upgrade version 1", "upgrade config.php 2"])(
    "an upgrade that is cut at %s goes on in another pod, and older code serves nothing afterwards",
    async (fault) => {
      servers.make("nextcloud-0", next);
      await servers.start("nextcloud-0", next, fault);
      servers.make("nextcloud-1", next);
      const again = await servers.start("nextcloud-1", next);
      expect({ code: again.code, output: again.code === 0 ? "" : again.output }).toEqual({
        code: 0,
        output: "",
      });
      expect(await state()).toMatchObject({ version: expect.stringMatching(/^34\.0\.2/) });
      servers.make("nextcloud-0", old);
      const back = await servers.start("nextcloud-0", old);
      expect(back.code).toBe(1);
      expect(back.output).toContain("which is older");
    },
  );

  test("nothing is installed over the tables of another Nextcloud", async () => {
    await servers.sql("DROP TABLE commune_state");
    servers.make("nextcloud-0", old);
    const { code, output } = await servers.start("nextcloud-0", old);
    expect(code).toBe(1);
    expect(output).toContain("nothing is installed over them");
    expect(await accounts()).toBe("admin\ncommune-federation");
  });

  test("nothing is installed over the files in a bucket, but for those of an installation that was cut", async () => {
    await servers.begin("no rows");
    servers.useBucket(true);
    servers.make("nextcloud-0", old);
    const refused = await servers.start("nextcloud-0", old);
    servers.useBucket(false);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("The bucket has files.")]);
    expect(await servers.sql("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'oc\\_%'")).toBe("0");
    await servers.start("nextcloud-0", old, "maintenance:install account 1");
    servers.useBucket(true);
    servers.make("nextcloud-1", old);
    const { code } = await servers.start("nextcloud-1", old);
    servers.useBucket(false);
    expect(code).toBe(0);
  });

  test("a pod whose configuration is another release's by now serves nothing", async () => {
    servers.make("nextcloud-0", next);
    const { code, output } = await servers.start("nextcloud-0", old);
    expect(code).toBe(1);
    expect(output).toContain("nothing is served with both");
  });

  test("background jobs run on one server, on another when it is gone, and on none whose code is not that of the rows", async () => {
    await startAll(old);
    const lock = "FROM pg_locks WHERE locktype = 'advisory' AND objid = 7261002";
    const holder = () => servers.sql(`SELECT pid ${lock} AND granted`);
    const waiting = () => servers.sql(`SELECT count(*) ${lock} AND NOT granted`);
    const ran = async () => Number(await servers.sql("SELECT count(*) FROM oc_jobs WHERE last_run > 0"));
    const patiently = { timeout: 60_000, interval: 200 };
    const version = (await state()).version;
    const setVersion = (to = "") =>
      servers.sql(`UPDATE commune_state SET value = '${to}' WHERE name = 'version'`);
    await setVersion("34.0.2.1");
    const running = pods.map((pod) => servers.goOn(pod, "background.php", "1", "60"));
    try {
      await vi.waitFor(async () => expect(await waiting()).toBe("1"), patiently);
      // More than one turn.
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect(await ran()).toBe(0);
      await setVersion(version);
      await vi.waitFor(async () => expect(await ran()).toBeGreaterThan(0), patiently);
      const before = await holder();
      expect(before).toMatch(/^\d+$/);
      await servers.sql(`SELECT pg_terminate_backend(${before})`);
      await vi.waitFor(async () => expect(await waiting()).toBe("0"), patiently);
      expect(await holder()).not.toBe(before);
    } finally {
      for (const each of running) each.kill("SIGKILL");
    }
  });
});
