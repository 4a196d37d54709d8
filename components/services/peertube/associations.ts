import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { Forgets } from "../service.ts";
import { rootProgramConfigMap, rootProgramPod, rootScript } from "./root-program.ts";
import { dataFolder, type PeertubeSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/**
 * A program about associations. Each has a mark on the volume: the number of its account, by which it is known and not by its
 * name. The mark is written before the account is asked for too, so that one that was cut short is not taken for somebody
 * else's.
 */
function script(name: "associations" | "forget"): string {
  const marks = readTemplate("services/peertube/pod/marks.mjs", { DATA_FOLDER: dataFolder });
  return rootScript(marks, readTemplate(`services/peertube/pod/${name}.mjs`));
}

/**
 * Makes the account and the channel of each declared association, once; then they are in the association's hands, but for
 * whether it can log in. Somebody else's of that name is left alone, and told after all else is done.
 *
 * Source: server/core/controllers/api/users/index.ts and middlewares/validators/users/users.ts of Chocobozzz/PeerTube:
 * whoever is made without a password is sent a letter to choose one.
 */
export const associationsScript = () => script("associations");

export function associationsConfigMap(spec: PeertubeSpec): ConfigMap {
  const { host, associations } = spec;
  const declared = JSON.stringify({ server: "http://peertube", host, associations }, undefined, 2);
  return rootProgramConfigMap(spec, "associations", associationsScript(), declared);
}

/** Returns the Job that makes, closes and opens the channels of associations; undefined if none has one. */
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

/** Deletes the account of an association that has left, with its channel and its videos. */
export const forgetsChannel: Forgets = {
  what: "sa chaîne PeerTube, avec ses vidéos ; les autres serveurs en sont prévenus",
  container: "peertube",
  command: (tenant) => ["node", "--input-type=module", "--eval", script("forget"), tenant],
};
