import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { BucketClient } from "../../../components/recovery/vault/bucket/client.ts";
import { lockDays } from "../../../components/recovery/vault/bucket/lock.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { repositoryAt, VaultProcess } from "../../programs/vault/process.ts";
import type { Repository } from "../../programs/vault/restic.ts";
import { seaweedfs } from "../../seaweedfs/build.ts";
import { Store } from "../../seaweedfs/store.ts";

/** A vault that is killed during backups, with one repository. */
export interface KilledVault {
  readonly repository: Repository;
  readonly kills: number;
  kill(): Promise<void>;
  /** Starts it again, and waits until it answers. */
  start(): Promise<void>;
  /** Whether a backup has locked the repository. */
  isLocked(): Promise<boolean>;
  /** Names of files that are not their SHA-256, of all that are under a final name and were not looked at before. */
  wrongFiles(): Promise<string[]>;
  close(): Promise<void>;
}

/** Whether a name is a file's SHA-256. Locks go again at any moment. */
const isLasting = (path: string) => /\/[0-9a-f]{64}$/.test(path) && !/\/locks\/[^/]+$/.test(path);

const isWrong = (path: string, bytes: Buffer) =>
  !path.endsWith(`/${createHash("sha256").update(bytes).digest("hex")}`);

/** Starts this project's own vault below a folder. */
export async function killedServer(folder: string): Promise<KilledVault> {
  const vault = await VaultProcess.start(folder);
  const repository = repositoryAt(vault.url, join(folder, "cache"));
  const volume = join(folder, "volume");
  const lookedAt = new Set<string>();
  return {
    repository,
    get kills() {
      return vault.kills;
    },
    kill: () => vault.kill(),
    start: () => vault.start(),
    isLocked: async () => readdirSync(join(volume, repository.path, "locks")).length > 0,
    async wrongFiles() {
      const found = readdirSync(volume, { withFileTypes: true, recursive: true });
      return found.flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || !isLasting(path) || lookedAt.has(path)) return [];
        lookedAt.add(path);
        return isWrong(path, readFileSync(path)) ? [relative(volume, path)] : [];
      });
    },
    close: () => vault.kill(),
  };
}

/** Starts a bucket of SeaweedFS as a vault. */
export async function killedBucket(folder: string): Promise<KilledVault> {
  const { keepDays } = passOf();
  const store = await Store.open(await seaweedfs(), lockDays(keepDays));
  const bucket = store.access(keepDays);
  const client = new BucketClient(bucket, fetch);
  const repository = { ...repositoryAt(bucket.address, join(folder, "cache")), bucket };
  const lookedAt = new Set<string>();
  let kills = 0;
  return {
    repository,
    get kills() {
      return kills;
    },
    async kill() {
      await store.process.kill();
      kills += 1;
    },
    async start() {
      store.process.start();
      await store.answers();
    },
    isLocked: async () => (await client.list(`${repository.path}/locks/`)).keys.size > 0,
    async wrongFiles() {
      const wrong: string[] = [];
      for (const key of (await client.list("")).keys.keys()) {
        if (!isLasting(key) || lookedAt.has(key)) continue;
        const bytes = await client.get(key);
        // A store that was just started lists what it does not give yet.
        if (bytes === undefined) continue;
        lookedAt.add(key);
        if (isWrong(key, bytes)) wrong.push(key);
      }
      return wrong;
    },
    close: () => store.close(),
  };
}
