import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { nextcloudQuota } from "./sizing.ts";
import type { NextcloudSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Returns Nextcloud's data holders: the code and configuration, and users' files. */
export function nextcloudHolders(
  spec: Pick<NextcloudSpec, "commune" | "size" | "storageGiB" | "storageClass" | "teamFolders">,
): DataHolders {
  const { commune, size, storageGiB, storageClass } = spec;
  const workload = workloadOf(commune, "web");
  return {
    component: "commune:index:Nextcloud",
    namespace: { commune, service: "nextcloud", data: workload.data, quota: nextcloudQuota(spec) },
    volumes: [
      { workload, name: "nextcloud", sizeGiB: size.codeGiB, storageClass, field: ["nextcloud"] },
      {
        workload,
        name: "nextcloud-data",
        sizeGiB: storageGiB,
        storageClass,
        field: ["nextcloud", "storage"],
      },
    ],
    queue: undefined,
  };
}
