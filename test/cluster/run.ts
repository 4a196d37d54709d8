import { key, lastGreen, passes, writeGreen } from "./passes.ts";
import { takeDown } from "./shared.ts";

/**
 * `npm run test:cluster`: the tests on the local cluster. Those that judge only what never leaves this machine (the
 * cluster, its Pulumi plugins, the doubles) are left out when nothing that they are made of has changed since they
 * were last seen green, which local-green.json says: whoever changes one of these files runs them, and commits what is
 * written there then. `npm run test:local` runs them whatever there was.
 */
const green = lastGreen();
if (green)
  console.log(
    `The cluster, the plugins and the doubles are as they were when their own tests passed (${key}, ${green}): these are left out; npm run test:local runs them.`,
  );
let passed = false;
try {
  passed = await passes(["engine", "cluster", ...(green ? [] : ["local"])]);
} finally {
  await takeDown();
}
if (passed && !green) writeGreen();
process.exitCode = passed ? 0 : 1;
