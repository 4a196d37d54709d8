import type { AfterRestore, PointContents } from "../../foundation/restore-point/contract.ts";
import { uid } from "./spec.ts";
import { transcodingCommand, transcodingName } from "./transcode-again.ts";

/** Restarts transcoding: which video waits for it is in the rows, and the job for it in the cache, which is emptied. */
const transcodedAgain: AfterRestore = {
  what: {
    en: "videos that were being transcoded are transcoded again",
    fr: "les vidéos en cours de conversion sont converties de nouveau",
  },
  when: "while it serves",
  cronJob: transcodingName,
  command: transcodingCommand,
};

/**
 * Returns the contents of its restore points. `redundancy` are copies of other servers' videos, `tmp-persistent`
 * exports of accounts that people fetch within two days. No command of PeerTube makes torrents again: tried on 8.2.1,
 * November 2026.
 * Source: config/default.yaml, storage.
 */
export function peertubePoint(): PointContents {
  const excluded = ["tmp", "tmp-persistent", "cache", "logs", "redundancy"];
  return {
    uid,
    volumes: [{ name: "peertube-data", excluded }],
    afterFiles: [],
    afterAll: [transcodedAgain],
    afterPath: [],
  };
}
