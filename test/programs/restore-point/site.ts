import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { chainOf, manifestOf, type Point } from "../../../components/recovery/points/chain.ts";
import type { Head } from "../../../components/recovery/points/head.ts";
import type { Reason } from "../../../components/recovery/points/manifest.ts";
import { workFiles } from "../../../components/recovery/points/settings.ts";
import { signerOf } from "../../../components/recovery/points/signer.ts";
import { vaultPassword } from "../../../components/recovery/vault/access.ts";
import { begin } from "../../../programs/restore-point/begin.ts";
import { finish } from "../../../programs/restore-point/finish.ts";
import type { Surroundings } from "../../../programs/restore-point/surroundings.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { guestKey, type Open, openVault, quickFolder } from "../vault/vault.ts";

export const owner = { commune: "villeurbanne", service: "nextcloud" };
/** Password of its repositories. */
export const password = "of the repositories";
/** The repository of the quarter. */
export const path = "nextcloud/files-2026q4";
const publicKey = publicKeyOf(guestKey);
/** Private key that signs its points. */
export const key = Buffer.alloc(32, 8);

/** The guest's room at a vault. */
export const at = (host: string) => ({ host, domain: `${host}.test`, guest: owner.commune });

/** A request of the guest's to a vault. */
export const as = (host: string) => ({
  headers: {
    authorization: `Basic ${Buffer.from(`${owner.commune}:${vaultPassword(guestKey, at(host), passOf())}`).toString("base64")}`,
  },
});

async function held(host: string, open: Open) {
  const names = (await (await open.ask("/once/", as(host))).json()) as string[];
  const texts = await Promise.all(
    names.map(async (name) => [name, await (await open.ask(`/once/${name}`, as(host))).text()] as const),
  );
  const { generations } = await open.vault.status();
  return { host, points: new Map(texts), repositories: new Set(generations.map(({ name }) => name)) };
}

/** A Nextcloud's volumes in a folder, with two vaults in processes and the programs that its pods run. */
export class CopiedSite {
  readonly said: string[] = [];

  private constructor(
    readonly folder: string,
    readonly bron: Open,
    readonly lyon: Open,
  ) {
    this.file("nextcloud/version.php", "<?php");
    this.file("nextcloud/config/config.php", "secret");
    this.file("nextcloud/lib/code.php", "of the image");
    for (let index = 0; index < 200; index += 1)
      this.file(`nextcloud-data/anna/files/${index}.txt`, `of anna ${index}`);
    this.file("nextcloud-data/appdata_x1/preview/1.png", "made again");
  }

  static async open(): Promise<CopiedSite> {
    const folder = mkdtempSync(join(quickFolder, "points-"));
    for (const name of ["bron", "lyon", "work"]) mkdirSync(join(folder, name));
    const bron = await openVault(join(folder, "bron"));
    return new CopiedSite(folder, bron, await openVault(join(folder, "lyon"), at("lyon")));
  }

  async close(): Promise<void> {
    for (const open of [this.bron, this.lyon]) await open.close();
    expect([...this.bron.failures, ...this.lyon.failures]).toEqual([]);
    rmSync(this.folder, { recursive: true });
  }

