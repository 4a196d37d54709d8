import type { PointContents } from "../../foundation/restore-point/contract.ts";
import { uid } from "./spec.ts";

/**
 * What is in its restore points. `redundancy` are copies of other servers' videos; torrents and storyboards are made
 * again by its own commands. Source: config/default.yaml, storage.
 */
export function peertubePoint(): PointContents {
  const excluded = ["tmp", "cache", "logs", "redundancy", "storyboards", "torrents"];
  return { uid, volumes: [{ name: "peertube-data", excluded }], afterFiles: [], afterAll: [], afterPath: [] };
}
