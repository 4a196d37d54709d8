import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deriveSecret } from "../../../components/foundation/seed/derive.ts";
import { accessesWith } from "../../../components/recovery/vault/access.ts";
import { OpenVault } from "../../../components/recovery/vault/open-vault.ts";
import { vaultKeyLabel } from "../../../components/recovery/vault/secrets.ts";
import { askEngine } from "../../../scripts/engine.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { Devices, type Documents, unknownTo } from "../copies/devices.ts";
import { addPerson, copied } from "./directory.ts";
import { commune, host, suffix, type Town } from "./town.ts";

const nextcloud = { service: "nextcloud", container: "php", folder: "/var/www/data/anna/files" };

/** Folder of each service's files, and the container that writes them. */
const holders = [
  nextcloud,
  { service: "mastodon", container: "puma", folder: "/opt/mastodon/public/system/media" },
  { service: "peertube", container: "peertube", folder: "/data/web-videos/anna" },
];

/** A commune that loses its site and its state, and comes back on the emptied cluster. */
export function move(town: Town): void {
  const inService = ({ service, container }: (typeof holders)[number], script: string) =>
    town.kubectl(
      ...["-n", `${commune}-${service}`, "exec"],
      `deployment/${service === "mastodon" ? "mastodon-web" : service}`,
      ...[`--container=${container}`, "--", "sh", "-euc", script],
    );
  const sql = (database: string, text: string) =>
    town.kubectl(
      ...["-n", `${commune}-database`, "exec", "database-0", "--container=postgresql", "--", "psql"],
      ...["--username=postgres", "--tuples-only", "--no-align", `--dbname=${database}`, "--command", text],
    );
  /** Files and rows of each service, in one line each, and everything that is known of somebody. */
  const contents = () =>
    Promise.all([
      town.inDirectory(`ldapsearch -Q -LLL -b ${suffix} '(|(uid=anna)(cn=agents))' '*' '+'`),
      ...holders.map(async (holder) => {
        const files = await inService(
          holder,
          `cd ${holder.folder} && find . -type f -exec sha256sum {} + | sort -k 2 | sha256sum && find . -type f | wc -l`,
        );
        const rows = await sql(holder.service, "SELECT count(*), sum(hashtext(text)) FROM minutes");
        return `${files.replaceAll(/\s+/g, " ")}${rows.trim()}`;
      }),
    ]);
  const linked = () =>
    expect
      .poll(() => town.metropolis.states(host, commune), { timeout: 300_000, interval: 5000 })
      .toMatchObject({ documents: "accepted" });

  describe("a commune that is linked", () => {
    /** Contents of it when its site is lost. */
    let then: string[];
    let seed: string;
    /** Somebody's, which sync before, while and after it comes back. */
    let devices: Devices;
    let documents: Documents;

    beforeAll(async () => {
      const made = "AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id";
      for (const holder of holders) {
        await inService(
          holder,
          `mkdir -p ${holder.folder}; for i in $(seq 200); do head -c 5000 /dev/urandom > ${holder.folder}/$i; done`,
        );
        await sql(holder.service, `SET ROLE ${holder.service}; CREATE TABLE minutes ${made}`);
      }
      await addPerson(town, "anna");
      await copied(town, "uid: anna$");
      documents = {
        ...{ cluster: town.cluster, guest: commune, recovering: town.recovering },
        inPhp: (script) => inService(nextcloud, script),
        sql: async (text) => (await sql("nextcloud", text)).trim(),
      };
      devices = await Devices.of(documents, "denise");
      await devices.write("earlier", "earlier");
      await devices.picture("earlier", 32);
    });

    afterAll(() => devices?.end());

    test("has a restore point of each service and of its people, and does not move to where it is", async () => {
      await linked();
      const { said: taken } = await town.recovery("point", commune);
      expect(taken.match(/^(nextcloud|mastodon|peertube|directory): \S+-00000\d$/gm)).toHaveLength(4);
      then = await contents();
      // What no point has.
      await devices.write("since", "since");
      seed = (await town.seed.read()) ?? "";
      await expect(town.relocate("--yes")).rejects.toThrow(/millery runs on this cluster/);
    });

    test("comes back from its seed and another's vault when its site and its state are lost: three services, every file and row, and people with their passwords", async () => {
      // The site is gone, and with it all that Pulumi knew of it.
      const all = ["--selector", `commune.cloud/commune=${commune}`, "--wait=true"];
      await town.kubectl("delete", "namespaces", ...all);
      await town.project.succeed("stack", "rm", "--force", "--yes", commune);
      await town.metropolis.createStack(commune);
      await expect(town.relocate("--yes")).rejects.toThrow(/has no seed/);
      await town.seed.give(seed);
      await expect(town.relocate()).rejects.toThrow(/standard input is no terminal/);

      const began = Date.now();
      const told = await devices.during(town.relocate("--yes"));
      console.log(`Back on an empty cluster: ${Math.round((Date.now() - began) / 1000)} s\n${told}`);
      expect(told.match(/its first restore point here: \S+-00000\d$/gm)).toHaveLength(4);
      expect(await contents()).toEqual(then);
      expect(town.settings.incarnation).toBe("2");
    });

    test("finds nothing that it does not know, shows its previews, and devices that synced meanwhile lose nothing", async () => {
      expect(await unknownTo(documents, "--all")).toEqual([0, 0, 0, 0]);
      expect(await devices.picture("earlier", 64)).toBe("preview of earlier, 64-64.png");
      await devices.settle();
      await devices.write("later", "later");
      expect(devices.lost(["earlier", "since", "later"])).toEqual([]);
      const [phone, tablet] = devices.events;
      expect(phone).toEqual(expect.arrayContaining(["earlier", "later"]));
      expect(tablet).toEqual(phone);
    });

    test("has its link as it was afterwards, untouched by its peer, and nothing is left to apply", async () => {
      await linked();
      const quiet = await town.project.succeed("preview", "-s", commune);
      expect(quiet).toMatch(/\d+ unchanged/);
      expect(quiet).not.toMatch(/to (create|update|delete|replace)/);
    });

    test("gets nothing to the vault any more from the site that it left, which cannot say that it is the later one", async () => {
      const settings = ["-n", `${commune}-nextcloud`, "configmap", "restore-point"] as const;
      const [where, name, ...which] = settings;
      const path = "--output=jsonpath={.data.settings\\.json}";
      const text = await town.kubectl(where, name, "get", ...which, path);
      expect(JSON.parse(text)).toMatchObject({ incarnation: 2 });
      // As the pods of the site of before are told.
      const left = JSON.stringify({ ...JSON.parse(text), incarnation: 1 });
      const patch = JSON.stringify({ data: { "settings.json": left } });
      await town.kubectl(where, name, "patch", ...which, "--type=merge", "--patch", patch);
      const taken = town.recovery("point", commune, "--service", "nextcloud").then(({ said }) => said);
      expect(await taken.catch(String)).toMatch(
        /incarnation 2 of this commune, and this one is 1: another site took/,
      );
      // Whatever its programs do, with what it opened the vault with.
      const key = Buffer.from(deriveSecret(seed, commune, vaultKeyLabel), "base64url");
      const named = { host, domain: `${host}.test`, guest: commune };
      const access = accessesWith(key, [{ ...named, address: `vault-${commune}.${host}.test` }], passOf())[
        host
      ];
      const vault = access && new OpenVault(host, access, town.recovering.fetch);
      await expect(vault?.put("once/point-nextcloud-000099", Buffer.from("x"))).rejects.toThrow(
        /403.*a later site of its guest took over/,
      );
      expect(await vault?.status()).toMatchObject({ guest: commune });
      town.project.set(commune, { incarnation: "1" });
      const refused = await town.project.pulumi(["preview", "-s", commune]);
      expect(refused.output).toContain("commune:incarnation was 2 and is 1");
    });

    test("has the state of the site that is left put aside by the real engine: the stack is empty, and has the seed that it is given; it comes back whole", async () => {
      const resources = async (): Promise<string[]> => {
        const { deployment } = JSON.parse(await askEngine(town.project, ["stack", "export", "-s", commune]));
        return deployment.resources.map(({ urn }: { urn: string }) => urn);
      };
      const [before, outputs] = [await resources(), await town.stack.outputs()];
      const own = (await town.seed.read()) ?? "";
      await town.seed.give(own);
      const file = (await town.moving.putAside(commune, undefined)) ?? "";
      expect(await town.stack.outputs()).toEqual({});
      expect(await town.seed.read()).toBe(own);
      await askEngine(town.project, ["stack", "import", "-s", commune], readFileSync(file, "utf8"));
      expect(await resources()).toEqual(before);
      expect(await town.stack.outputs()).toEqual(outputs);
    });
  });
}
