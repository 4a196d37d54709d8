import type { DataHolders } from "../../foundation/site/data-holders.ts";
import type { PlannedVolume } from "../../foundation/volume/manifests.ts";
import { cacheVolume } from "../../platform/cache/manifests.ts";
import type { MastodonPlan } from "./plan.ts";
import { mediaClaim } from "./pods.ts";
import { mastodonQuota } from "./sizing.ts";
import { workloadOf } from "./workloads.ts";

/** Returns Mastodon's data holders: media, if they are or were on a volume, and the deliveries that wait in its cache. */
export function mastodonHolders(
  spec: Pick<MastodonPlan, "commune" | "size" | "media" | "storageClass"> &
    Partial<Pick<MastodonPlan, "formerMedia">>,
): DataHolders & { queue: PlannedVolume } {
  const { commune, size, media, formerMedia, storageClass } = spec;
  const workload = workloadOf(commune, "web");
  const claim = { workload, name: mediaClaim, storageClass, field: ["mastodon", "storage"] };
  const onVolume = media.kind === "volume" ? media : formerMedia;
  return {
    component: "commune:index:Mastodon",
    namespace: { commune, service: "mastodon", data: workload.data, quota: mastodonQuota(spec) },
    volumes:
      onVolume === undefined
        ? []
        : [
            {
              ...claim,
              sizeGiB: onVolume.sizeGiB,
              retirement: "retirement" in onVolume ? onVolume.retirement : undefined,
            },
          ],
    queue: {
      ...cacheVolume({ commune, service: "mastodon" }, { sizeGiB: size.cacheGiB, storageClass }),
      field: ["mastodon", "expectedUsers"],
    },
  };
}