  /** Writes a file of a volume. */
  file(name: string, text: string): void {
    const target = join(this.folder, "volumes", name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  /** The pod, with what it knows. */
  pod({
    vaults = ["bron", "lyon"],
    reason = "schedule" as Reason,
    ...more
  }: Partial<Surroundings> & { vaults?: string[] } = {}): Surroundings {
    const { folder, bron, lyon, said } = this;
    const access = ({ url }: Open, host: string) => ({
      address: url,
      user: owner.commune,
      password: vaultPassword(guestKey, at(host), passOf()),
    });
    return {
      settings: {
        ...owner,
        incarnation: 1,
        vaults,
        volumes: [
          {
            ...{ name: "nextcloud", paths: ["version.php", "config", "custom_apps"] as const },
            excluded: ["config/frozen.config.php"],
          },
          { name: "nextcloud-data", excluded: ["appdata_*/preview"] },
        ],
        database: "nextcloud",
        running: { version: "33.0.7", host: "cloud.villeurbanne.test" },
        keys: [],
        declaration: "0123456789abcdef",
      },
      identity: { publicKey, signer: signerOf(guestKey, owner, key), seed: "0011223344556677" },
      access: { bron: access(bron, "bron"), lyon: access(lyon, "lyon") },
      password,
      key,
      folders: { work: join(folder, "work"), volumes: join(folder, "volumes"), cache: join(folder, "cache") },
      restic: "restic",
      reason,
      maySmaller: false,
      patienceSeconds: 0,
      fetch,
      now: () => new Date("2026-11-26T02:10:00Z"),
      say: (line) => said.push(line),
      ...more,
    };
  }

  /** Writes what the container with PostgreSQL's programs leaves, which the cluster test runs. */
  async dump(takenAt: string): Promise<void> {
    const folder = join(this.folder, "work");
    const work = (name: keyof typeof workFiles, text: string) =>
      writeFileSync(join(folder, workFiles[name]), `${text}\n`);
    const { stdout } = await execa(
      "bash",
      [
        "-euc",
        `set -a; . ./${workFiles.repository}; restic backup --quiet --json --host villeurbanne --tag dump --stdin --stdin-filename nextcloud.dump`,
      ],
      { cwd: folder, input: `PGDMP of ${takenAt}`, timeout: 60_000 },
    );
    work("dump", stdout.trim().split("\n").at(-1) ?? "");
    work("rows", "public.oc_users\t3\npublic.oc_filecache\t200");
    work("server", "17.12\n7456123");
    work("takenAt", takenAt);
  }

  /** Takes a point on a day of November. */
  point(day: number, more: Parameters<CopiedSite["pod"]>[0] = {}): Promise<Head> {
    return this.pointAt(`2026-11-${day}T02:10:00Z`, more);
  }

  /** Takes a point at a moment. */
  async pointAt(takenAt: string, more: Parameters<CopiedSite["pod"]>[0] = {}): Promise<Head> {
    const around = this.pod({ now: () => new Date(takenAt), ...more });
    await begin(around);
    await this.dump(takenAt);
    return (await finish(around)).head;
  }

  /** Returns access to the vaults, of which one does not answer. */
  without(host: "bron" | "lyon"): Surroundings["access"] {
    const { access } = this.pod();
    return { ...access, [host]: { address: "http://127.0.0.1:9", user: "x", password: "x" } };
  }

  /** Removes the packs of a repository at a vault, as a host's scrub or a volume that was rolled back does. */
  losePacks(host: "bron" | "lyon", where = path): void {
    for (const pack of this.packs(host, where)) rmSync(pack);
  }

  /** Cuts off the end of every pack at a vault: they are listed, with another size. */
  cutPacks(host: "bron" | "lyon"): void {
    for (const pack of this.packs(host, path)) truncateSync(pack, 100);
  }

  /** Changes a byte of every pack at a vault, which keep their names and sizes. Returns how many. */
  spoilPacks(host: "bron" | "lyon"): number {
    const packs = this.packs(host, path);
    for (const pack of packs) {
      const bytes = readFileSync(pack);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(pack, bytes);
    }
    return packs.length;
  }

  private packs(host: "bron" | "lyon", where: string): string[] {
    const shelves = join(this.folder, host, where, "data");
    return readdirSync(shelves).flatMap((shelf) =>
      readdirSync(join(shelves, shelf)).map((pack) => join(shelves, shelf, pack)),
    );
  }

  /** Returns the chain of restore points at both vaults. */
  async chain() {
    return chainOf([await held("bron", this.bron), await held("lyon", this.lyon)], { owner, publicKey });
  }

  /** The manifest of a point. */
  opened(found: Point | undefined) {
    if (found === undefined) throw new Error("no point");
    return manifestOf(found, password);
  }
}
