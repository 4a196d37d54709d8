import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Devices, unknownTo } from "./devices.ts";
import type { Town } from "./town.ts";

/** A server beside the one that serves, and the log up to a moment: beside other files on two processors that takes minutes. */
const whileOthersRun = 20 * 60_000;

/** Tests of a service that goes back: to a restore point, all of it or a part, or to a moment between two. */
export function restoring(town: Town): void {
  const { guest } = town;
  const inPhp = (script: string) => town.inPhp(script);
  const sql = (text: string, database?: string) => town.sql(text, database);
  const folder = "anna/files/Mairie";
  const sums = (which: string) =>
    inPhp(`cd /var/www/data && find . ${which} -type f -exec sha256sum {} + | sort -k 2`);
  /** Nextcloud writes its log, and what it knows of a folder's files, whenever it is told to read one; small pictures anew. */
  const apart = (where: string) =>
    `-not -path './${where}/*' -not -path '*/.restore-*' -not -path './appdata_*/preview/*' -not -name '*.log'`;
  const files = () => sums("-path './anna/*'");
  const rows = () => sql("SELECT count(*), sum(hashtext(text)) FROM minutes");
  const code = () =>
    inPhp("cat /var/www/html/core/signature.json; php /var/www/html/occ status --output=json | tail -n 1");
  const all = async () => [await files(), await rows(), await code()];
  const neighbour = () => sql("SELECT count(*), sum(hashtext(text)) FROM kept", "neighbour");
  const leftAside = () =>
    sql("SELECT count(*) FROM pg_database WHERE datname LIKE 'nextcloud-%'", "postgres");
  const fingerprint = async () =>
    (await inPhp("php /var/www/html/occ config:system:get data-fingerprint || true")).trim();

  /** Rows, table by table, but for what the service writes of itself and what it reads again of somebody's folder. */
  const tables = () =>
    sql(
      `SELECT table_name, md5(query_to_xml(format('SELECT * FROM %I AS each %s ORDER BY each::text', table_name,
         CASE table_name WHEN 'oc_filecache' THEN $$WHERE path <> '' AND path NOT LIKE 'files%'$$ ELSE '' END),
         true, false, '')::text)
         FROM information_schema.tables
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
          AND table_name NOT IN ('oc_jobs', 'oc_appconfig', 'oc_authtoken', 'oc_mimetypes', 'oc_storages') ORDER BY 1`,
    );

  const unknown = (...words: string[]) => unknownTo(town, ...words);
  const nothing = [0, 0, 0, 0];

  describe("a service goes back", () => {
    /** The point that they go back to, and what was there then. */
    let id: string;
    let then: { all: string[]; folder: string; neighbour: string };
    /** Somebody's, which sync before, while and after it goes back. */
    let devices: Devices;

    /** Small pictures that were seen before the point, since, and never. */
    const pictures = () => Promise.all([32, 64, 128].map((size) => devices.picture("then", size)));
    const seen = [32, 64, 128].map((size) => `preview of then, ${size}-${size}.png`);

    beforeAll(async () => {
      await inPhp(
        "mkdir -p /var/www/data/anna/files; for i in $(seq 300); do head -c 5000 /dev/urandom > /var/www/data/anna/files/$i; done",
      );
      await sql(
        "SET ROLE nextcloud; CREATE TABLE minutes AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id",
      );
      await inPhp(
        "cd /var/www/data/anna/files && mkdir -p Mairie && for i in 1 2 3; do head -c 5000 /dev/urandom > Mairie/$i; done",
      );
      await inPhp(
        "OC_PASS='un mot de passe de Berthe' php /var/www/html/occ user:add --password-from-env berthe; mkdir -p /var/www/data/berthe/files; for i in $(seq 50); do head -c 5000 /dev/urandom > /var/www/data/berthe/files/$i; done",
      );
      await inPhp("OC_PASS='un mot de passe d Anna' php /var/www/html/occ user:add --password-from-env anna");
      devices = await Devices.of(town, "camille");
      await devices.write("then", "then");
      await devices.picture("then", 32);
      await sql("CREATE DATABASE neighbour", "postgres");
      await sql(
        "CREATE TABLE kept AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id",
        "neighbour",
      );
      id = await town.point();
      then = { all: await all(), folder: await sums(`-path './${folder}/*'`), neighbour: await neighbour() };
    });

    afterAll(() => devices?.end());

    test("to the files of a point, and those of now come again", async () => {
      await devices.write("since", "since");
      await devices.picture("then", 64);
      await inPhp("cd /var/www/data/anna/files && rm 1 2 3 && echo changed > 4 && echo new > since");
      const now = await all();
      expect(now).not.toEqual(then.all);
      const began = Date.now();
      const { said, code: exit } = await devices.during(town.restore("--point", id));
      console.log(`Restore of files: ${Date.now() - began} ms\n${said}`);
      expect(exit).toBeUndefined();
      await devices.settle();
      expect(devices.lost(["then", "since"])).toEqual([]);
      expect(devices.events).toEqual([0, 1].map(() => ["since", "then"]));
      expect(said).toContain("come back: 3 files that went since");
      expect(await all()).toEqual(then.all);
      expect(await unknown("--all")).toEqual(nothing);
      expect(await pictures()).toEqual(seen);
      expect(await fingerprint()).toMatch(/^[0-9a-f]{32}$/);
      await town.restore("--point", id, "--undo");
      expect(await all()).toEqual(now);
      expect(await unknown("--all")).toEqual(nothing);
      expect(await pictures()).toEqual(seen);
      await town.restore("--point", id, "--release");
      expect(await inPhp("ls -a /var/www/data")).not.toContain(".restore-");
    });

    test("to one person's folder of a point while it serves, and everything else is equal to the byte, rows too", async () => {
      await inPhp(
        "cd /var/www/data/anna/files && rm Mairie/1 && echo changed > Mairie/2 && echo changed > 5",
      );
      const inFolder = () => sums(`-path './${folder}/*'`);
      const outside = async () => [await sums(apart(folder)), await tables()];
      const [now, elsewhere] = [await inFolder(), await outside()];
      const { said, code: exit } = await town.restore("--point", id, "--only", folder);
      expect([exit, said]).toEqual([undefined, expect.stringContaining("1 that went since come back")]);
      expect(await inFolder()).toBe(then.folder);
      expect(await outside()).toEqual(elsewhere);
      expect(await unknown(`--path=${folder}`)).toEqual(nothing);
      expect(await pictures()).toEqual(seen);
      await town.restore("--point", id, "--only", folder, "--undo");
      expect(await inFolder()).toBe(now);
      expect(await outside()).toEqual(elsewhere);
      expect(await unknown(`--path=${folder}`)).toEqual(nothing);
      await town.restore("--point", id, "--only", folder, "--release");
    });

    test("to a point with its rows, its neighbour on the server does not, and forth again", async () => {
      await sql("DELETE FROM minutes WHERE id > 400; INSERT INTO minutes VALUES (0, 'new')");
      // All of a folder, so that there is none to bring into.
      await inPhp("rm -r /var/www/data/anna/files");
      const now = await all();
      const began = Date.now();
      const { said } = await devices.during(town.restore("--point", id, "--with-rows"));
      console.log(`Files and rows back: ${Date.now() - began} ms\n${said}`);
      await devices.settle();
      await devices.write("after", "after");
      expect(devices.lost(["then", "since", "after"])).toEqual([]);
      expect(devices.events).toEqual([0, 1].map(() => ["after", "then"]));
      expect(await all()).toEqual(then.all);
      expect(await unknown("--all")).toEqual(nothing);
      expect(await pictures()).toEqual(seen);
      expect(await neighbour()).toBe(then.neighbour);
      const owner =
        "SELECT rolname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = 'nextcloud'";
      expect(await sql(owner)).toBe("nextcloud");
      expect(await fingerprint()).toMatch(/^[0-9a-f]{32}$/);
      await town.restore("--point", id, "--undo");
      expect(await all()).toEqual(now);
      expect(await unknown("--all")).toEqual(nothing);
      expect(await pictures()).toEqual(seen);
      await town.restore("--point", id, "--release");
      expect(await leftAside()).toBe("0");
    });

    test("to a folder that is gone altogether", async () => {
      const outside = async () => [await sums(apart("anna")), await tables(), await rows()];
      const before = await outside();
      await town.restore("--point", id, "--only", "anna/files");
      expect(await files()).toBe(then.all[0]);
      expect(await outside()).toEqual(before);
      expect(await unknown("--path=anna/files")).toEqual(nothing);
      await town.restore("--point", id, "--only", "anna/files", "--release");
    });

    test(
      "to a second before a wrong occ command, with the files of the point before; its neighbour on the server does not, and everybody else's files are equal to the byte",
      async () => {
        const berthe = async () => [
          // Other accounts get passwords anew when the service starts.
          await sql("SELECT * FROM oc_users WHERE uid = 'berthe'"),
          await sums("-path './berthe/*'"),
        ];
        const before = await berthe();
        const at = await town.moment();
        // The double leaves a deleted account's home, which the real command removes (UserDeletedFilesCleanupListener).
        await inPhp("php /var/www/html/occ user:delete berthe && rm -r /var/www/data/berthe");
        await sql("CREATE TABLE since AS SELECT 1 AS n", "neighbour");
        const now = await berthe();
        expect(now).not.toEqual(before);
        await town.shipped(at);
        // Camille's devices wrote a file after the point, which goes with its files.
        const others = () => sums(`${apart("berthe")} -not -path './camille/files/since.txt'`);
        const elsewhere = await others();
        const began = Date.now();
        const { said, code: exit } = await town.restore("--point", id, "--at", at);
        console.log(`Rows of a moment, and files: ${Date.now() - began} ms\n${said}`);
        expect(exit).toBeUndefined();
        expect(said).toMatch(/public\.oc_users: \d+ then, \d+ now/);
        expect(await berthe()).toEqual(before);
        expect(await others()).toBe(elsewhere);
        expect(await sql("SELECT n FROM since", "neighbour")).toBe("1");
        expect(await fingerprint()).toMatch(/^[0-9a-f]{32}$/);
        const objects = ["get", "secrets,networkpolicies,jobs,configmaps", "-o", "name"];
        expect(await town.kubectl("-n", `${guest}-database`, ...objects)).not.toContain("moment-");
        expect(await unknown("--all")).toEqual(nothing);
        expect(await pictures()).toEqual(seen);
        await devices.settle();
        expect(devices.lost(["then", "since", "after"])).toEqual([]);
        // Rows are those of the moment, and a calendar has what the server has.
        expect(devices.events).toEqual([0, 1].map(() => ["since", "then"]));
        await town.restore("--point", id, "--at", at, "--undo");
        expect(await berthe()).toEqual(now);
        await town.restore("--point", id, "--at", at, "--release");
        expect(await leftAside()).toBe("0");
      },
      whileOthersRun,
    );
  });
}
