import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { deleteCommand } from "../../../scripts/tenant/delete.ts";
import { verifyCommand } from "../../../scripts/tenant/verify.ts";
import { tenantTools, vaultOf } from "../hosting.ts";
import { archiveOf } from "./leaving.ts";
import { type Association, commune, type Town } from "./town.ts";

/** Two associations that are erased: one with its rows on the shared MariaDB, one with servers of its own. */
export function erasure(town: Town): void {
  const erase = (id: Association, ...words: string[]) =>
    deleteCommand(tenantTools(town.hosting)).parseAsync([commune, id, ...words], { from: "user" });
  const volumes = () =>
    town.kubectl("get", "persistentvolumes", "--output=jsonpath={.items[*].spec.claimRef.namespace}");
  const proofOf = (id: Association) => join(town.project.folder, `proof-${id}`);
  const textOf = (id: Association) => readFileSync(join(proofOf(id), "LISEZMOI.md"), "utf8");
  const both = ["chorale", "theatre"] as const;

  describe("associations", () => {
    test("are erased in steps that are each applied, and the commune proves it", async () => {
      await expect(erase("chorale")).rejects.toThrow("has taken nothing along");
      await erase("chorale", "--archive", archiveOf(town));
      await erase("theatre", "--without-archive", "Elle en a déjà une.");
      await town.up();
      await town.comes(`${town.site}/`, 404);
      expect(await volumes()).toContain(`${commune}-t-chorale`);
      const server = ["get", "pods", "-n", `${commune}-db--theatre`, "--output=name"];
      expect(await town.kubectl(...server)).toBe("");
      for (const id of both) await erase(id);
      await town.up();
      for (const id of both) await erase(id);
      for (const id of both) expect(existsSync(town.file(id))).toBe(false);
      // Whose file is gone has no passwords.
      town.declare((text) => text.replace(/^secrets: .*\n/m, ""));
      await expect(erase("chorale", "--proof", proofOf("chorale"))).rejects.toThrow(
        /there is still: (namespace life-town-(pg-|t)-chorale, ){2}volume/,
      );
      const still = await erase("theatre", "--proof", proofOf("theatre")).catch(String);
      for (const space of ["db--theatre", "pg--theatre", "t-theatre"])
        expect(still).toContain(`namespace ${commune}-${space}`);
      await town.up();
      for (const id of both) {
        await vi.waitFor(() => erase(id, "--proof", proofOf(id)), { timeout: 60_000, interval: 2000 });
        await verifyCommand().parseAsync([proofOf(id)], { from: "user" });
      }
      expect(await volumes()).not.toMatch(new RegExp(`${commune}-(t-|db--|pg--)(chorale|theatre)`));
    });

    test("have what is gone in their proofs, and what vaults keep until when", async () => {
      const chorale = textOf("chorale");
      expect(chorale).toContain("la base de données `t");
      expect(chorale).toContain("t-chorale-dokuwiki-storage");
      expect(chorale).toMatch(/- à refuge-town, `t-chorale-wordpress\/files-\d{4}q\d`, jusqu’au /);
      expect(await vaultOf(town.hosting).once()).toContainEqual(
        expect.stringMatching(/^ended-t-chorale-wordpress-files-\d{4}q\d$/),
      );
      const theatre = textOf("theatre");
      for (const server of ["db--theatre", "pg--theatre"])
        expect(theatre).toMatch(
          new RegExp(
            `- l’espace \`${commune}-${server}\` \\(\\S+\\), celui de son serveur de base de données ;`,
          ),
        );
      expect(theatre).toContain("db--theatre-data");
    });

    test("leave nothing on the server that all share", async () => {
      const names = "SELECT schema_name FROM information_schema.schemata UNION SELECT user FROM mysql.user";
      expect(await town.mariadb(names)).not.toMatch(/^t[0-9a-f]{20}/m);
    });
  });
}
