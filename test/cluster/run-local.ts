import { passes, writeGreen } from "./passes.ts";
import { takeDown } from "./shared.ts";

/** `npm run test:local`: the tests of the local cluster, its plugins and the doubles alone, whatever has changed. */
let passed = false;
try {
  passed = await passes(["local"]);
} finally {
  await takeDown();
}
if (passed) writeGreen();
process.exitCode = passed ? 0 : 1;
