import { checksum } from "./checksum.ts";
import { namespaceOf, type Workload } from "./labels.ts";
import type { Job, Manifest, Metadata } from "./manifest.ts";

/** Hexadecimal digits of the checksum at the end of a Job's name, and that end. */
const digits = 8;
const ending = new RegExp(`-[0-9a-f]{${digits}}$`);

/**
 * Seconds after which Kubernetes ends a Job that copies data: 30 days. Its programs end by themselves when nothing moves, and
 * a slow line may take long. This ends a Job whose pod cannot start, so that its CronJob can start another.
 */
export const copyDeadlineSeconds = 30 * 86_400;

/** A Job to be, without its name's checksum. */
export interface JobContent {
  /** `name` has no checksum yet. */
  metadata: Metadata;
  spec: Job["spec"];
  /** Dependencies that its spec does not show, such as the texts of a ConfigMap that it mounts. */
  reads?: unknown;
  /** Returns the Job's annotations by its full name. */
  annotations?: (name: string) => Record<string, string>;
}

/**
 * The one rule for Jobs: the object's name ends in a checksum of what it runs and reads. A Job's template is immutable,
 * and a preview tries the new one on the cluster while the old one is there, so a change is another Job: it is made and
 * waited for, and the old one goes at the end of the run. The logical name is {@link stableName}'s, without the checksum,
 * so that a preview shows one Job replaced and what depends on it stays in place.
 */
export function jobOf({ metadata, spec, reads, annotations }: JobContent): Job {
  const content = reads === undefined ? spec : [reads, spec];
  const name = `${metadata.name}-${checksum(content, digits)}`;
  const said = { ...metadata.annotations, ...annotations?.(name) };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...metadata, name, ...(Object.keys(said).length > 0 && { annotations: said }) },
    spec,
  };
}

/** An object's name without what depends on its content: the end of its logical name. */
export function stableName({ kind, metadata: { name } }: Manifest): string {
  return kind === "Job" ? name.replace(ending, "") : name;
}

/** Annotation of a Job: what to do when it has failed. */
export const whenItFailsKey = "commune.cloud/when-it-fails";

/**
 * Returns the annotation that says what to do if a Job fails; the next run makes it again.
 *
 * @param job its full name.
 * @param state what holds meanwhile.
 */
export function whenItFails(workload: Workload, job: string, state: string): Record<string, string> {
  const kubectl = `kubectl -n ${namespaceOf(workload)}`;
  return {
    [whenItFailsKey]: `${state} Read why: ${kubectl} logs job/${job}. Fix it, then: npx pulumi up -s ${workload.commune}`,
  };
}
