import { describe, expect, test } from "vitest";
import { recoveryCommand } from "../../../scripts/recovery.ts";
import { restoreCommand } from "../../../scripts/restore.ts";
import { type Hosting, pointTools, told } from "../hosting.ts";
import { type Association, commune, type Town } from "./town.ts";

/** Brings an application back to one of its points, whose id it is given. */
export const restore = (
  hosting: Hosting,
  [id, application]: readonly [Association, string],
  ...words: string[]
) =>
  told(restoreCommand(pointTools(hosting)), [
    ...[commune, "--service", `t-${id}-${application}`, "--yes"],
    ...words,
  ]);

/** Tests of an association that goes back to its first restore points. */
export function restoring(town: Town): void {
  /** The first point of an application. */
  const firstOf = async (application: string) => {
    const words = ["points", commune, "--tenant", "chorale"];
    const listed = await told(recoveryCommand(pointTools(town.hosting)), words);
    const first = new RegExp(`t-chorale-${application}: 1 restore point\n {2}(\\S+)`).exec(listed)?.[1];
    if (first === undefined) throw new Error(listed);
    return first;
  };
  const back = (application: string, ...words: string[]) =>
    restore(town.hosting, ["chorale", application], ...words);

  describe("to a restore point goes back", () => {
    test("what it wrote in its wiki, and nothing else of it changes", async () => {
      const point = await firstOf("dokuwiki");
      const before = await town.files();
      await town.inPod("dokuwiki", "cd /storage/data/pages && rm repetitions.txt && echo new > later.txt");
      const said = await back("dokuwiki", "--point", point);
      expect(said).toMatch(/kept aside: 1 file that came since\n {2}come back: 1 file that went since/);
      expect(said).not.toContain("rows stay");
      expect(await town.files()).toEqual(before);
      await town.comes(`${town.wiki}/repetitions`, 200);
      await back("dokuwiki", "--point", point, "--release");
    });

    test("its site with its rows, and to what was there before, and nothing else of it changes", async () => {
      const point = await firstOf("wordpress");
      const database = town.database("chorale", "wordpress");
      const seen = async () => ({
        files: await town.files(),
        rows: await town.rows("wp_posts", "wp_postmeta", "wp_users"),
      });
      const databases = () =>
        town.mariadb(
          "SELECT schema_name FROM information_schema.schemata UNION SELECT CONCAT(user, '@', host) FROM mysql.user",
        );
      const later = () => town.mariadb("SHOW TABLES LIKE 'later'", { database });
      const [before, names] = [await seen(), await databases()];
      await town.mariadb(
        "UPDATE wp_posts SET post_title = 'Spoilt' WHERE post_title = 'Concert d’été'; CREATE TABLE later (id INT)",
        { database },
      );
      const uploads = "cd /usr/src/wordpress/wp-content/uploads";
      await town.inPod("wordpress", `${uploads} && echo new > later.txt`);
      const spoilt = await seen();
      expect(spoilt).not.toEqual(before);
      const words = ["--point", point, "--with-rows"];
      const began = Date.now();
      const said = await back("wordpress", ...words);
      console.log(`A site's files and rows back: ${Date.now() - began} ms.`);
      expect(said).toContain("Files and rows are the point's.");
      expect(await seen()).toEqual(before);
      await town.comes(town.post, 200);
      expect(await later()).toBe("");
      await back("wordpress", ...words, "--undo");
      expect(await seen()).toEqual(spoilt);
      expect(await later()).toBe("later");
      await back("wordpress", ...words, "--release");
      expect(await databases()).toBe(names);
      await town.inPod("wordpress", `${uploads} && rm later.txt`);
      await town.mariadb(
        "UPDATE wp_posts SET post_title = 'Concert d’été' WHERE post_title = 'Spoilt'; DROP TABLE later",
        { database },
      );
      expect(await seen()).toEqual(before);
    });

    test("its agenda with its rows and places, on PostgreSQL, and to what was there before", async () => {
      const point = await firstOf("mobilizon");
      const before = await town.events("chorale");
      const own = town.database("chorale", "mobilizon");
      await town.postgresql(
        "chorale",
        `SET ROLE ${own}; UPDATE events SET title = 'Spoilt'; CREATE TABLE later (id int)`,
      );
      const spoilt = await town.events("chorale");
      const words = ["--point", point, "--with-rows"];
      expect(await back("mobilizon", ...words)).toContain("Files and rows are the point's.");
      expect(await town.events("chorale")).toBe(before);
      await town.shows("chorale", "<h2>Concert d’été</h2>");
      await back("mobilizon", ...words, "--undo");
      expect(await town.events("chorale")).toBe(spoilt);
      await back("mobilizon", ...words);
      await back("mobilizon", ...words, "--release");
      expect(await town.events("chorale")).toBe(before);
      expect(await town.made("chorale")).toBe(own);
    });
  });
}
