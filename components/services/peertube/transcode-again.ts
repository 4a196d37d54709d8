import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import type { ConfigMap, CronJob } from "../../foundation/manifest/manifest.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { rootProgramCommand, rootProgramConfigMap, rootProgramPod, rootScript } from "./root-program.ts";
import type { PeertubeSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Name of what gives videos their lost jobs back: the ConfigMap's, and the CronJob's. */
export const transcodingName = "peertube-transcoding";

/** Command of the program. */
export const transcodingCommand = rootProgramCommand("transcoding");

/**
 * Has those local videos transcoded that wait for it and for which there is no job: after rows went back, the state is
 * there and the queue, which was in the cache, is not. Jobs of runners elsewhere are rows, and came back. Idempotent.
 *
 * Sources: docs.joinpeertube.org/api-rest-reference, Video Transcoding, Job and Runner Jobs; PeerTube,
 * server/core/controllers/api/videos/transcoding.ts and middlewares/validators/videos/video-transcoding.ts.
 */
const transcodingScript = () => rootScript(readTemplate("services/peertube/pod/transcoding.mjs"));

/** Returns the ConfigMap of the program. */
export function transcodingConfigMap(spec: PeertubeSpec): ConfigMap {
  const declared = JSON.stringify({ server: "http://peertube", host: spec.host });
  return rootProgramConfigMap(spec, "transcoding", transcodingScript(), declared);
}

/** Runs when a restore asks for it. */
export function transcodingCronJob(spec: PeertubeSpec): CronJob {
  return suspendedCronJob(workloadOf(spec.commune, "transcoding"), transcodingName, {
    backoffLimit: 2,
    activeDeadlineSeconds: 900,
    template: rootProgramPod(spec, "transcoding"),
  });
}
