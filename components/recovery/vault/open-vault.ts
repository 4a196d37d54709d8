import type { VaultAccess } from "./access.ts";
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

/** A place for copies, as far as files are copied between two and proved at one: a vault, or what answers as one. */
export interface CopiedVault extends Pick<VaultFiles, "list" | "get" | "put"> {
  /** The commune that keeps it, or the bucket's name in the declaration. */
  readonly host: string;
  /** Repositories that are there with the last day of each, and files that were set aside because they changed. */
  status(): Promise<Pick<SeenStatus, "generations" | "quarantined">>;
}

/** A vault, as the commune that its copies are of asks it: a neighbour's, or a bucket. */
export class OpenVault implements VaultFiles, CopiedVault {
  private readonly files: VaultFiles;

  /** @param host who keeps it, or the name of the bucket's entry in the declaration. */
  constructor(
    readonly host: string,
    access: VaultAccess,
    fetch: Fetch,
  ) {
    this.files =
      "bucket" in access ? new BucketFiles(host, access, fetch) : new HostedFiles(host, access, fetch);
  }

  /** How full it is, and what the host has found. Throws where it does not answer, or not to this commune. */
  status(): Promise<SeenStatus> {
    return this.files.status();
  }

  /** The files of one kind in a repository, with their sizes; none where there is no such repository. */
  list(repository: string, type: string): Promise<Map<string, number>> {
    return this.files.list(repository, type);
  }

  /** The names that were created once. */
  once(): Promise<string[]> {
    return this.files.once();
  }

  /** A file, whole; nothing where it is not there. */
  get(path: string): Promise<Buffer<ArrayBuffer> | undefined> {
    return this.files.get(path);
  }

  put(path: string, body?: Buffer<ArrayBuffer>): Promise<void> {
    return this.files.put(path, body);
  }
}
