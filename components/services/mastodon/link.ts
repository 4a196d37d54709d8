import type { ServiceLink } from "../link.ts";
import { microblogDriver } from "./driver.ts";
import { latestPosts } from "./latest.ts";

/** Links of Mastodon. */
export const mastodonLink = {
  kind: "microblog",
  french: "Actualités et échanges",
  title: "Mastodon",
  frenchPurpose: "Ce que la commune et ses habitants disent en public. Se lit et se suit sans compte.",
  meaning: "the communes' accounts follow each other",
  noun: "microblog",
  counts: "posts",
  secretFile: "microblog-token",
  driver: microblogDriver,
  latest: latestPosts,
} as const satisfies ServiceLink;
