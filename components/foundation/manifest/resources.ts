import type { types } from "@pulumi/kubernetes";

/** Requests and limits of a container. CPU has no limit: throttling idle capacity wastes it. */
export interface Resources {
  /** Cores asked for, for example `0.05`. */
  cpu: number;
  /** Memory asked for, MiB. */
  requestMiB: number;
  /** Memory that the container may use before it is killed, MiB. */
  limitMiB: number;
}

/** Returns requests and limits in the words of Kubernetes. */
export function resourceRequirements(resources: Resources): types.input.core.v1.ResourceRequirements {
  return {
    requests: { cpu: `${Math.round(resources.cpu * 1000)}m`, memory: `${resources.requestMiB}Mi` },
    limits: { memory: `${resources.limitMiB}Mi` },
  };
}
