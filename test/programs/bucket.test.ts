import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VaultSeen } from "../../components/recovery/keeper/settings.ts";
import { chainOf, newest } from "../../components/recovery/points/chain.ts";
import { heldAt } from "../../components/recovery/points/read.ts";
import { BucketClient } from "../../components/recovery/vault/bucket/client.ts";
import { lockDays } from "../../components/recovery/vault/bucket/lock.ts";
import { rewindBucket, rewindOf } from "../../components/recovery/vault/bucket/rewind.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { resticLocation } from "../../components/recovery/vault/restic-location.ts";
import { bucketFindings } from "../../scripts/site/bucket-findings.ts";
import { tryBucket } from "../../scripts/site/bucket-trial.ts";
import { seaweedfs } from "../seaweedfs/build.ts";
import { Store } from "../seaweedfs/store.ts";
import { Site } from "./keeper/site.ts";
import { CopiedSite, owner, password, path } from "./restore-point/site.ts";
import { installRestic } from "./vault/restic.ts";

const keepDays = 90;

/** `npm run test:all -- programs/bucket`, not in CI: it builds the store from its Go module. */
describe("a bucket of SeaweedFS, with Debian's restic", () => {
  let store: Store;
  let site: CopiedSite;
  beforeAll(async () => {
    await installRestic();
    store = await Store.open(await seaweedfs(), lockDays(keepDays));
    site = await CopiedSite.open();
  });
  afterAll(async () => {
    await site.close();
    await store.close();
  });

  const opened = () => {
    const access = store.access(keepDays);
    return {
      access,
      client: new BucketClient(access, fetch),
      vault: new OpenVault("coffre", access, fetch),
    };
  };

  /** restic, as whoever restores runs it. */
  async function restic(...words: string[]) {
    const { repository, environment } = resticLocation(opened().access, path);
    const result = await execa("restic", ["--no-cache", "--no-lock", ...words], {
      env: { ...environment, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: password, TZ: "UTC" },
      reject: false,
      all: true,
      timeout: 300_000,
    });
    return { code: result.exitCode, said: result.all };
  }

  async function chain() {
    const { publicKey } = site.pod().identity;
    return chainOf([await heldAt(opened().vault, owner.service)], { owner, publicKey });
  }

  const taken = (day: number) => {
    const access = { coffre: opened().access };
    return site.point(day, { vaults: ["coffre"], access, now: () => new Date(`2026-11-${day}T02:10:00Z`) });
  };

  test("is all that a vault needs, as `site check --vault` tries it", { timeout: 600_000 }, async () => {
    const { access, fetch: trusting } = store.overTls(keepDays);
    const findings = bucketFindings(await tryBucket(access, trusting));
    expect(findings.filter(({ level }) => level !== "fits")).toEqual([]);
    expect(findings).toHaveLength(9);
    // Without the authority of its certificate it is not asked at all.
    const [refused] = bucketFindings(await tryBucket(access, fetch));
    expect(refused).toMatchObject({ subject: "reach", level: "stops" });
    expect(refused?.said.en).toMatch(/self-signed certificate/);
  });

  test("is not all of it for keys that may change its rule, nor for copies that are kept longer", {
    timeout: 600_000,
  }, async () => {
    const { access, fetch: trusting } = store.overTls(keepDays);
    const asOperator = { ...access, accessKey: "OPERATOR", secretKey: "of the operator", keepDays: 365 };
    const findings = bucketFindings(await tryBucket(asOperator, trusting));
    expect(
      findings.filter(({ level }) => level !== "fits").map(({ subject, level }) => [subject, level]),
    ).toEqual([
      ["period", "stops"],
      ["keys", "care"],
    ]);
  });

  test("gives back a point after a thief with the commune's keys deleted and wrote over everything", {
    timeout: 900_000,
  }, async () => {
    await taken(26);
    site.file("nextcloud-data/anna/files/new.txt", "new");
    await taken(27);
    const before = await chain();
    expect(before.findings).toEqual([]);
    expect(before.points).toHaveLength(2);
    expect((await restic("check")).code).toBe(0);

    const { client, vault } = opened();
    await sleep(1500);
    const moment = new Date();
    await sleep(1500);
    const all = await client.versions("");
    const keys = [...new Set(all.map(({ key }) => key))];
    for (const [index, key] of keys.entries()) {
      if (index % 2 === 0) await client.put(key, Buffer.from("nothing"));
      else await client.delete(key);
    }
    for (const { key, id } of all.filter(({ isMarker }) => !isMarker)) {
      await expect(client.delete(key, id), key).rejects.toThrow(/403 AccessDenied/);
    }
    await client.put(`${path}/index/${"d".repeat(64)}`, Buffer.from("no index of restic's"));
    // Whoever runs the store can neither: the bucket is not deleted with what it holds.
    await expect(store.asOperator().ask({ method: "DELETE" })).rejects.toThrow(/409 BucketNotEmpty/);
    expect((await restic("snapshots")).code).not.toBe(0);
    // Points are known all the same.
    expect((await chain()).points.map(({ hash }) => hash)).toEqual(before.points.map(({ hash }) => hash));

    const rewind = rewindOf(await client.versions(""), moment);
    expect(rewind.hide.filter((key) => !key.includes("/locks/"))).toEqual([
      `${path}/index/${"d".repeat(64)}`,
    ]);
    await rewindBucket(client, rewind);
    expect(rewindOf(await client.versions(""), moment)).toEqual({ restore: [], hide: [] });

    expect((await restic("check", "--read-data")).said).toContain("no errors were found");
    const { parts } = site.opened(newest(await chain()));
    const data = parts.find((part) => part.kind === "files" && part.volume === "nextcloud-data");
    if (data?.kind !== "files") throw new Error("no data");
    const back = join(site.folder, "back");
    expect((await restic("restore", data.snapshot, "--target", back)).code).toBe(0);
    const files = join(back, site.folder, "volumes", "nextcloud-data", "anna", "files");
    expect(readdirSync(files)).toHaveLength(201);
    expect(readFileSync(join(files, "new.txt"), "utf8")).toBe("new");
    // And the commune goes on.
    await taken(28);
    expect((await chain()).points).toHaveLength(3);
    expect(await vault.status()).toMatchObject({ generations: [{ name: path, isComplete: true }] });
  });
});

