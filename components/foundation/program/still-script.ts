import { readTemplate } from "../template/template.ts";
import { graceMs, leastBytes, longestSampleMs, stillMs } from "./still.ts";

/**
 * Returns a function of bash, `end_when_still <command>`: it runs a command, and ends it once nothing moves, as
 * {@link stillMs} says. What counts is what the command itself reads and writes: restic reads what it backs up by a pipe.
 */
export function endWhenStillScript(afterMs = stillMs): string {
  return readTemplate("foundation/program/pod/end-when-still.bash", {
    STILL_SECONDS: afterMs / 1000,
    LEAST_BYTES: leastBytes,
    GRACE_SECONDS: graceMs / 1000,
    SAMPLE_SECONDS: Math.min(longestSampleMs, afterMs / 4) / 1000,
  }).trimEnd();
}
