import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCluster } from "../../../local/cluster/index.ts";
import { checkout } from "../../../local/paths.ts";
import { measure } from "./measure.ts";
import { tableOf, withTable } from "./table.ts";

// `npx tsx test/cluster/matrix/run.ts` prints the matrix of a cluster without communes; `--accept` writes it into the page.
const matrix = await measure(openCluster(process.env.COMMUNE_CLUSTER ?? "commune"), "villeurbanne");
const table = tableOf(matrix);
console.log(table);
console.log(`${matrix.tried} ways tried`);
for (const { from, open, declared } of matrix.lines) {
  for (const [target, ports] of Object.entries(open)) {
    if (String(ports) === String(declared[target])) continue;
    console.log(`${from} to ${target}: open [${ports}], declared [${declared[target]}]`);
    process.exitCode = 1;
  }
}
if (process.argv.includes("--accept") && process.exitCode === undefined) {
  const page = join(checkout, "docs", "network-policy.md");
  writeFileSync(page, withTable(readFileSync(page, "utf8"), table));
}
