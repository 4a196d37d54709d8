import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { manifestFile, readArchive } from "../../../components/tenants/exit/archive.ts";
import { importTenantCommand } from "../../../scripts/tenant/import.ts";
import { tenantTools } from "../hosting.ts";
import { archiveOf } from "./leaving.ts";
import { restore } from "./restoring.ts";
import { commune, type Town } from "./town.ts";
import { usageOf } from "./usage.ts";
import { picture } from "./writing.ts";

const mebibyte = 1024 ** 2;

/** Returns the address in the association that arrived for one of the association that lives here. */
export const moved = (url: string) => url.replace("chorale.", "theatre.");

/** The key of the commune that signed an archive. */
const keyOf = (folder: string) => {
  const file = join(folder, manifestFile);
  return readArchive(file, readFileSync(file)).key;
};

/** Query of what a server of MariaDB has of an association. */
const names = "SELECT schema_name FROM information_schema.schemata UNION SELECT user FROM mysql.user";

/** An association that arrives with an archive, and has servers of its own here. */
export function arrival(town: Town): void {
  const own = { server: "db--theatre" };

  describe("an association that arrives with its archive", () => {
    test("has at its new addresses what it had, on servers of its own", async () => {
      const arrive = () =>
        importTenantCommand(tenantTools(town.hosting)).parseAsync(
          [commune, archiveOf(town), "--as", "theatre", "--key", keyOf(archiveOf(town)), "--yes"],
          { from: "user" },
        );
      await arrive();
      await expect(arrive()).rejects.toThrow("is not up: there is no Deployment t-theatre-wordpress");
      town.rewrite("theatre", (text) => `${text}dedicatedDatabase: { memory: 256 MiB, storage: 1 GiB }\n`);
      await town.up();
      await arrive();
      await town.comes(moved(town.post), 200);
      const page = await (await town.asked(moved(town.post))).text();
      expect(page).toContain("Venez à l’été.");
      expect(page).not.toContain("//chorale.");
      const [address = ""] = /https:[^"]*concert\.png/.exec(page) ?? [];
      expect(address).toContain(`//theatre.${town.domain}/`);
      expect(Buffer.from(await (await town.asked(address)).arrayBuffer()).equals(picture)).toBe(true);
      await town.comes(moved(`${town.wiki}/repetitions`), 200);
      expect(await (await town.asked(moved(`${town.wiki}/repetitions`))).text()).toContain("Le mardi.");
      const databases = await town.mariadb(names, own);
      expect(databases).toContain(town.database("theatre", "wordpress"));
      expect(databases).not.toMatch(/_(in|out)$/m);
      const shared = await town.mariadb(names);
      expect(shared).toContain(town.database("chorale", "wordpress"));
      expect(shared).not.toContain(town.database("theatre", "wordpress"));
      expect(await town.events("theatre")).toBe(await town.events("chorale"));
      expect(await town.made("theatre")).toBe(town.database("theatre", "mobilizon"));
      await town.shows("theatre", "<h2>Concert d’été</h2>");
    });

    test("has its own MariaDB measured beside what its plan gives", async () => {
      const { serverBytes, databases } = await usageOf(town, "theatre");
      expect(serverBytes).toBeGreaterThan(20 * mebibyte);
      expect(serverBytes).toBeLessThan(600 * mebibyte);
      expect(databases[town.database("theatre", "wordpress")]).toBeGreaterThan(0);
    });

    test("goes back to a point with the rows of its own MariaDB", async () => {
      const database = town.database("theatre", "wordpress");
      const titles = () => town.mariadb("SELECT post_title FROM wp_posts ORDER BY ID", { ...own, database });
      const point = await town.point("theatre", "wordpress");
      expect(point).toMatch(/-000001$/);
      const before = await titles();
      expect(before).toContain("Concert d’été");
      await town.mariadb("UPDATE wp_posts SET post_title = 'Spoilt'", { ...own, database });
      await restore(town.hosting, ["theatre", "wordpress"], "--point", point, "--with-rows");
      expect(await titles()).toBe(before);
      await restore(town.hosting, ["theatre", "wordpress"], "--point", point, "--with-rows", "--release");
      await town.comes(moved(town.post), 200);
    });
  });
}
