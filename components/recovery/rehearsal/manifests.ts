import type { types } from "@pulumi/kubernetes";
import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { copyDeadlineSeconds } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, CronJob, NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { allowToPeers, type PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import { programConfigMap } from "../../foundation/program/manifests.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import { restorePod } from "../database-restore/manifests.ts";
import { restoreSettingsFile } from "../database-restore/settings.ts";
import type { RehearsalSettings } from "./settings.ts";

const name = "rehearsal";

/** A server to be brought back, and where from. */
export interface RehearsalSpec extends RehearsalSettings {
  /** Major version of its PostgreSQL programs. */
  major: PostgresqlMajor;
  /** Labels of its keeper, whose namespace this is in. */
  beside: Workload;
  /** Secret that opens the vaults and the repositories. */
  opens: types.input.core.v1.SecretVolumeSource;
  /** Size of the volume that the server is brought back into, GiB. */
  sizeGiB: number;
  storageClass: string | undefined;
  places: PeerPlaces;
}

/** Labels of the pod that brings a server back. All that the server contains passes through it. */
const rehearsalWorkload = ({ beside }: Pick<RehearsalSpec, "beside">): Workload => ({
  ...beside,
  component: name,
});

export function rehearsalConfigMap(spec: RehearsalSpec): ConfigMap {
  const { commune, server, vaults, places } = spec;
  const settings: RehearsalSettings = { commune, server, vaults };
  return configMapOf(rehearsalWorkload(spec), name, {
    [restoreSettingsFile]: `${JSON.stringify(settings, undefined, 2)}\n`,
    ...(places.authority === undefined ? {} : { [authorityKey]: places.authority }),
  });
}

export function rehearsalProgram(spec: Pick<RehearsalSpec, "beside">, text: string): ConfigMap {
  return programConfigMap(metadataOf(rehearsalWorkload(spec), `${name}-program`), text);
}

export function rehearsalNetworkPolicy(spec: RehearsalSpec): NetworkPolicy {
  return allowToPeers([rehearsalWorkload(spec)], spec.places);
}

/** Returns a minute of the week after the night's copies, in the form of cron: servers do not all begin at once. */
function weekly({ commune, server }: RehearsalSettings): string {
  const drawn = Number.parseInt(checksum(`${commune}/${server}`, 8), 16);
  return `${drawn % 60} ${4 + (drawn % 3)} * * ${drawn % 7}`;
}

/**
 * Returns the CronJob that brings the server back once a week, from one vault after the other, into a volume that goes with
 * the pod.
 */
export function rehearsalCronJob(spec: RehearsalSpec): CronJob {
  const workload = rehearsalWorkload(spec);
  const labels = labelsOf(workload);
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: metadataOf(workload, name),
    spec: {
      schedule: weekly(spec),
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        metadata: { labels },
        spec: {
          backoffLimit: 1,
          activeDeadlineSeconds: copyDeadlineSeconds,
          // The pod takes the volume along, and with it a copy of everything.
          ttlSecondsAfterFinished: 24 * 3600,
          template: {
            metadata: { labels },
            spec: restorePod(spec, {
              name,
              authority: spec.places.authority,
              data: {
                ephemeral: {
                  volumeClaimTemplate: {
                    metadata: { labels },
                    spec: {
                      accessModes: ["ReadWriteOnce"],
                      storageClassName: spec.storageClass,
                      resources: { requests: { storage: `${spec.sizeGiB}Gi` } },
                    },
                  },
                },
              },
              secret: spec.opens,
            }),
          },
        },
      },
    },
  };
}
