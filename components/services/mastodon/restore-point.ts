import type { PointContents } from "../../foundation/restore-point/contract.ts";
import { mediaClaim, uid } from "./pods.ts";

/**
 * What is in its restore points. `cache` is what other servers have, and `backups` are archives that people asked for
 * and can ask for again. Source: https://docs.joinmastodon.org/admin/backups/
 */
export function mastodonPoint(): PointContents {
  return {
    uid,
    volumes: [{ name: mediaClaim, excluded: ["cache", "backups"] }],
    afterFiles: [],
    afterAll: [],
    afterPath: [],
  };
}
