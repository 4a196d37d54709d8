import { bringUp } from "./shared.ts";
import { usualReferences } from "./usual-images.ts";

/** Brings the cluster of the tests up while others run (test/run.ts). SIGTERM and SIGINT end it; what is built stays. */
const ended = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => ended.abort(new Error("ended; what is finished is kept.")));

try {
  await bringUp(ended.signal, usualReferences);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
