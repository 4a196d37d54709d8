import { existsSync } from "node:fs";
import { readTemplate } from "../../foundation/template/template.ts";
import { toolkitFile } from "../../foundation/toolkit.ts";
import type { Targets } from "./targets.ts";

/** Folder of the alerts, a file for each job of Prometheus. */
export const rulesFolder = "platform/monitoring/rules";

/** Jobs of Prometheus whose alerts a commune needs: those with something to ask. */
export function jobsOf({ watched, sites }: Targets): string[] {
  const metrics = watched.flatMap((each) => (each.by === "metrics" ? [each.job] : []));
  return [
    ...(watched.some(({ by }) => by === "connection") ? ["connections"] : []),
    ...(sites.length > 0 ? ["sites"] : []),
    ...new Set(metrics),
  ];
}

/** The alerts of a job for one commune, as Prometheus reads them. Throws if the job has none: it would fail unnoticed. */
export function rulesOf(job: string, commune: string): string {
  const file = `${rulesFolder}/${job}.yaml`;
  if (!existsSync(toolkitFile(`components/${file}`)))
    throw new Error(`There is no ${file}. Write what to do if ${job} fails.`);
  return readTemplate(file, { COMMUNE: commune });
}

/** The files of alerts of a commune with a Prometheus of its own. */
export function ruleFiles(commune: string, targets: Targets): Record<string, string> {
  return Object.fromEntries(
    ["monitoring", ...jobsOf(targets)].map((job) => [`${job}.rules.yaml`, rulesOf(job, commune)]),
  );
}
