import type { BucketAccess } from "../access.ts";
import type { Fetch, VaultFiles } from "../files.ts";
import { fileName, isNamed, readRepository } from "../names.ts";
import { keptUntil } from "../retention.ts";
import type { BucketStatus, LockStatus } from "../settings.ts";
import { BucketClient, BucketError } from "./client.ts";
import { keyOf, keyPrefixes, pathOf } from "./keys.ts";
import { lockDays } from "./lock.ts";
import { oldestOf } from "./rewind.ts";

/**
 * A vault that is a bucket. Versions and object lock do here what a host's program does for a neighbour: of a name that is
 * created once, the oldest version counts, whatever was written over it or deleted since.
 */
export class BucketFiles implements VaultFiles {
  private readonly client: BucketClient;

  constructor(
    private readonly vault: string,
    private readonly access: BucketAccess,
    fetch: Fetch,
  ) {
    this.client = new BucketClient(access, fetch);
  }

  async status(): Promise<BucketStatus> {
    const { keepDays } = this.access;
    const { folders: services } = await this.client.list("", "/");
    const names = await Promise.all(
      services
        .filter((folder) => folder !== keyPrefixes.once && folder !== keyPrefixes.complete)
        .map(async (service) => (await this.client.list(service, "/")).folders),
    );
    const complete = (await this.client.list(keyPrefixes.complete)).keys;
    const generations = names.flat().flatMap((folder) => {
      const name = folder.replace(/\/$/, "");
      const { generation } = readRepository(name) ?? {};
      if (generation === undefined) return [];
      const until = keptUntil(generation, keepDays);
      return [{ name, until, isComplete: complete.has(keyOf(`${name}/complete`)) }];
    });
    return {
      ...{ generations, scrub: undefined, quarantined: [], aside: [] },
      lock: await this.lock(),
    };
  }

  private async refusedAsTaken(key: string, body: Buffer<ArrayBuffer>): Promise<boolean> {
    try {
      await this.client.put(key, body, { isFirst: true });
      return false;
    } catch (error) {
      if (error instanceof BucketError && (error.status === 412 || error.status === 409)) return true;
      throw error;
    }
  }

  /** Returns the bucket's lock; undefined if the keys may not ask, which stops no copy. */
  private async lock(): Promise<LockStatus | undefined> {
    try {
      return { ...(await this.client.lock()), neededDays: lockDays(this.access.keepDays) };
    } catch (error) {
      if (error instanceof BucketError && error.status === 403) return undefined;
      throw error;
    }
  }

  async list(repository: string, type: string): Promise<Map<string, number>> {
    const { keys } = await this.client.list(`${repository}/${type}/`);
    return new Map([...keys].map(([key, size]) => [key.split("/").at(-1) ?? key, size]));
  }

  async once(): Promise<string[]> {
    const versions = await this.client.versions(keyPrefixes.once);
    return [...oldestOf(versions).keys()].map((key) => pathOf(key).slice("once/".length)).sort();
  }

  async get(path: string): Promise<Buffer<ArrayBuffer> | undefined> {
    const key = keyOf(path);
    if (!key.startsWith(keyPrefixes.once)) return this.client.get(key);
    const oldest = oldestOf(await this.client.versions(key)).get(key);
    return oldest && this.client.get(key, oldest.id);
  }

  async put(path: string, body: Buffer<ArrayBuffer> = Buffer.alloc(0)): Promise<void> {
    // A bucket has no folders to create.
    if (path.endsWith("?create=true")) return;
    if (this.access.purpose === "read") {
      throw new Error(`the bucket ${this.vault} is opened to read alone, and ${path} was to be brought`);
    }
    const isTaken = await this.refusedAsTaken(keyOf(path), body);
    const name = path.split("/").at(-1) ?? "";
    if (fileName.test(name)) {
      // The name is the hash of the content, so that another content under it has changed since.
      if (isTaken && !isNamed(name, await this.client.get(keyOf(path))))
        await this.client.put(keyOf(path), body);
      return;
    }
    // The oldest version counts, even if the store ignores the condition or somebody deleted the name.
    if ((await this.get(path))?.equals(body) !== true) {
      throw new Error(`the bucket ${this.vault} has another file of the name ${path}`);
    }
  }
}
