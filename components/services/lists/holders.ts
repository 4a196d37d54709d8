import type { PointContents } from "../../foundation/restore-point/contract.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { dataFolder } from "./configuration.ts";
import type { ListsPlan } from "./plan.ts";
import { memoryOf } from "./sizing.ts";
import { listsService, listsUid, listsWorkload } from "./workloads.ts";

/** Name of the volume. */
export const listsVolume = "lists-data";

/** Returns the data holders of lists, apart from rows: messages that wait. */
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
 * Returns the contents of the restore points of lists. Outgoing messages are left out: most of them have arrived since,
 * and people would get them twice. Lists themselves are made of what is declared at each start.
 */
export function listsPoint(): PointContents {
  const waiting = ["spool/bulk", "spool/relay", "spool/msg"];
  const excluded = [...waiting, "spool/tmp", "list_data/*/*/config.bin"];
  return {
    uid: listsUid,
    volumes: [{ name: listsVolume, excluded }],
    afterFiles: [],
    afterAll: [],
    afterPath: [],
    waiting: {
      deployment: listsService,
      command: ["sh", "-c", `cd ${dataFolder} && find ${waiting.join(" ")} -type f | wc -l`],
    },
  };
}
