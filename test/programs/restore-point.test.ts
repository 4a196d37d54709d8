import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newest } from "../../components/recovery/points/chain.ts";
import type { Reason } from "../../components/recovery/points/manifest.ts";
import { workFiles } from "../../components/recovery/points/settings.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { begin } from "../../programs/restore-point/begin.ts";
import { finish } from "../../programs/restore-point/finish.ts";
import { findRows } from "../../programs/restore-point/rows.ts";
import { passOf } from "../components/recovery/passes.ts";
import { as, at, CopiedSite, owner, password, path } from "./restore-point/site.ts";
import { installRestic, restic } from "./vault/restic.ts";
import { guestKey } from "./vault/vault.ts";

let site: CopiedSite;
beforeAll(installRestic);
beforeEach(async () => {
  site = await CopiedSite.open();
});
afterEach(() => site.close());

describe("a restore point", () => {
  test("is at both vaults, whole, with rows and files as they were, and follows the one before", async () => {
    await site.point(26);
    site.file("nextcloud-data/anna/files/new.txt", "new");
    await site.point(27, { reason: "hand" });
    const found = await site.chain();
    expect(found.findings).toEqual([]);
    expect(found.points).toHaveLength(2);
    const manifest = site.opened(newest(found));
    expect(manifest).toMatchObject({ sequence: 2, reason: "hand", complete: true, seed: "0011223344556677" });
    expect(manifest.parts).toMatchObject([
      { kind: "dump", rows: { "public.oc_users": 3, "public.oc_filecache": 200 }, bytes: 29 },
      { kind: "files", volume: "nextcloud", files: 2 },
      { kind: "files", volume: "nextcloud-data", files: 201 },
    ]);
    expect(Object.keys(manifest.repositories)).toEqual([path]);
    for (const [host, open] of [
      ["bron", site.bron],
      ["lyon", site.lyon],
    ] as const) {
      const { generations } = (await (await open.ask("/status", as(host))).json()) as {
        generations: object[];
      };
      expect(generations).toEqual([{ name: path, until: "2027-04-01", isComplete: true }]);
    }
  });

  test("is restored from the second vault alone, and holds neither code nor previews", async () => {
    await site.point(26);
    const { parts } = site.opened(newest(await site.chain()));
    const data = parts.find((part) => part.kind === "files" && part.volume === "nextcloud-data");
    if (data?.kind !== "files") throw new Error("no data");
    const where = {
      ...{
        url: site.lyon.url,
        path,
        user: owner.commune,
        password: vaultPassword(guestKey, at("lyon"), passOf()),
      },
      cache: join(site.folder, "cache2"),
    };
    const env = { RESTIC_PASSWORD: password };
    const { code } = await restic(
      where,
      ["restore", data.snapshot, "--target", join(site.folder, "back")],
      env,
    );
    expect(code).toBe(0);
    const back = join(site.folder, "back", site.folder, "volumes", "nextcloud-data");
    expect(readdirSync(back)).toEqual(["anna", "appdata_x1"]);
    expect(readdirSync(join(back, "appdata_x1"))).toEqual([]);
    const read = (root: string) =>
      readdirSync(join(root, "anna", "files")).map((name) =>
        readFileSync(join(root, "anna", "files", name), "utf8"),
      );
    expect(read(back)).toEqual(read(join(site.folder, "volumes", "nextcloud-data")));
  });
});

describe("before a change", () => {
  const freeze = {
    ...{ volume: "nextcloud", file: "config/frozen.config.php" },
    text: "<?php $CONFIG = time() < {until} ? ['maintenance' => true] : [];",
  };
  const frozen = () => join(site.folder, "volumes", freeze.volume, freeze.file);
  const changing = (reason: Reason = "before") => {
    const around = site.pod({ reason });
    return { ...around, settings: { ...around.settings, freeze } };
  };

  test("files are copied while people write, rows and the rest while nobody does, and then they may again", async () => {
    const around = changing();
    await begin(around);
    expect(readFileSync(frozen(), "utf8")).toContain(
      `time() < ${Date.parse("2026-11-26T02:25:00Z") / 1000} ?`,
    );
    expect(site.said.at(-1)).toContain("nobody writes from now on");
    site.file("nextcloud-data/anna/files/late.txt", "in the last second");
    await site.dump("2026-11-26T02:10:00Z");
    await finish(around);
    expect(existsSync(frozen())).toBe(false);
    expect(site.opened(newest(await site.chain())).parts).toMatchObject([
      { kind: "dump" },
      // Not the file that keeps people from writing.
      { kind: "files", volume: "nextcloud", files: 2 },
      { kind: "files", volume: "nextcloud-data", files: 201 },
    ]);
  }, 60_000);

  test("a second pass that fails lets people write again too", async () => {
    const around = changing();
    await begin(around);
    await expect(finish(around)).rejects.toThrow("dump.json");
    expect(existsSync(frozen())).toBe(false);
  }, 60_000);

  test("by the clock nobody is kept from writing", async () => {
    await begin(changing("schedule"));
    expect(existsSync(frozen())).toBe(false);
  });
});

test("the rows of a point are found for whoever loads them, at a vault that gives all of them", async () => {
  await site.point(26);
  rmSync(join(site.folder, "bron", path), { recursive: true });
  await findRows(1, site.pod());
  const left = (name: keyof typeof workFiles) =>
    readFileSync(join(site.folder, "work", workFiles[name]), "utf8");
  expect(left("expected")).toBe("public.oc_filecache\t200\npublic.oc_users\t3\n");
  const script = `set -a; . ./${workFiles.repository}; restic dump --quiet "$(cat ${workFiles.snapshot})" nextcloud.dump`;
  const { stdout } = await execa("bash", ["-euc", script], {
    cwd: join(site.folder, "work"),
    timeout: 60_000,
  });
  expect(stdout).toBe("PGDMP of 2026-11-26T02:10:00Z");
  expect(left("repository")).toContain(site.lyon.url.replace(/^https?:\/\//, ""));
});
