import type * as z from "zod";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import type { mailSection } from "../mail/declaration.ts";
import type { Mail } from "../mail/plan.ts";
import type { monitoringSection } from "./declaration.ts";

/** Suffix of the namespace, and kind of the part. */
export const monitoringService = "monitoring";

/** Fields of a commune's declaration that are read here. */
export interface MonitoredCommune {
  id: string;
  name: string;
  contact: string;
  mail?: z.output<typeof mailSection> | undefined;
  monitoring?: z.output<typeof monitoringSection> | undefined;
}

/** Way of alerts to people. */
export interface Letters {
  mail: Mail;
  recipients: readonly string[];
}

/** Monitoring of a commune, with every size known. */
export interface MonitoringPlan {
  commune: string;
  /** Name of the commune that people read. */
  name: string;
  /** Hours for which figures are kept; undefined if the cluster's Prometheus keeps them. */
  keepHours: number | undefined;
  /** undefined if the cluster's Alertmanager sends them. */
  letters: Letters | undefined;
  storageClass: string | undefined;
}

/** Plans the `monitoring:` section; undefined if there is none. Pure. */
export function planMonitoring(
  { id, name, contact, monitoring }: MonitoredCommune,
  mail: Mail | undefined,
  { storageClass }: { storageClass: string | undefined },
): MonitoringPlan | undefined {
  if (monitoring === undefined) return undefined;
  const { use, recipients, keep } = monitoring;
  const isOwn = use === "own";
  return {
    ...{ commune: id, name, storageClass },
    keepHours: isOwn ? Math.ceil(keep.seconds / 3600) : undefined,
    letters: isOwn && mail ? { mail, recipients: recipients.length > 0 ? recipients : [contact] } : undefined,
  };
}

/** Returns the problems of the section beside others. */
export function monitoringProblems({ monitoring, mail }: MonitoredCommune): FieldProblem[] {
  if (monitoring?.use !== "own" || mail !== undefined) return [];
  return [
    {
      field: [monitoringService],
      message:
        "tells people by mail when something fails, and the commune declares no mail. Write mail: with its relay (docs/platform.md), or take the line out.",
    },
  ];
}
