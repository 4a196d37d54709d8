import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import type { Forgets } from "../service.ts";
import { associationsScript, forgetScript } from "./associations-script.ts";
import { secretName } from "./environment.ts";
import { peertubeImage } from "./images.ts";
import { dataFolder, type PeertubeSpec, podSpec } from "./spec.ts";
import { serverVolumes } from "./web.ts";
import { workloadOf } from "./workloads.ts";

const folder = "/etc/peertube";

export function associationsConfigMap(spec: PeertubeSpec): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(workloadOf(spec.commune, "associations"), "peertube-associations"),
    data: {
      "associations.mjs": associationsScript,
      "associations.json": JSON.stringify(
        { server: "http://peertube", host: spec.host, associations: spec.associations },
        undefined,
        2,
      ),
    },
  };
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
      template: {
        metadata: { labels: labelsOf(workload) },
        spec: {
          ...podSpec,
          restartPolicy: "Never",
          // The volume can be mounted by one node only: run where the server runs.
          affinity: onNodeOf(workloadOf(spec.commune, "web")),
          containers: [
            {
              name: "associations",
              image: peertubeImage(spec.version),
              command: ["node"],
              args: [
                `${folder}/associations.mjs`,
                `${folder}/associations.json`,
                "/run/secrets/peertube/root-password",
              ],
              terminationMessagePolicy: "FallbackToLogsOnError",
              resources: resourceRequirements(spec.size.plugins),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "data", mountPath: dataFolder },
                { name: "associations", mountPath: folder, readOnly: true },
                { name: "secrets", mountPath: "/run/secrets/peertube", readOnly: true },
              ],
            },
          ],
          volumes: [
            ...serverVolumes,
            { name: "associations", configMap: { name: "peertube-associations" } },
            {
              name: "secrets",
              secret: {
                secretName,
                defaultMode: 0o440,
                items: [{ key: "root-password", path: "root-password" }],
              },
            },
          ],
        },
      },
    },
  });
}

/** How PeerTube forgets an association: its account, its channel and its videos go. */
export const forgetsChannel: Forgets = {
  what: "sa chaîne PeerTube, avec ses vidéos ; les autres serveurs en sont prévenus",
  container: "peertube",
  command: (tenant) => ["node", "--input-type=module", "--eval", forgetScript, tenant],
};
