import { mkdtempSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { directoryFiles } from "../components/federation/directory.ts";
import { mostLinked } from "../components/federation/groups.ts";
import { frenchKind } from "../components/services/list.ts";
import { checkout } from "../local/paths.ts";
import { taken } from "../test/cluster/timing.ts";
import { groupedMetropolis, manyCommunes, writeMetropolis } from "./communes.ts";
import { takenBy } from "./descendants.ts";
import { measureReconciler } from "./reconciler/measure.ts";

/**
 * `npm run bench federation -- 5000`: checks, directory and a reconciler's memory in a metropolis of so many communes.
 *
 * They are in groups of sixty: `commune check` of one and of a whole group, the pages of the directory, and the memory of a
 * reconciler after each of twenty turns, whose peers have remembered each other for four years. Its last half may take a
 * tenth more than its first; a check 20 s.
 */
const count = Number(process.argv[2] ?? 5000);
const communes = manyCommunes(count);
const group = communes.slice(0, mostLinked);
const metropolis = groupedMetropolis(communes, mostLinked);
console.log(
  `${count} members in ${Math.ceil(count / mostLinked)} groups, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
);

const stacks = mkdtempSync(join(tmpdir(), "bench-federation-"));
try {
  writeMetropolis(stacks, group, metropolis);
  const size = statSync(join(stacks, "federation.yaml")).size;
  console.log(`federation.yaml: ${(size / 1024 ** 2).toFixed(1)} MiB`);
  for (const asked of [group.slice(0, 1), group]) {
    const ids = asked.map(({ id }) => id);
    let time = { clock: 0, processor: 0 };
    const { peakMiB } = await takenBy(async () => {
      time = await taken(() => check(ids));
    });
    console.log(
      `check of ${ids.length}: ${time.clock.toFixed(1)} s, ${time.processor.toFixed(1)} s of processor, ${peakMiB.toFixed(0)} MiB at most`,
    );
    if (ids.length === 1 && time.processor > 20) process.exitCode = 1;
  }
} finally {
  rmSync(stacks, { recursive: true });
}

const members = communes.map(({ id, name, domain }) => ({
  id,
  name,
  domain,
  contact: `numerique@${domain}`,
}));
const files = directoryFiles({ name: "Région", made: new Date().toISOString(), members }, frenchKind);
const sizes = Object.entries(files).flatMap(([name, text]) => (name.endsWith(".html") ? text.length : []));
console.log(`directory: ${sizes.length} pages of at most ${(Math.max(...sizes) / 1024).toFixed(0)} KiB`);

const { peers, accepted, cpuSeconds, ownMiB, peakMiB, statusBytes } = await measureReconciler(
  metropolis,
  group,
  {
    years: 4,
    runs: 20,
  },
);
console.log(
  `reconciler: ${peers} peers, ${accepted} links open, ${cpuSeconds.toFixed(1)} s of processor a turn; status ${Math.round(statusBytes / 1024)} KiB`,
);
console.log(`memory of its own after each turn, MiB: ${ownMiB.map((each) => each.toFixed(0)).join(" ")}`);
const most = (from: number, to: number) => Math.max(...ownMiB.slice(from, to));
const [first, last] = [most(0, 10), most(10, 20)];
console.log(
  `at most ${first.toFixed(0)} MiB, then ${last.toFixed(0)}; ${peakMiB.toFixed(0)} MiB with Node's pages`,
);
if (last > 1.1 * first) process.exitCode = 1;

/** Checks declarations as `npx commune check` does, with the start of the program. */
async function check(ids: readonly string[]): Promise<void> {
  const program = `
    import { checkCommand } from "./scripts/check.ts";
    await checkCommand(${JSON.stringify(stacks)}).parseAsync(${JSON.stringify(ids)}, { from: "user" });`;
  await execa("node", ["--import", "./loader.js", "--input-type=module", "--eval", program], {
    cwd: checkout,
  });
}
