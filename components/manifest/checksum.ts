import { createHash } from "node:crypto";

/**
 * Changes when the value does, and only then: what a pod template or a Job's name carries of what the pods read, so
 * that they start again with it.
 *
 * @param length hexadecimal digits; 8 where it is part of a name.
 */
export function checksum(value: unknown, length = 16): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, length);
}
