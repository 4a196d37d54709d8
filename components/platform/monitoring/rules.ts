import { existsSync } from "node:fs";
import yaml from "js-yaml";
import type { AlertFile } from "../../foundation/part/watched.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { toolkitFile } from "../../foundation/toolkit.ts";
import { metricsOf, type Targets } from "./targets.ts";
import { knownVersions, versionRules } from "./versions.ts";

/** Folder of the alerts, a file for each job of Prometheus and for what else its metrics are about. */
export const rulesFolder = "platform/monitoring/rules";

const withoutValues = (file: string): AlertFile => ({ file, values: {} });

/** The files of alerts that a commune needs: those about something that it has. */
export function alertFilesOf(targets: Targets): AlertFile[] {
  const { watched, sites, buckets, versions } = targets;
  const metrics = metricsOf(targets);
  const jobs = [
    ...(watched.some(({ by }) => by === "connection") ? ["connections"] : []),
    ...(sites.length > 0 ? ["sites"] : []),
    ...(buckets.length > 0 ? ["buckets"] : []),
    ...(versions().length > 0 ? ["versions"] : []),
    ...new Set(metrics.map(({ job }) => job)),
  ];
  return [...jobs.map(withoutValues), ...metrics.flatMap(({ alerts = [] }) => alerts)];
}

/** The alerts of a file for one commune, as Prometheus reads them. Throws if there is no such file: it would fail unnoticed. */
export function rulesOf({ file: name, values }: AlertFile, commune: string): string {
  const file = `${rulesFolder}/${name}.yaml`;
  if (!existsSync(toolkitFile(`components/${file}`)))
    throw new Error(`There is no ${file}. Write what to do if ${name} fails.`);
  return readTemplate(file, { COMMUNE: commune, ...values });
}

/** Alerts on full volumes and on nodes: the Prometheus of a cluster alone knows of them. */
export const clusterAlerts = ["volumes", "nodes"].map(withoutValues);

/** The files of alerts of a commune with a Prometheus of its own, and the facts that some of them read. */
export function ruleFiles(commune: string, targets: Targets): Record<string, string> {
  const alerts = [withoutValues("monitoring"), ...alertFilesOf(targets)].map((each) => [
    `${each.file}.rules.yaml`,
    rulesOf(each, commune),
  ]);
  const facts = yaml.dump(versionRules(commune, targets.versions()), { noRefs: true, lineWidth: -1 });
  return Object.fromEntries([...alerts, [`${knownVersions}.rules.yaml`, facts]]);
}
