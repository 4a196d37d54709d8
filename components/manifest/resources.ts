import type { types } from "@pulumi/kubernetes";

/** What a container asks for and may use. CPU has no limit: throttling idle capacity wastes it. */
export interface Footprint {
  /** Cores asked for, for example `0.05`. */
  cpu: number;
  /** Memory asked for, MiB. */
  requestMiB: number;
  /** Memory that the container may use before it is killed, MiB. */
  limitMiB: number;
}

/** A footprint as Kubernetes writes it. */
export function resourcesOf(footprint: Footprint): types.input.core.v1.ResourceRequirements {
  return {
    requests: { cpu: `${Math.round(footprint.cpu * 1000)}m`, memory: `${footprint.requestMiB}Mi` },
    limits: { memory: `${footprint.limitMiB}Mi` },
  };
}
