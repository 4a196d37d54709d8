import { describe, expect, test } from "vitest";
import { chainOf, manifestOf, newest } from "../../../components/recovery/points/chain.ts";
import { heldAt } from "../../../components/recovery/points/read.ts";
import { recoveryCommand } from "../../../scripts/recovery.ts";
import { pointTools, told, vaultOf } from "../hosting.ts";
import { commune, host, type Town } from "./town.ts";

const applications = ["dokuwiki", "mobilizon", "radicale", "wordpress"];

/** The newest manifest of an application, opened with the password that lies in the association's namespace. */
async function newestManifest(town: Town, application: string) {
  const { hosting } = town;
  const owner = { commune, service: `t-chorale-${application}` };
  const { publicKey } = hosting.outputs.federation as unknown as { publicKey: string };
  const held = [await heldAt(vaultOf(hosting), owner.service)];
  const last = newest(chainOf(held, { owner, publicKey }));
  const secret = ["secret", "-n", `${commune}-t-chorale`, `restore-point-${application}`];
  const password = await town.kubectl("get", ...secret, "-o=jsonpath={.data.repository-password}");
  if (last === undefined) throw new Error("no point");
  return manifestOf(last, Buffer.from(password, "base64").toString("utf8"));
}

/** Restore points of what an association has. */
export function points(town: Town): void {
  const recovery = (...words: string[]) => told(recoveryCommand(pointTools(town.hosting)), words);

  describe("its restore points", () => {
    test("are taken of each application on demand, whole, and are at the vault", async () => {
      const began = Date.now();
      const said = await recovery("point", commune, "--tenant", "chorale");
      console.log(`Restore points of four applications: ${Date.now() - began} ms.`);
      expect(said.split("\n").sort()).toEqual(
        applications.map((each) => expect.stringMatching(new RegExp(`^t-chorale-${each}: .*Z-000001$`))),
      );
      const { parts } = await newestManifest(town, "wordpress");
      const [dump, uploads] = parts;
      const counted = await town.mariadb(
        "SELECT CONCAT((SELECT COUNT(*) FROM wp_posts), ' ', (SELECT COUNT(*) FROM wp_users))",
        { database: town.database("chorale", "wordpress") },
      );
      const { wp_posts, wp_users } = dump?.kind === "dump" ? dump.rows : {};
      expect(dump).toMatchObject({ kind: "dump", engine: "mariadb" });
      expect(`${wp_posts} ${wp_users}`).toBe(counted.trim());
      const there = (await town.files()).uploads.split("\n").length;
      expect(uploads).toMatchObject({ kind: "files", volume: "t-chorale-wordpress-uploads", files: there });
      expect((await newestManifest(town, "radicale")).parts).toMatchObject([{ kind: "files" }]);
      expect((await newestManifest(town, "mobilizon")).parts[0]).toMatchObject({
        ...{ kind: "dump", rows: { "public.events": 1 } },
      });
    });

    test("are told with the commune's own, and nothing that opens them is in the association's pods", async () => {
      const said = await recovery("points", commune);
      expect(said).toMatch(/t-chorale-dokuwiki: 1 restore point\n {2}\S+-000001 {2}refuge-town/);
      expect(said).not.toContain("!");
      const { hostname } = new URL(town.hosting.outputs.vaults?.[host]?.address ?? "");
      const script = `$open = fn($at, $port) => (bool) @fsockopen($at, $port, $number, $why, 3);
        $vault = gethostbyname("${hostname}");
        echo json_encode(["named" => $vault !== "${hostname}", "database" => $open("mariadb.${commune}-mariadb.svc", 3306), "vault" => $open($vault, 443)]);`;
      // The vault answers from elsewhere at the same moment, and the pod's own way to its database is open.
      const [ways, status] = await Promise.all([
        town.inPod("wordpress", `php -r '${script}'`),
        vaultOf(town.hosting).status(),
      ]);
      expect(JSON.parse(ways)).toEqual({ named: true, database: true, vault: false });
      expect(status).toMatchObject({ guest: commune });
      const look = await town.inPod("wordpress", "cat /proc/mounts; ls -a /run/secrets");
      expect(look).toContain("/run/secrets");
      expect(look).not.toMatch(/restore-point|serviceaccount|\.restore/);
    });
  });
}
