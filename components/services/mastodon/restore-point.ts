import type { PointContents } from "../../foundation/restore-point/contract.ts";
import { environmentName } from "./environment.ts";
import { feedsCommand, feedsName } from "./jobs.ts";
import type { MastodonPlan } from "./plan.ts";
import { mediaClaim, uid } from "./pods.ts";

/**
 * Returns the contents of its restore points. `cache` holds copies of what other servers have, and `backups` archives
 * that people asked for and can ask for again. Source: https://docs.joinmastodon.org/admin/backups/
 */
export function mastodonPoint({ media }: Pick<MastodonPlan, "media">): PointContents {
  return {
    uid,
    ...(media.kind === "volume"
      ? { volumes: [{ name: mediaClaim, excluded: ["cache", "backups"] }] }
      : { volumes: [], secret: environmentName }),
    afterFiles: [],
    // They are in the cache alone, which is emptied, and an empty one stays so until somebody posts.
    afterAll: [
      {
        what: {
          en: "home feeds are built again from the rows",
          fr: "les fils d’accueil sont refaits d’après la base",
        },
        when: "while it serves",
        cronJob: feedsName,
        command: feedsCommand(),
      },
    ],
    afterPath: [],
  };
}
