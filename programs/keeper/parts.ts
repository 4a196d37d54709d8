import type { KeeperSettings } from "../../components/recovery/keeper/settings.ts";
import type { Copies } from "./copies.ts";
import type { Failures } from "./failures.ts";
import type { CopiedServer } from "./server.ts";
import type { Spool } from "./spool.ts";

/** Tools of a keeper. */
export interface Parts {
  settings: KeeperSettings;
  server: CopiedServer;
  /** libpq's variables, for the commands that copy. */
  libpq: Record<string, string>;
  spool: Spool;
  /** Script that copies the server and writes its list of files (components/recovery/keeper/manifests.ts). */
  baseScript: string;
  copies: Copies;
  failures: Failures;
  now: () => Date;
  say: (line: object) => void;
}
