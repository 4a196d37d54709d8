import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recoveryCommand } from "../../../scripts/recovery.ts";
import { restoreCommand } from "../../../scripts/restore.ts";
import { killPods } from "../../campaigns/kill-pods.ts";
import { Recovering } from "../recovering.ts";
import { commune, neighbour } from "./communes.ts";
import { look } from "./looks.ts";
import type { Core } from "./town.ts";

/** Tests of what breaks or leaves, and comes back. */
export function waysBack(core: Core): void {
  // A sample: `npm run campaign kill-pods -- --count 16` kills each kind of pod twice.
  test("a pod or the database killed while people write takes no acknowledged write with it", async () => {
    const { kills, acknowledged, lost } = await killPods({
      commune,
      environment: core.cluster.environment,
      outputs: await core.outputs(),
      doorway: core.doorway,
      victims: ["database", "nextcloud"],
    });
    expect(kills.map(({ victim }) => victim)).toEqual(["database", "nextcloud"]);
    expect(Object.keys(acknowledged)).toHaveLength(3);
    for (const written of Object.values(acknowledged)) expect(written).toBeGreaterThan(20);
    expect(lost).toEqual([]);
  });

  describe("a restore point at the neighbour's", () => {
    let recovering: Recovering;
    beforeAll(async () => {
      recovering = await Recovering.of(core.cluster, core, commune);
    });
    afterAll(() => recovering.end());

    test("brings a service back with its files and rows", async () => {
      const state = async () => [
        await core.sql("nextcloud", "SELECT count(*), md5(string_agg(text, '' ORDER BY id)) FROM minutes"),
        await core.inPhp("cat /var/www/data/minutes/* | sha256sum; ls /var/www/data/minutes | wc -l"),
      ];
      await core.sql(
        "nextcloud",
        "SET ROLE nextcloud; CREATE TABLE minutes AS SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id",
      );
      await core.inPhp(
        "mkdir -p /var/www/data/minutes; for i in $(seq 50); do head -c 5000 /dev/urandom > /var/www/data/minutes/$i; done",
      );
      const then = await state();
      const point = await recovering.run(recoveryCommand, ["point", commune, "--service", "nextcloud"]);
      const [, id = ""] = /^nextcloud: (\S+-\d{6})$/.exec(point.said) ?? [];
      expect([point.code, id], point.said).toEqual([undefined, expect.stringMatching(/-00000\d$/)]);
      expect((await recovering.run(recoveryCommand, ["points", commune])).said).toContain(
        `${id}  ${neighbour}`,
      );

      await core.sql("nextcloud", "DELETE FROM minutes WHERE id > 500");
      await core.inPhp("rm /var/www/data/minutes/7; echo changed > /var/www/data/minutes/8");
      expect(await state()).not.toEqual(then);
      const restore = (word: string) => {
        const words = [commune, "--service", "nextcloud", "--yes", "--point", id, word];
        return recovering.run(restoreCommand, words);
      };
      expect((await restore("--with-rows")).code).toBeUndefined();
      expect(await state()).toEqual(then);
      await restore("--release");
    });

    test("is taken before an upgrade, after which the service has the next version", async () => {
      core.declare(commune, (text) => text.replace('peertube: { version: "8.2.4" }', "peertube: {}"));
      expect(await core.project.succeed("preview", "-s", commune)).toMatch(
        /\+\s+\S*:Job villeurbanne-peertube-restore-point-\S+ create/,
      );
      await core.up();
      const found = await look(core);
      expect([found.peertube.status, found.peertube.version]).toEqual([200, "8.3.1"]);
      expect((await recovering.run(recoveryCommand, ["points", commune])).said).toMatch(
        /^peertube: 1 restore point/m,
      );
    });
  });

  test("a service that retires leaves its rows and its volumes, and nobody else notices", async () => {
    const since = await core.sql("postgres", "SELECT pg_postmaster_start_time()");
    core.declare(commune, (text) =>
      text.replace("peertube: {}", "peertube: { retired: { since: 2026-11-25 } }"),
    );
    expect(await core.project.succeed("preview", "-s", commune)).toContain(
      "peertube is retired, since 2026-11-25",
    );
    await core.up();
    const left = await core.kubectl(
      ...["get", "deployments,pods,cronjobs,jobs,ingresses,secrets,persistentvolumeclaims"],
      ...["-n", `${commune}-peertube`, "-o", "name"],
    );
    expect(left.trim().split("\n")).toEqual([
      "persistentvolumeclaim/peertube-cache",
      "persistentvolumeclaim/peertube-data",
    ]);
    expect(Number(await core.sql("peertube", "SELECT count(*) FROM pg_tables"))).toBeGreaterThan(60);
    expect(await core.sql("postgres", "SELECT pg_postmaster_start_time()")).toBe(since);
  });

  test("destroy leaves nothing, and up brings everything back, the retired one too", async () => {
    core.declare(commune, (text) =>
      text.replace("peertube: { retired: { since: 2026-11-25 } }", "peertube: {}"),
    );
    await Promise.all([commune, neighbour].map((id) => core.project.succeed("destroy", "-s", id, "--yes")));
    for (const id of [commune, neighbour])
      expect(await core.objects("namespaces,persistentvolumes", id)).toEqual([]);
    expect((await core.up()).created).toBe(core.resources);
    expect((await look(core)).peertube.status).toBe(200);
  });
}
