import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { exportTenantCommand } from "../../../scripts/tenant/export.ts";
import { verifyCommand } from "../../../scripts/tenant/verify.ts";
import { restoredInDebian } from "../debian.ts";
import { tenantTools } from "../hosting.ts";
import { commune, type Town } from "./town.ts";
import { picture } from "./writing.ts";

/** The folder of what the association took along when it served. */
export const archiveOf = ({ project }: Town) => join(project.folder, "archive");

/** Takes everything along into a folder, and looks whether it is whole. */
export async function takeAlong(town: Town, folder: string): Promise<void> {
  const words = [commune, "chorale", "--to", folder];
  await exportTenantCommand(tenantTools(town.hosting)).parseAsync(words, { from: "user" });
  await verifyCommand().parseAsync([folder], { from: "user" });
}

/** The posts in an archive's dump, and nothing else: WordPress itself writes down what it did by the clock. */
export const postsIn = (folder: string) =>
  readFileSync(join(folder, "wordpress", "base.sql"), "utf8").match(
    /^INSERT INTO `wp_posts`[\s\S]*?\);$/gm,
  ) ?? [];

const listed = async (folder: string, archive: string) =>
  (await execa("tar", ["-tf", join(folder, archive)])).stdout.split("\n");

/** Tests of what an association takes along. */
export function leaving(town: Town): void {
  const archive = archiveOf(town);

  describe("an association that leaves", () => {
    beforeAll(() => takeAlong(town, archive));

    test("takes its pages, posts, pictures and accounts along, in formats that others read", async () => {
      expect(postsIn(archive).join()).toContain("Venez à l’été.");
      const wxr = readFileSync(join(archive, "wordpress", "export.xml"), "utf8");
      expect(wxr).toContain("<title><![CDATA[Concert d’été]]></title>");
      expect(wxr.trimEnd()).toMatch(/<\/rss>$/);
      expect(await listed(archive, "wordpress/fichiers.tar")).toContainEqual(
        expect.stringMatching(/^\.\/\d{4}\/\d{2}\/concert\.png$/),
      );
      const wiki = await listed(archive, "dokuwiki/fichiers.tar");
      expect(wiki).toContain("data/pages/repetitions.txt");
      expect(wiki).toContain("conf/users.auth.php");
      expect((await listed(archive, "radicale/fichiers.tar")).join("\n")).toMatch(
        /^collections\/collection-root\//m,
      );
      expect(wiki.filter((path) => path.startsWith("data/cache"))).toEqual([]);
    });

    test("takes the rows of its agenda along as text, without what PostGIS brings itself", () => {
      const text = readFileSync(join(archive, "mobilizon", "base.sql"), "utf8");
      expect(text).toContain("Concert d’été");
      expect(text).not.toContain("spatial_ref_sys");
    });

    test("goes on in a plain Debian, by what its LISEZMOI.md says, with its posts and its picture", async () => {
      const { home, found, image } = await restoredInDebian(archive, [new URL(town.post).pathname]);
      expect(home).toContain("<title>Chorale des Gratte-Ciel</title>");
      expect(home).toContain("Concert d’été");
      expect(found).toContain("Venez à l’été.");
      expect(image).toEqual(picture);
    });
  });
}
