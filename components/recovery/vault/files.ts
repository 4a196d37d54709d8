import type { SeenStatus } from "./settings.ts";

/** Asks over HTTP as `fetch` does. */
export type Fetch = (
  address: string,
  init: { method: string; headers: Record<string, string>; body?: Uint8Array<ArrayBuffer> },
) => Promise<Pick<Response, "status" | "text" | "json" | "arrayBuffer">>;

/** What a vault holds, whoever keeps it: files by their paths, `nextcloud/files-2026q4/config` or `once/incarnation-2`. */
export interface VaultFiles {
  status(): Promise<SeenStatus>;
  /** The files of one kind in a repository, with their sizes; none where there is no such repository. */
  list(repository: string, type: string): Promise<Map<string, number>>;
  /** The names that were created once. */
  once(): Promise<string[]>;
  /** A file, whole; undefined where it is not there. */
  get(path: string): Promise<Buffer<ArrayBuffer> | undefined>;
  /** Writes a file that is not there. Throws where another one has its name. */
  put(path: string, body?: Buffer<ArrayBuffer>): Promise<void>;
}
