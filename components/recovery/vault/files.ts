import type { SeenStatus } from "./settings.ts";

/** Sends an HTTP request, with the signature of `fetch`. */
export type Fetch = (
  address: string,
  init: { method: string; headers: Record<string, string>; body?: Uint8Array<ArrayBuffer> },
) => Promise<Pick<Response, "status" | "headers" | "text" | "json" | "arrayBuffer">>;

/** Files of a vault, whoever keeps it, by their paths: `nextcloud/files-2026q4/config` or `once/incarnation-2`. */
export interface VaultFiles {
  status(): Promise<SeenStatus>;
  /** Returns the files of one kind in a repository, with their sizes; empty if there is no such repository. */
  list(repository: string, type: string): Promise<Map<string, number>>;
  /** Returns the names that were created once. */
  once(): Promise<string[]>;
  /** Returns a whole file; undefined if it is not there. */
  get(path: string): Promise<Buffer<ArrayBuffer> | undefined>;
  /** Writes a new file. Throws if another one has its name. */
  put(path: string, body?: Buffer<ArrayBuffer>): Promise<void>;
}
