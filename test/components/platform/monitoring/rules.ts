import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import * as z from "zod";
import { rulesFolder, rulesOf } from "../../../../components/platform/monitoring/rules.ts";
import { checkout } from "../../../../local/paths.ts";

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.looseObject({ severity: z.enum(["critical", "warning", "none"]) }),
  annotations: z.strictObject({ summary: z.string(), noticed: z.string(), runbook_url: z.string() }),
});
const file = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })),
});

/** The names of the files of alerts. */
export const allFiles = readdirSync(join(checkout, "components", rulesFolder)).map((name) =>
  name.replace(/\.yaml$/, ""),
);

/** Values of placeholders: one restore point a day. */
const values: Readonly<Record<string, Record<string, number>>> = { points: { EVERY: 86_400 } };

/** The alerts of a file, for the commune bron. */
export function alertsIn(file: string): string {
  return rulesOf({ file, values: values[file] ?? {} }, "bron");
}

/** Every alert, for the commune bron. */
export const allAlerts = allFiles.flatMap((name) =>
  file
    .parse(yaml.load(alertsIn(name)))
    .groups.flatMap(({ rules }) => rules.map((each) => ({ file: name, ...each }))),
);

const series = z.array(z.string());

/** Series at which each alert fires, and at which it stays silent. */
export const tried = z
  .record(
    z.string(),
    z.strictObject({ fires: series, silent: series.optional(), after: z.string().prefault("90m") }),
  )
  .parse(yaml.load(readFileSync(join(import.meta.dirname, "alerts.yaml"), "utf8")));

/** Returns those of one alert. Throws if nobody has tried it. */
export function triedOf(alert: string) {
  const found = tried[alert];
  if (found === undefined) throw new Error(`alerts.yaml does not say when ${alert} fires.`);
  return found;
}
