import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import type { ConfigMap, CronJob } from "../../foundation/manifest/manifest.ts";
import { rootProgramCommand, rootProgramConfigMap, rootProgramPod } from "./root-program.ts";
import type { PeertubeSpec } from "./spec.ts";
import { transcodingScript } from "./transcoding-script.ts";
import { workloadOf } from "./workloads.ts";

/** Name of what gives videos their lost jobs back: the ConfigMap's, and the CronJob's. */
export const transcodingName = "peertube-transcoding";

export const transcodingCommand = rootProgramCommand("transcoding");

export function transcodingConfigMap(spec: PeertubeSpec): ConfigMap {
  const declared = JSON.stringify({ server: "http://peertube", host: spec.host });
  return rootProgramConfigMap(spec, "transcoding", transcodingScript, declared);
}

/** Runs when a restore asks for it. */
export function transcodingCronJob(spec: PeertubeSpec): CronJob {
  return suspendedCronJob(workloadOf(spec.commune, "transcoding"), transcodingName, {
    backoffLimit: 2,
    activeDeadlineSeconds: 900,
    template: rootProgramPod(spec, "transcoding"),
  });
}
