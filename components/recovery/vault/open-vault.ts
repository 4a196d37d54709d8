import { keepDaysOf, type VaultAccess } from "./access.ts";
import { BucketFiles } from "./bucket/files.ts";
import type { Fetch, VaultFiles } from "./files.ts";
import { HostedFiles } from "./hosted-files.ts";
import type { FileType } from "./names.ts";
import type { SeenStatus } from "./settings.ts";

export type { Fetch } from "./files.ts";

/**
 * Files of a repository that every vault with it has; locks come and go. In an order in which references come after
 * their targets: an interrupted copy is litter, not a wrong point.
 */
export const copiedTypes = ["keys", "data", "index", "snapshots"] as const satisfies readonly FileType[];

/** The part of a vault that copying between two vaults and proving one need. */
export interface CopiedVault extends Pick<VaultFiles, "list" | "get" | "put"> {
  /** The commune that keeps it, or the bucket's name in the declaration. */
  readonly host: string;
  /** Days for which what is brought there is kept after the last day of its generation. */
  readonly keepDays: number;
  /** Returns its repositories with the last day of each, and the files that were set aside because they changed. */
  status(): Promise<Pick<SeenStatus, "generations" | "quarantined">>;
}

/** A vault, from the view of the commune whose copies are in it: a neighbour's, or a bucket. */
export class OpenVault implements VaultFiles, CopiedVault {
  readonly keepDays: number;
  private readonly files: VaultFiles;

  /** @param host the commune that keeps it, or the bucket's name in the declaration. */
  constructor(
    readonly host: string,
    access: VaultAccess,
    fetch: Fetch,
  ) {
    this.keepDays = keepDaysOf(access);
    this.files =
      "bucket" in access ? new BucketFiles(host, access, fetch) : new HostedFiles(host, access, fetch);
  }

  /** Returns its status, with the host's findings. Throws if it does not answer, or not to this commune. */
  status(): Promise<SeenStatus> {
    return this.files.status();
  }

  /** Returns the files of one kind in a repository, with their sizes; empty if there is no such repository. */
  list(repository: string, type: string): Promise<Map<string, number>> {
    return this.files.list(repository, type);
  }

  /** Returns the names that were created once. */
  once(): Promise<string[]> {
    return this.files.once();
  }

  /** Returns a whole file; undefined if it is not there. */
  get(path: string): Promise<Buffer<ArrayBuffer> | undefined> {
    return this.files.get(path);
  }

  put(path: string, body?: Buffer<ArrayBuffer>): Promise<void> {
    return this.files.put(path, body);
  }
}
