import type { Part } from "../../foundation/part/part.ts";
import type { Mail } from "../mail/plan.ts";
import { monitoringSection } from "./declaration.ts";
import { french } from "./french.ts";
import { images } from "./images.ts";
import type { MonitoringGiven } from "./index.ts";
import {
  type MonitoredCommune,
  type MonitoringPlan,
  monitoringProblems,
  monitoringService,
  planMonitoring,
} from "./plan.ts";

const fields = () => ({
  monitoring: monitoringSection
    .optional()
    .describe("Who is told when something fails (docs/monitoring.md). Nobody when absent."),
});

/** Plans that it reads. */
export interface Around {
  declaration: MonitoredCommune;
  mail: Mail | undefined;
  site: { storageClass: string | undefined };
}

/** Monitoring of the other parts, which tells people. */
export const monitoringPart: Part<
  { monitoring?: MonitoringPlan | undefined },
  Around,
  MonitoringGiven,
  ReturnType<typeof fields>
> = {
  kind: monitoringService,
  whenNodeIsLost:
    "Waits for its node, and sends no letter meanwhile: what it knows is on a volume. A neighbour or the provider looks from outside (docs/monitoring.md).",
  fields,
  french,
  touches: { monitoring: [] },
  sections: { monitoring: { en: "monitoring", fr: "surveillance" } },
  problems: monitoringProblems,
  plan: ({ declaration, mail, site }) => ({
    running: { monitoring: planMonitoring(declaration, mail, site) },
  }),
  thingNamed: (name) =>
    name === monitoringService
      ? { kind: monitoringService, title: { en: "the monitoring", fr: "la surveillance" } }
      : undefined,
  images: () => Object.values(images),
  software({ monitoring }) {
    if (monitoring === undefined) return [];
    const prober = { name: "blackbox-exporter", image: images.prober };
    if (monitoring.keepHours === undefined) return [prober];
    return [
      { name: "prometheus", image: images.prometheus },
      { name: "alertmanager", image: images.alertmanager },
      prober,
    ];
  },
  lastComponent: async () => (await import("./index.ts")).registerMonitoring,
};
