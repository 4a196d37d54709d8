import type { PointContents } from "../../foundation/restore-point/contract.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import type { TicketsPlan } from "./plan.ts";
import { memoryOf } from "./sizing.ts";
import { ticketsService, ticketsUid, ticketsWorkload } from "./workloads.ts";

/** Name of the volume. */
export const ticketsVolume = "tickets-data";

/** Returns the data holders of ticketing, apart from rows: pictures, invoices, tickets that were made. */
export function ticketsHolders(
  plan: Pick<TicketsPlan, "commune" | "storageGiB" | "storageClass" | "size">,
): DataHolders {
  const { commune, storageGiB, storageClass, size } = plan;
  const workload = ticketsWorkload(plan);
  return {
    component: "commune:index:Tickets",
    namespace: {
      ...{ commune, service: ticketsService, data: workload.data },
      // Its cache may take half as much again as it keeps.
      quota: { memoryMiB: memoryOf().limitMiB + 2 * size.cacheMiB + 64, storageGiB, pods: 6 },
    },
    volumes: [
      {
        ...{ workload, name: ticketsVolume, sizeGiB: storageGiB, storageClass },
        field: ["tickets", "storage"],
      },
    ],
    queue: undefined,
  };
}

/** Returns the contents of its restore points. Tickets made for download are left out: pretix makes them again. */
export function ticketsPoint(): PointContents {
  const excluded = ["media/tickets", "media/pub/thumbs"];
  return {
    uid: ticketsUid,
    volumes: [{ name: ticketsVolume, excluded }],
    afterFiles: [],
    afterAll: [],
    afterPath: [],
  };
}
