import type { Workload } from "../foundation/manifest/labels.ts";

/** Name of every object of the reconciler in its namespace. */
export const reconcilerName = "federation";

/** Labels of the reconciler's pod: it holds the secrets, and nothing connects to it. */
export function reconcilerWorkload(commune: string): Workload {
  return {
    commune,
    service: "federation",
    component: "reconciler",
    software: "commune-cloud",
    // It knows other communes' public names, and no person.
    data: "none",
  };
}

/** Name of every object of the publisher in that namespace. */
export const publisherName = "federation-publisher";

/** Labels of the pod that the public reaches: it holds no secret, and connects to nothing. */
export function publisherWorkload(commune: string): Workload {
  return { ...reconcilerWorkload(commune), component: "publisher" };
}

/** Labels of a service that the reconciler connects to, inside the cluster. */
export function serviceWorkload(commune: string, service: string): Workload {
  return { commune, service, component: "web", software: service, data: "none" };
}
