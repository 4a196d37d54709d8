import * as z from "zod";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";

const securityContext = z.object({
  runAsNonRoot: z.boolean().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  privileged: z.boolean().optional(),
  capabilities: z
    .object({ drop: z.array(z.string()).optional(), add: z.array(z.string()).optional() })
    .optional(),
  seccompProfile: z.object({ type: z.string() }).optional(),
});

const container = z.object({
  name: z.string(),
  image: z.string(),
  // What is known later, or is a Secret's, is no text yet.
  env: z.array(z.object({ name: z.string(), value: z.string().optional().catch(undefined) })).optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  securityContext: securityContext.optional(),
  resources: z
    .object({
      requests: z.record(z.string(), z.string()).optional(),
      limits: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

const podSpec = z.object({
  automountServiceAccountToken: z.boolean().optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  securityContext: securityContext.optional(),
  containers: z.array(container),
  initContainers: z.array(container).optional(),
});

type PodSpec = z.output<typeof podSpec>;
type Container = z.output<typeof container>;

const template = z.object({ spec: podSpec });
const byKind: Record<string, z.ZodType<PodSpec>> = {
  Pod: podSpec,
  Deployment: z.object({ template }).transform((spec) => spec.template.spec),
  StatefulSet: z.object({ template }).transform((spec) => spec.template.spec),
  DaemonSet: z.object({ template }).transform((spec) => spec.template.spec),
  Job: z.object({ template }).transform((spec) => spec.template.spec),
  CronJob: z
    .object({ jobTemplate: z.object({ spec: z.object({ template }) }) })
    .transform((spec) => spec.jobTemplate.spec.template.spec),
};

/** Spec of the pods that an object starts; undefined if it starts none. */
export function podOf(object: KubernetesObject): PodSpec | undefined {
  return byKind[object.kind]?.parse(object.spec);
}

/** Every container of a pod, those that run first included; none if there is no pod. */
export function containersOf(pod: PodSpec | undefined): Container[] {
  return pod === undefined ? [] : [...(pod.initContainers ?? []), ...pod.containers];
}
