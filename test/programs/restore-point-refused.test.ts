import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { workFiles } from "../../components/recovery/points/settings.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { begin } from "../../programs/restore-point/begin.ts";
import { finish } from "../../programs/restore-point/finish.ts";
import { passOf } from "../components/recovery/passes.ts";
import { at, CopiedSite, owner, path } from "./restore-point/site.ts";
import { installRestic } from "./vault/restic.ts";
import { basic, guestKey } from "./vault/vault.ts";

let site: CopiedSite;
beforeAll(installRestic);
beforeEach(async () => {
  site = await CopiedSite.open();
});
afterEach(() => site.close());

describe("no restore point", () => {
  const none = async () => {
    expect((await site.chain()).points).toEqual([]);
  };

  test("is left by a run that was killed anywhere before its manifest", async () => {
    const around = site.pod();
    await begin(around);
    await none();
    await site.dump("2026-11-26T02:10:00Z");
    await none();
    // Killed while it copies: what it left is litter, and the next one is whole.
    await expect(finish({ ...around, restic: "/bin/false" })).rejects.toThrow("restic ls ended with 1");
    await none();
    await site.point(26);
    expect((await site.chain()).points).toHaveLength(1);
  });

  test("is prevented by a run that was killed while it made the repository", async () => {
    await begin(site.pod());
    // Killed between the key and the configuration, which nobody may bring again under another key.
    const repository = join(site.folder, "bron", path);
    const brought = readdirSync(repository).filter((name) => name.startsWith("config"));
    expect(brought).toHaveLength(2);
    for (const name of brought) rmSync(join(repository, name));
    await site.point(26);
    expect((await site.chain()).points).toHaveLength(1);
    expect(readdirSync(join(repository, "keys"))).toHaveLength(1);
  });

  test("is taken of what is not mounted, of a missing file or of one that cannot be read", async () => {
    rmSync(join(site.folder, "volumes", "nextcloud", "version.php"));
    await expect(site.point(26)).rejects.toThrow(
      "version.php is not there: nextcloud is not mounted, or was never filled",
    );
    site.file("nextcloud/version.php", "<?php");
    rmSync(join(site.folder, "volumes", "nextcloud-data"), { recursive: true });
    await expect(site.point(26)).rejects.toThrow("the volume is not there: nextcloud-data is not mounted");
    await none();
  });

  test("is taken by itself when half of the files are gone, and is when a person says so", async () => {
    await site.point(26);
    rmSync(join(site.folder, "volumes", "nextcloud-data", "anna"), { recursive: true });
    await expect(site.point(27)).rejects.toThrow(
      "there were 202 files and there are 2: no point is taken of that by itself. If it is right: npx commune recovery point villeurbanne --service nextcloud --smaller",
    );
    expect((await site.chain()).points).toHaveLength(1);
    await site.point(27, { maySmaller: true, reason: "hand" });
    expect((await site.chain()).points).toHaveLength(2);
  });

  test("is taken under a number that somebody else took meanwhile", async () => {
    const around = site.pod();
    await begin(around);
    await site.dump("2026-11-26T02:10:00Z");
    await site.bron.ask("/once/point-nextcloud-000001", { method: "POST", body: "another" });
    await expect(finish(around)).rejects.toThrow("answered 403 to POST /once/point-nextcloud-000001");
    await none();
  });

  test("is kept from being taken by numbers that somebody took without a point: the next free one follows, and nothing is missing", async () => {
    await site.point(25);
    for (const sequence of ["000002", "000003", "999999"])
      await site.bron.ask(`/once/point-nextcloud-${sequence}`, { method: "POST", body: "another" });
    await site.lyon.ask("/once/point-nextcloud-000004", {
      ...{ method: "POST", body: "another" },
      headers: { authorization: basic(owner.commune, vaultPassword(guestKey, at("lyon"), passOf())) },
    });
    await site.point(26);
    const { points, findings } = await site.chain();
    expect(points.map(({ head }) => head.sequence)).toEqual([1, 5]);
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(["worthless"]));
    expect(site.said).toContain("point-nextcloud-000003 at bron counts for nothing: it is no restore point");
  });

  test("is taken by a site whose place another one took", async () => {
    for (const host of ["bron", "lyon"] as const) {
      const later = vaultPassword(guestKey, at(host), passOf({ incarnation: 2 }));
      const headers = { authorization: basic(owner.commune, later) };
      await site[host].ask("/once/incarnation-2", { method: "POST", body: "x", headers });
    }
    await expect(begin(site.pod())).rejects.toThrow(
      "every vault that answers knows of incarnation 2 of this commune, and this one is 1: another site took its place",
    );
  });

  test("is a dump that the vault has not, or only the beginning of", async () => {
    const around = site.pod();
    await begin(around);
    await site.dump("2026-11-26T02:10:00Z");
    const summary = join(site.folder, "work", workFiles.dump);
    const read = JSON.parse(readFileSync(summary, "utf8")) as { total_bytes_processed: number };
    writeFileSync(summary, JSON.stringify({ ...read, total_bytes_processed: 30 }));
    await expect(finish(around)).rejects.toThrow("the dump has 30 bytes, and the vault has 29 of it");
    await none();
  });

  test("is one whose pack is not what it was, at any vault", async () => {
    const around = site.pod();
    await begin(around);
    await site.dump("2026-11-26T02:10:00Z");
    const packs = join(site.folder, "bron", path, "data");
    const [shelf = ""] = readdirSync(packs);
    const [pack = ""] = readdirSync(join(packs, shelf));
    appendFileSync(join(packs, shelf, pack), "x");
    await expect(finish(around)).rejects.toThrow("nextcloud/files-2026q4 at bron is not whole: pack ");
    await none();
  });
});
