import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import type { Forgets } from "../service.ts";
import { associationsScript, forgetScript } from "./associations-script.ts";
import { rootProgramConfigMap, rootProgramPod } from "./root-program.ts";
import type { PeertubeSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

export function associationsConfigMap(spec: PeertubeSpec): ConfigMap {
  const { host, associations } = spec;
  const declared = JSON.stringify({ server: "http://peertube", host, associations }, undefined, 2);
  return rootProgramConfigMap(spec, "associations", associationsScript, declared);
}

/** The Job that makes, closes and opens the channels of associations; nothing where none has one. */
export function associationsJob(spec: PeertubeSpec): Job | undefined {
  if (spec.associations.length === 0) return undefined;
  const workload = workloadOf(spec.commune, "associations");
  return jobOf({
    metadata: metadataOf(workload, "peertube-associations"),
    reads: [spec.secretLabels, associationsConfigMap(spec).data],
    annotations: (name) =>
      whenItFails(workload, name, "PeerTube serves, and the channels of other associations are as declared."),
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: 900,
      template: rootProgramPod(spec, "associations"),
    },
  });
}

/** How PeerTube forgets an association: its account, its channel and its videos go. */
export const forgetsChannel: Forgets = {
  what: "sa chaîne PeerTube, avec ses vidéos ; les autres serveurs en sont prévenus",
  container: "peertube",
  command: (tenant) => ["node", "--input-type=module", "--eval", forgetScript, tenant],
};
