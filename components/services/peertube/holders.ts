import type { DataHolders } from "../../foundation/site/data-holders.ts";
import type { PlannedVolume } from "../../foundation/volume/manifests.ts";
import { cacheVolume } from "../../platform/cache/manifests.ts";
import type { PeertubePlan } from "./plan.ts";
import { peertubeQuota } from "./sizing.ts";
import { workloadOf } from "./workloads.ts";

/**
 * Returns PeerTube's data holders. There is a volume for any kind of media storage: thumbnails, avatars and uploads
 * under way stay on it in 8.x. Jobs and deliveries wait in its cache.
 */
export function peertubeHolders(
  spec: Pick<PeertubePlan, "commune" | "size" | "storageGiB" | "storageClass">,
): DataHolders & { queue: PlannedVolume } {
  const { commune, size, storageGiB, storageClass } = spec;
  const workload = workloadOf(commune, "web");
  return {
    component: "commune:index:Peertube",
    namespace: { commune, service: "peertube", data: workload.data, quota: peertubeQuota(spec) },
    volumes: [
      {
        workload,
        name: "peertube-data",
        sizeGiB: storageGiB,
        storageClass,
        field: ["peertube", "storage"],
      },
    ],
    queue: {
      ...cacheVolume({ commune, service: "peertube" }, { sizeGiB: size.cacheGiB, storageClass }),
      field: ["peertube", "expectedViewers"],
    },
  };
}
