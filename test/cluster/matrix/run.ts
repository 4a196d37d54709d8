import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCluster } from "../../../local/cluster/index.ts";
import { checkout } from "../../../local/paths.ts";
import { copiedNames, servedAndCopied, villeurbanne } from "./communes.ts";
import { type Matrix, measure } from "./measure.ts";
import { partOf, type Table, tableOf, withTable } from "./table.ts";

// `npx tsx test/cluster/matrix/run.ts` prints the matrices of a cluster without communes; `--accept` writes them into the page.
const cluster = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");

function differences({ lines }: Matrix): string[] {
  return lines.flatMap(({ from, open, declared }) =>
    Object.entries(open)
      .filter(([target, ports]) => String(ports) !== String(declared[target]))
      .map(([target, ports]) => `${from} to ${target}: open [${ports}], declared [${declared[target]}]`),
  );
}

async function tables(): Promise<Record<Table, string>> {
  const matrix = await measure(cluster, villeurbanne());
  const copied = await measure(cluster, servedAndCopied());
  console.log(`${matrix.tried + copied.tried} ways tried`);
  const different = [matrix, copied].flatMap(differences);
  if (different.length > 0) throw new Error(different.join("\n"));
  return { matrix: tableOf(matrix), copies: tableOf(partOf(copied, copiedNames())) };
}

const found = await tables();
const page = join(checkout, "docs", "network-policy.md");
let text = readFileSync(page, "utf8");
for (const table of ["matrix", "copies"] as const) {
  console.log(found[table]);
  text = withTable(text, table, found[table]);
}
if (process.argv.includes("--accept")) writeFileSync(page, text);
