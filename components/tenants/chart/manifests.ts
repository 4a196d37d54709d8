import yaml from "js-yaml";
import * as z from "zod";
import { labelsOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { Manifest } from "../../foundation/manifest/manifest.ts";
import { isObject, type Json } from "../../foundation/manifest/pod-template.ts";
import { ChartError } from "./helm.ts";

/** Kinds of objects that a chart may make. Namespace, quota, rights, policies and Secrets are the toolkit's. */
export const kindsOfCharts = ["ConfigMap", "PersistentVolumeClaim", "Deployment", "Job", "CronJob"] as const;

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.enum(kindsOfCharts),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});

type Rendered = z.output<typeof object>;

/** Returns a pod with a workload's labels in addition to the chart's. */
function podOf(template: unknown, workload: Workload): Json {
  const { metadata, ...rest } = isObject(template) ? template : {};
  const own = isObject(metadata) ? metadata : {};
  const labels = isObject(own.labels) ? own.labels : {};
  return { ...rest, metadata: { ...own, labels: { ...labels, ...labelsOf(workload) } } };
}

/**
 * Labels of the pods of an application's timed jobs. They are another workload: the Service of the answering pods must
 * not select them.
 */
export function timedWorkload(workload: Workload): Workload {
  return { ...workload, component: `${workload.component}-timed` };
}

function specOf({ kind, spec }: Rendered, workload: Workload): unknown {
  if (!isObject(spec)) return spec;
  if (kind === "Deployment") {
    const selector = { matchLabels: selectorOf(workload) };
    return { ...spec, selector, template: podOf(spec.template, workload) };
  }
  if (kind === "Job") return { ...spec, template: podOf(spec.template, workload) };
  if (kind !== "CronJob" || !isObject(spec.jobTemplate)) return spec;
  const job = isObject(spec.jobTemplate.spec) ? spec.jobTemplate.spec : {};
  const jobSpec = { ...job, template: podOf(job.template, timedWorkload(workload)) };
  return { ...spec, jobTemplate: { ...spec.jobTemplate, spec: jobSpec } };
}

/**
 * Returns the objects in a chart's text as a workload's: in its namespace, with the labels that policies and reports
 * select by. Throws ChartError if there is one that a chart may not make.
 */
export function manifestsOf(text: string, workload: Workload, namespace: string): Manifest[] {
  const found = yaml.loadAll(text, undefined, { schema: yaml.CORE_SCHEMA });
  return found.filter(isObject).map((document) => {
    const { success, data } = object.safeParse(document);
    const name = isObject(document.metadata) ? String(document.metadata.name) : "without a name";
    if (!success)
      throw new ChartError(
        `The chart makes a ${String(document.kind)} ${name}, but a chart may only make ${kindsOfCharts.join(", ")}.`,
      );
    if (data.metadata.namespace !== namespace)
      throw new ChartError(`The chart makes ${data.kind} ${name} outside its namespace ${namespace}.`);
    const hook = Object.keys(data.metadata.annotations ?? {}).find((key) => key.startsWith("helm.sh/hook"));
    if (hook !== undefined)
      throw new ChartError(`The chart makes ${data.kind} ${name} as a hook, which no preview would show.`);
    const { labels = {}, ...metadata } = data.metadata;
    const spec = specOf(data, workload);
    return {
      ...data,
      metadata: { ...metadata, labels: { ...labels, ...labelsOf(workload) } },
      ...(spec !== undefined && { spec }),
    } as unknown as Manifest;
  });
}
