import { parseArgs } from "node:util";
import { applicationNames, offeredApplications } from "../../components/tenants/applications/list.ts";
import { everyReference } from "../../local/recipes.ts";
import { checkOn, stepLine, writeEvidence } from "../../scripts/package.ts";
import { bringUp, sharedCluster, takeDown } from "../cluster/shared.ts";

/**
 * `npm run campaign levels`: the levels of the applications that were run here, on the cluster of the tests. Writes each
 * one's level.json; of those alone that are named (`levels radicale site`). Ends with 1 where one has no level at all. With
 * `--once` all is done once, which takes half the time and shows level 7 at most.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { once: { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !applicationNames().includes(name));
if (unknown.length > 0)
  throw new Error(`${unknown.join(", ")}: no application. There are ${applicationNames().join(", ")}.`);

await bringUp(new AbortController().signal, everyReference);
try {
  const own = offeredApplications().map(({ name }) => name);
  for (const name of positionals.length > 0 ? positionals : own) {
    const began = Date.now();
    console.log(`\n${name}`);
    const evidence = await checkOn(sharedCluster(), name, {
      rounds: values.once ? 1 : 2,
      tell: (step) => console.log(stepLine(step)),
    });
    writeEvidence(evidence);
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(`${name}: level ${evidence.level} in ${seconds} s. ${evidence.reason ?? ""}`);
    if (evidence.level === 0) process.exitCode = 1;
  }
} finally {
  await takeDown();
}
