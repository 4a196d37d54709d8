import { describe, expect, test } from "vitest";
import { keeperPort } from "../../../components/recovery/keeper/settings.ts";
import { OpenVault } from "../../../components/recovery/vault/open-vault.ts";
import { vaultMetricsPort, vaultPort } from "../../../components/recovery/vault/settings.ts";
import { type Asked, Held, lyingAt, statements, takingAway } from "./attack.ts";
import type { Town } from "./town.ts";

/** Somebody who got hold of a service's pod of restore points. */
export function intruder(town: Town): void {
  const { guest, hosts } = town;
  const [first, second] = hosts;

  /** The ways to the pod of a namespace, and a look from inside it, where nothing is closed, whether somebody listens at each. */
  const podIn = async (space: string, ...ports: number[]) => {
    const path = "jsonpath={.items[0].metadata.name} {.items[0].status.podIP}";
    const [name = "", ip = ""] = (await town.kubectl("-n", space, "get", "pods", "-o", path)).split(" ");
    const bash = ["-n", space, "exec", name, "--", "timeout", "10", "bash", "-c"];
    return {
      ways: ports.map((port) => [ip, port] as const),
      listens: () => Promise.all(ports.map((port) => town.kubectl(...bash, `: < /dev/tcp/${ip}/${port}`))),
    };
  };

  describe("who holds a service's pod of restore points", () => {
    test("takes away nothing at a vault or from a keeper, and reads nothing of others", async () => {
      const held = new Held(town.recovering.surroundings.kubectl, town.namespace);
      const database = await podIn(`${guest}-database`, 5432);
      await held.begin(database.ways);
      const [access, other] = hosts.map((host) => town.recovering.outputs.vaults?.[host]);
      if (access === undefined || "bucket" in access || other === undefined) throw new Error("no vaults");
      const vault = new OpenVault(first, access, town.recovering.fetch);
      const before = await lyingAt(vault);
      const named = (start: string) =>
        before.repositories.filter(({ repository }) => repository.startsWith(start));
      const [files, base] = [named("nextcloud/files-"), named("database/base-")];
      const asked: [Asked, number[]][] = [
        [{ vault: first, method: "GET", path: "/status" }, [200]],
        ...takingAway(first, before.once[0] ?? "", [...files, ...base]),
        // The password at one host opens no other one's, and nobody else's vault there.
        [{ vault: first, password: second, method: "GET", path: "/status" }, [401]],
        ...[guest, first].map((user): [Asked, number[]] => [
          {
            ...{ vault: second, address: other.address.replace(`vault-${guest}`, `vault-${first}`), user },
            ...{ method: "GET", path: "/status" },
          },
          [401],
        ]),
      ];
      const keeper = await podIn(town.keeper, keeperPort);
      const vaultPod = await podIn(town.vault, vaultPort, vaultMetricsPort);
      // Somebody listens behind each way, and one way is open, while the others are tried.
      const [{ open, answers }] = await Promise.all([
        held.ask(
          asked.map(([each]) => each),
          [database, keeper, vaultPod].flatMap(({ ways }) => ways),
        ),
        keeper.listens(),
        vaultPod.listens(),
      ]);
      expect(open).toEqual([true, false, false, false]);
      expect(asked.length).toBeGreaterThan(25);
      for (const [index, [each, expected]] of asked.entries())
        expect(expected, `${each.method} ${each.path} as ${each.user ?? "itself"}`).toContain(answers[index]);

      // The database's repositories lie in the same vault, and the service's password opens none.
      const address = (repository = "") =>
        `rest:https://${access.user}:${access.password}@${new URL(access.address).host}/${repository}/`;
      expect(await held.opens(address(files[0]?.repository))).toBe("ended with 0");
      expect(await held.opens(address(base[0]?.repository))).toMatch(
        /wrong password or no key found(.|\n)*ended with (1|12)$/,
      );
      expect(await held.inDatabase()).toEqual([...statements, "log"].map((each) => `refused: ${each}`));
      const seen = await held.sees();
      for (const absent of ["spool", "kubernetes.io"]) expect(seen).not.toContain(absent);
      // The keeper goes on shipping meanwhile, into generations of its own.
      const after = await lyingAt(vault);
      expect(after.once).toEqual(expect.arrayContaining([...before.once]));
      for (const { repository, files: were } of [...files, ...base])
        expect(after.repositories).toContainEqual({ repository, files: were });
      await held.end();
    });
  });
}