describe("a keeper with a vault's server beside a bucket of SeaweedFS", () => {
  const contents = "SELECT count(*), md5(string_agg(n || text, ',' ORDER BY n)) FROM minutes";

  test("goes on at either one while the other is killed, which has what it lacks from the first afterwards: each brings the server back alone", {
    timeout: 900_000,
  }, async ({ onTestFinished }) => {
    const site = await Site.start({ stores: ["vault", "bucket"] });
    onTestFinished(() => site.end(), 60_000);
    const written = async () => {
      await site.sql(
        `INSERT INTO minutes (n, text) SELECT coalesce((SELECT max(n) FROM minutes), 0) + n, md5(n::text)
           FROM generate_series(1, 1000) n`,
        "town",
      );
      return site.sql(
        `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
      );
    };
    const has =
      (at: string) =>
      ({ until }: Pick<VaultSeen, "until">) =>
        until !== undefined && Date.parse(until) >= Date.parse(at);
    const atEach = (at: string) => site.until("at each", ({ vaults }) => vaults.every(has(at)), 300);
    await atEach(await written());

    const moments: { at: string; rows: string }[] = [];
    for (const killed of [...site.stores].reverse()) {
      await killed.process.kill();
      const at = await written();
      moments.push({ at, rows: await site.sql(contents, "town") });
      const { vaults } = await site.until("at the other", (status) => status.vaults.some(has(at)), 240);
      expect(vaults.filter(has(at)).map(({ host }) => host)).not.toContain(killed.host);
      killed.process.start();
      await atEach(at);
    }
    for (const { at, rows } of moments)
      for (const store of site.stores) {
        const { code, said, volume } = await site.restoresFrom(store).to(at);
        expect([store.host, code, said]).toEqual([store.host, 0, expect.any(String)]);
        expect([store.host, await site.database.askRestored(volume, contents)]).toEqual([store.host, rows]);
      }
  });
});
