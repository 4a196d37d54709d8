import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

/** Label of the key that signs a service's restore points, as the descriptor's key permits. */
export function pointsKey(service: string): SecretLabel {
  return secretLabel(
    service,
    "restore-point-key",
    "by itself",
    "signs the service's restore points; those of the one before stay signed",
  );
}
