import { nextcloudBefore, nextcloudCron } from "../../../components/services/nextcloud/cron.ts";
import type { NextcloudSpec } from "../../../components/services/nextcloud/spec.ts";
import { nextcloudDeployment } from "../../../components/services/nextcloud/web.ts";

interface Container {
  name: string;
  command?: string[];
  args?: string[];
  env?: { name: string; value: string }[];
  volumeMounts: { mountPath: string; name: string; subPath?: string }[];
}

interface Template {
  metadata: { annotations: Record<string, string> };
  spec: {
    initContainers?: Container[];
    containers: (Container & { readinessProbe?: { httpGet: unknown } })[];
    volumes: { name: string; configMap?: { items?: unknown[] }; emptyDir?: unknown }[];
    affinity: { podAffinity: Record<string, unknown[]> };
  };
}

/** A pod's template, as the cluster would read it. */
const read = (template: unknown): Template => JSON.parse(JSON.stringify(template));
/** Template of the pods that serve. */
export const web = (of: NextcloudSpec) => read(nextcloudDeployment(of).spec.template);
/** Template of the Job before a change. */
export const before = (of: NextcloudSpec) => read(nextcloudBefore(of).spec.template);
/** Template of background jobs. */
export const cron = (of: NextcloudSpec) =>
  read(JSON.parse(JSON.stringify(nextcloudCron(of).spec)).jobTemplate.spec.template);
/** All that run in one, in order. */
export const containersOf = ({ spec: { initContainers = [], containers } }: Template) => [
  ...initContainers,
  ...containers,
];
export const names = (containers: Container[] = []) => containers.map(({ name }) => name);
