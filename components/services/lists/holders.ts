import type { PointContents } from "../../foundation/restore-point/contract.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import type { ListsPlan } from "./plan.ts";
import { memoryOf } from "./sizing.ts";
import { listsService, listsUid, listsWorkload } from "./workloads.ts";

/** Name of the volume. */
export const listsVolume = "lists-data";

/** What holds the data of lists, apart from rows: messages that wait. */
export function listsHolders(plan: Pick<ListsPlan, "commune" | "storageGiB" | "storageClass">): DataHolders {
  const { commune, storageGiB, storageClass } = plan;
  const workload = listsWorkload(plan);
  return {
    component: "commune:index:Lists",
    namespace: {
      ...{ commune, service: listsService, data: workload.data },
      quota: { memoryMiB: memoryOf().limitMiB, storageGiB, pods: 3 },
    },
    volumes: [
      {
        ...{ workload, name: listsVolume, sizeGiB: storageGiB, storageClass },
        field: ["lists", "storage"],
      },
    ],
    queue: undefined,
  };
}

/**
 * What is in the restore points of lists. What was on its way out is not: most of it has arrived since, and people would be
 * sent it twice. Lists themselves are made of what is declared at each start.
 */
export function listsPoint(): PointContents {
  const excluded = ["spool/bulk", "spool/relay", "spool/msg", "spool/tmp", "list_data/*/*/config.bin"];
  return {
    uid: listsUid,
    volumes: [{ name: listsVolume, excluded }],
    afterFiles: [],
    afterAll: [],
    afterPath: [],
  };
}
