import { describe, expect, test } from "vitest";
import { services, type Town } from "./town.ts";

/** A commune whose rows are on a server that somebody else runs. */
export function outside(town: Town): void {
  const { guest, server } = town;

  describe("a commune on a server outside", () => {
    test("has its rows there, each service as itself, over encrypted connections only", async () => {
      // Those of the moment are looked at, and the server takes no other.
      const connected =
        "SELECT ssl, string_agg(DISTINCT usename, ' ' ORDER BY usename) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL GROUP BY ssl";
      // Nextcloud's are as short as its requests.
      await expect
        .poll(() => server.sql("postgres", connected), { timeout: 60_000 })
        .toMatch(/^t\|mastodon( nextcloud)? peertube$/);
      expect(await server.answerTo("nextcloud", "require")).toBe("1");
      expect(await server.answerTo("nextcloud", "disable")).toMatch(/pg_hba\.conf rejects connection/);
      const tables = (owner: string) => `SELECT count(*) > 5 FROM pg_tables WHERE tableowner = '${owner}'`;
      const filled = await Promise.all(services.map((name) => server.sql(name, tables(name))));
      expect(filled).toEqual(["t", "t", "t"]);
      const namespaces = await town.kubectl(
        ...["get", "namespaces", `--selector=commune.cloud/commune=${guest}`],
        "--output=jsonpath={.items[*].metadata.name}",
      );
      expect(namespaces.split(" ").sort()).toEqual(
        ["federation", "mastodon", "nextcloud", "peertube"].map((service) => `${guest}-${service}`),
      );
    });

    test("writes nothing to a server that cannot prove its name", async () => {
      const connect = (host: string) => [
        ...["php", "-r"],
        `new PDO("pgsql:host=${host};dbname=nextcloud", "nextcloud", "${server.passwordOf("nextcloud")}"); echo "connected";`,
      ];
      const inPhp = (host: string) =>
        town.within(`${guest}-nextcloud`, "deploy/nextcloud", "php", connect(host));
      // It connects before it runs what it is given.
      const inRails = (host: string) =>
        town.within(`${guest}-mastodon`, "deploy/mastodon-web", "puma", [
          "env",
          `DB_HOST=${host}`,
          "bin/rails",
          "runner",
          "puts 1",
        ]);
      // The same server, by the name that it can prove and by one that it cannot.
      const other = `${server.host}.cluster.local`;
      expect(await inPhp(server.host)).toMatchObject({ said: "connected", failed: false });
      expect(await inPhp(other)).toMatchObject({
        said: expect.stringContaining(`does not match host name "${other}"`),
        failed: true,
      });
      expect(await inRails(server.host)).toMatchObject({ said: expect.stringMatching(/1$/), failed: false });
      expect(await inRails(other)).toMatchObject({
        said: expect.stringMatching(/does not match certificate's altnames/),
        failed: true,
      });
    });
  });
}
