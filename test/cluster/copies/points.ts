import { describe, expect, test } from "vitest";
import { chainOf, manifestOf, newest } from "../../../components/recovery/points/chain.ts";
import { heldAt } from "../../../components/recovery/points/read.ts";
import { OpenVault } from "../../../components/recovery/vault/open-vault.ts";
import type { Town } from "./town.ts";

/** The newest manifest, opened with the password that lies in the namespace. */
async function newestManifest(town: Town) {
  const { recovering, namespace } = town;
  const owner = { commune: town.guest, service: "nextcloud" };
  const held = await Promise.all(
    Object.entries(recovering.outputs.vaults ?? {}).map(([host, access]) =>
      heldAt(new OpenVault(host, access, recovering.fetch), owner.service),
    ),
  );
  const { publicKey } = recovering.outputs.federation as unknown as { publicKey: string };
  const last = newest(chainOf(held, { owner, publicKey }));
  if (last === undefined) throw new Error("no point");
  const path = "jsonpath={.data.repository-password}";
  const password = await town.kubectl("-n", namespace, "get", "secret", "restore-point", "-o", path);
  return manifestOf(last, Buffer.from(password, "base64").toString("utf8"));
}

/** Restore points of a service, as they are taken. */
export function points(town: Town): void {
  const { guest, hosts } = town;
  const inNamespace = (...words: string[]) => town.kubectl("-n", town.namespace, ...words);
  const listed = async () => (await town.recovery("points", guest)).said;

  describe("a restore point", () => {
    test("is taken on demand, whole, and is at both vaults", async () => {
      await town.inPhp(
        "mkdir -p /var/www/data/anna/files; for i in $(seq 300); do head -c 5000 /dev/urandom > /var/www/data/anna/files/$i; done; chmod 600 /var/www/data/anna/files/7",
      );
      await town.sql(
        "SET ROLE nextcloud; CREATE TABLE minutes AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id",
      );
      const began = Date.now();
      const { said, code } = await town.recovery("point", guest, "--service", "nextcloud");
      expect([said, code]).toEqual([expect.stringMatching(/^nextcloud: .*Z-000001$/), undefined]);
      console.log(`First restore point of 300 files and 1000 rows: ${Date.now() - began} ms.`);
      const manifest = await newestManifest(town);
      expect(manifest).toMatchObject({
        commune: guest,
        service: "nextcloud",
        sequence: 1,
        reason: "hand",
        complete: true,
      });
      const [dump, code0, data] = manifest.parts;
      expect(dump).toMatchObject({ kind: "dump", rows: { "public.minutes": 1000 } });
      expect(code0).toMatchObject({ kind: "files", volume: "nextcloud" });
      expect(data).toMatchObject({ kind: "files", volume: "nextcloud-data" });
      expect(data?.kind === "files" ? data.files : 0).toBeGreaterThanOrEqual(300);
      expect(await town.recovery("points", guest)).toEqual({
        said: expect.stringMatching(
          new RegExp(
            `^nextcloud: 1 restore point\\n {2}\\S+-000001 {2}${hosts.join(", ")}\\n {2}all of it was proved at `,
          ),
        ),
        code: undefined,
      });
    });

    test("is told to everybody, and those that the commune federates with remember it", async () => {
      const remembered = async () =>
        (await town.recovering.surroundings.descriptors(hosts)).map(({ peers }) =>
          peers.find(({ id }) => id === guest)?.points?.nextcloud?.map(({ count }) => count),
        );
      await expect.poll(remembered, { timeout: 240_000, interval: 2000 }).toEqual([[1], [1]]);
    });

    test("is not what a run leaves that is killed half-way, and the next one is whole", async () => {
      await town.inPhp("head -c 60000000 /dev/urandom > /var/www/data/anna/files/large");
      const job = "killed";
      await inNamespace("create", "job", job, "--from=cronjob/restore-point");
      const state = async () => {
        const path = "jsonpath={.items[*].status.containerStatuses[*].state.running.startedAt}";
        return inNamespace("get", "pods", `--selector=job-name=${job}`, "-o", path);
      };
      await expect.poll(state, { timeout: 120_000, interval: 100 }).not.toBe("");
      // No other pod is made in its place, and this one ends at once.
      await inNamespace("delete", "job", job, "--cascade=orphan");
      await inNamespace("delete", "pods", `--selector=job-name=${job}`, "--grace-period=0", "--force");
      expect(await listed()).toMatch(/^nextcloud: 1 restore point\n/);
      const began = Date.now();
      expect(await town.point()).toMatch(/-000002$/);
      console.log(`Restore point with 60 MB more: ${Date.now() - began} ms.`);
      expect(
        (await newestManifest(town)).parts.find((part) => part.kind === "files" && part.files > 300),
      ).toBeDefined();
    });

    test("of what did not change takes ten seconds of processor time at most", async () => {
      const began = Date.now();
      expect(await town.point()).toMatch(/Z-000003$/);
      // Background jobs begin in the same minute.
      const own = "--selector=app.kubernetes.io/component=restore-point";
      const jobs = await inNamespace(
        ...["get", "jobs", own, "--sort-by=.metadata.creationTimestamp", "-o", "name"],
      );
      const logs = await inNamespace("logs", jobs.trim().split("\n").at(-1) ?? "", "--all-containers");
      const seconds = [...logs.matchAll(/: done in ([\d.]+) s of processor time/g)].map(([, figure]) =>
        Number(figure),
      );
      const sum = seconds.reduce((total, each) => total + each, 0);
      console.log(
        `Unchanged, 301 files and 1000 rows: ${Date.now() - began} ms, ${sum.toFixed(1)} s of processor time (${seconds.join(" + ")}).`,
      );
      expect(seconds).toHaveLength(3);
      expect(sum).toBeLessThan(10);
    });

    test("is of pods that alone have what opens vaults", async () => {
      const { items } = JSON.parse(await inNamespace("get", "pods", "-o", "json")) as {
        items: {
          metadata: { labels: Record<string, string> };
          spec: { volumes: { secret?: { secretName: string } }[] };
        }[];
      };
      const having = items
        .filter(({ spec }) => spec.volumes.some(({ secret }) => secret?.secretName === "restore-point"))
        .map(({ metadata }) => metadata.labels["app.kubernetes.io/component"]);
      expect(new Set(having)).toEqual(new Set(["restore-point"]));
    });
  });
}
