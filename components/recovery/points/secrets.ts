import type { SecretLabel } from "../../foundation/seed/labels.ts";

/** What signs the restore points of a service, which the key of the descriptor lets it. */
export function pointsKey(service: string): SecretLabel {
  return {
    ...{ service, purpose: "restore-point-key", version: 1, rotation: "by itself" },
    description: "signs the service's restore points; those of the one before stay signed",
  };
}
