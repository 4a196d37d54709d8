import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { undoCommand } from "../../../scripts/undo.ts";
import { Devices, unknownTo } from "./devices.ts";
import { type Town, version } from "./town.ts";

/** An upgrade that does not come to an end, and is undone with `commune undo`. */
export function undo(town: Town): void {
  const { guest } = town;
  const inPhp = (script: string) => town.inPhp(script);
  /** Files, rows and code, each in one line. */
  const all = async () => [
    await inPhp("cd /var/www/data && find anna -type f -exec sha256sum {} + | sort -k 2 | sha256sum"),
    await town.sql("SELECT count(*), sum(hashtext(text)) FROM minutes"),
    await inPhp("cat /var/www/html/core/signature.json"),
    await inPhp("php /var/www/html/occ status --output=json | tail -n 1"),
  ];

  /** An update that somebody breaks off when its migrations have failed: they would be tried again for half an hour. */
  const brokenOff = async () => {
    const running = town.project.start("up", "--yes", "--skip-preview", "-s", guest);
    const path = 'jsonpath={..initContainerStatuses[?(@.name=="configure")]}';
    const failed = async () => {
      const said = await town.kubectl("-n", town.namespace, "get", "pods", "-o", path);
      expect(said).toContain('"exitCode":1');
    };
    await vi.waitFor(failed, { timeout: 240_000, interval: 1000 });
    expect(running.exitCode).toBeNull();
    running.kill("SIGINT");
    return running;
  };

  describe("an upgrade", () => {
    /** Somebody's, which sync before, while and after it is undone. */
    let devices: Devices;

    beforeAll(async () => {
      devices = await Devices.of(town, "denise");
      await devices.write("earlier", "earlier");
      await devices.picture("earlier", 32);
    });

    afterAll(() => devices?.end());

    test("takes a point first, fails, and is undone: declaration, version, rows and files are as before, a secret that it raised stays raised, and devices that sync meanwhile lose nothing", {
      // Three updates and a way back: beside other files on two processors they take over ten minutes.
      timeout: 20 * 60_000,
    }, async () => {
      const before = await all();
      expect(before[3]).toContain(`"versionstring":"${version}"`);
      await inPhp("php /var/www/html/occ config:app:set double fail_upgrade --value=yes");
      const password = "nextcloud/database-password";
      town.declare({ version: "34.0.2" }, {}, { secrets: { [password]: 2 } });
      const preview = await town.project.succeed("preview", "-s", guest);
      const job = /is at a vault \(Job (restore-point-[0-9a-f]{8}-before)\)/.exec(preview)?.[1] ?? "";
      expect(preview).toMatch(new RegExp(`\\+ +kubernetes:batch/v1:Job +${guest}-nextcloud-${job}`));
      const { exitCode, all: output } = await brokenOff();
      expect(exitCode, output).not.toBe(0);
      // What a migration does to data before it stops.
      await town.sql("UPDATE minutes SET text = 'migrated' WHERE id % 2 = 0; CREATE TABLE half (id int)");
      const began = Date.now();
      const { said } = await devices.during(town.recovering.run(undoCommand, [guest, "--yes"]));
      console.log(`Undone: ${Date.now() - began} ms\n${said}`);
      expect(said).toContain("The last update was not completed");
      expect(said).toContain(`The secret ${password} keeps version 2`);
      const declaration = join(town.project.folder, "stacks", guest, "commune.yaml");
      const declared = readFileSync(declaration, "utf8");
      expect(declared).toContain(`version: ${version}`);
      expect(declared).toContain(`${password}: 2`);
      const changed = (await town.git("diff", "--numstat", "--", `stacks/${guest}`)).stdout;
      // Nothing but the secret is another than what is committed.
      expect(changed).toMatch(/^[12]\t0\tstacks\/\w+\/commune\.yaml$/);
      expect(await all()).toEqual(before);
      // Its door was shut meanwhile.
      const door = async () => {
        const asked = { method: "GET", headers: {} };
        return (await town.recovering.fetch(`https://cloud.${guest}.test/status.php`, asked)).text();
      };
      await expect.poll(door, { timeout: 30_000 }).toContain('"maintenance":false');
      await devices.settle();
      await devices.write("later", "later");
      expect(devices.lost(["earlier", "later"])).toEqual([]);
      expect(devices.events).toEqual([0, 1].map(() => ["earlier", "later"]));
      expect(await unknownTo(town, "--all")).toEqual([0, 0, 0, 0]);
      expect(await devices.picture("earlier", 64)).toBe("preview of earlier, 64-64.png");
      expect(await town.project.succeed("preview", "-s", guest)).not.toContain("restore point");
    });
  });
}
