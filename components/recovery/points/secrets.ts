import { type SecretLabel, secretLabel } from "../../foundation/seed/labels.ts";

/** What signs the restore points of a service, which the key of the descriptor lets it. */
export function pointsKey(service: string): SecretLabel {
  return secretLabel(
    service,
    "restore-point-key",
    "by itself",
    "signs the service's restore points; those of the one before stay signed",
  );
}
