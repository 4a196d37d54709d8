import { metadataOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { Service } from "../../foundation/manifest/manifest.ts";
import type { ProvidesMetrics, Watched } from "../../foundation/part/watched.ts";
import { type MonitoringPlan, monitoringService } from "./plan.ts";

/** Port of Prometheus, of Alertmanager and of the prober: their own defaults. */
export const ports = { prometheus: 9090, alertmanager: 9093, prober: 9115 };

/** The pod that watches: all three programs, or the prober alone for a Prometheus of the cluster. */
export function monitoringWorkload({
  commune,
  keepHours,
}: Pick<MonitoringPlan, "commune" | "keepHours">): Workload {
  return {
    ...{ commune, service: monitoringService, data: "none" },
    ...(keepHours === undefined
      ? { component: "prober", software: "blackbox-exporter" }
      : { component: "server", software: "prometheus" }),
  };
}

/** Name of the Service that leads to what is watched: its own, or the one that {@link metricsService} makes. */
export function serviceNameOf({ workload, through }: Watched): string {
  return through ?? `${workload.service}-${workload.component}-metrics`;
}

/** A name for pods with metrics that no Service leads to; also while they are not ready. */
export function metricsService(watched: ProvidesMetrics): Service {
  const { workload, port, speaker } = watched;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, serviceNameOf(watched)),
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: { ...selectorOf(workload), ...speaker },
      ports: [{ name: "metrics", port, targetPort: port }],
    },
  };
}
