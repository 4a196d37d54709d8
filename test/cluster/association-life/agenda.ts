import { writeFileSync } from "node:fs";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { type Association, choraleText, commune, type Town } from "./town.ts";

/** An application whose rows are on a PostgreSQL with PostGIS, which is the association's own. */
export function agenda(town: Town): void {
  const sql = (statement: string) => town.postgresql("chorale", statement);

  describe("an agenda", () => {
    test("finds its extensions made and its rows its own, on a server that nobody else reaches", async () => {
      await town.shows("chorale", "<h2>Concert d’été</h2>");
      await town.shows("chorale", "<title>Chorale des Gratte-Ciel</title>");
      const name = town.database("chorale", "mobilizon");
      expect(await town.made("chorale")).toBe(name);
      expect(
        await sql(`SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = '${name}'`),
      ).toBe("f|f|f");
      expect(await sql("SELECT email, role FROM users")).toBe("bureau@chorale.test|administrator");
      const server = `database.${commune}-pg--chorale.svc`;
      const tries = async (id: Association, [application, container]: string[], ...words: string[]) => {
        const { environment: env } = town.project;
        const where = ["-n", `${commune}-t-${id}`, `deployment/t-${id}-${application}`, "-c", `${container}`];
        return (await execa("kubectl", ["exec", ...where, "--", ...words], { env, reject: false })).exitCode;
      };
      // Who is let in waits for the server to say something, until the time is over (28); who is not is refused (7).
      const curl = ["curl", "--silent", "--max-time", "4", `telnet://${server}:5432`];
      const neighbour = tries("cinema", ["site", "front"], ...curl);
      const own = tries(
        "chorale",
        ["mobilizon", "mobilizon"],
        "pg_isready",
        `--host=${server}`,
        "--timeout=4",
      );
      expect(await Promise.all([neighbour, own])).toEqual([7, 0]);
    });

    test("goes from PostgreSQL 15 to 17, to another PostGIS, with its rows and places", async () => {
      expect(await sql("SHOW server_version_num")).toMatch(/^15/);
      const [before, postgis] = [await town.events("chorale"), await sql("SELECT postgis_lib_version()")];
      writeFileSync(town.file("chorale"), choraleText('version: "17", upgradeFrom: "15"'));
      await town.up();
      expect(await sql("SHOW server_version_num")).toMatch(/^17/);
      expect(await sql("SELECT postgis_lib_version()")).not.toBe(postgis);
      expect(await town.events("chorale")).toBe(before);
      expect(before).toContain("Concert d’été");
      expect(await town.made("chorale")).toBe(town.database("chorale", "mobilizon"));
      await town.shows("chorale", "<h2>Concert d’été</h2>");
    });
  });
}
