import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { nextcloudQuota } from "./sizing.ts";
import type { NextcloudSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Returns Nextcloud's data holders: the code and configuration, and users' files; no volume if these are in a bucket. */
export function nextcloudHolders(
  spec: Pick<NextcloudSpec, "commune" | "size" | "media" | "storageGiB" | "storageClass" | "teamFolders">,
): DataHolders {
  const { commune, size, media, storageGiB, storageClass } = spec;
  const workload = workloadOf(commune, "web");
  return {
    component: "commune:index:Nextcloud",
    namespace: { commune, service: "nextcloud", data: workload.data, quota: nextcloudQuota(spec) },
    volumes:
      media === undefined
        ? [
            { workload, name: "nextcloud", sizeGiB: size.codeGiB, storageClass, field: ["nextcloud"] },
            {
              workload,
              name: "nextcloud-data",
              sizeGiB: storageGiB,
              storageClass,
              field: ["nextcloud", "storage"],
            },
          ]
        : [],
    queue: undefined,
  };
}
