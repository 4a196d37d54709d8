import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import { reportOf } from "../audit/change-report.ts";
import type { Facts } from "../audit/facts.ts";
import { reportMarkdown } from "../audit/markdown.ts";
import { objectChanges } from "../audit/objects.ts";
import { reportPage } from "../audit/page.ts";
import type { Side } from "../audit/side.ts";
import { changesOf } from "../components/commune/changes/changes.ts";
import { pointsBefore } from "../components/commune/changes/points-before.ts";
import { published } from "../components/commune/publish.ts";
import { checkout } from "../local/paths.ts";
import { judge } from "../policies/judge.ts";
import { rules } from "../policies/rules.ts";
import { objectsOf } from "../scripts/objects.ts";
import { ownPubliccode, sideAt } from "../scripts/side.ts";
import { median } from "../test/cluster/timing.ts";
import { communesOfLyon, writeMetropolis } from "./communes.ts";

/**
 * `npm run bench audit`: what reports take beyond the objects of before and after. A preview makes these too; changes,
 * rules, sentences, page and Markdown are left. Of Villeurbanne as it is declared here, the first time and the median of ten more;
 * and of the 58 communes of the metropolis of Lyon, three services each, of which each gets a larger quota. Prints
 * seconds by the clock and of processor time, and the size of the largest page.
 */
const today = new Date().toISOString().slice(0, 10);
const publiccode = ownPubliccode();
const site = { dataIsDisposable: false, registryMirrors: {} };

/** A report of a change, as its three files; bytes of its page. */
function report(before: Side, after: Side): number {
  const known = published(before.plan, "00ff");
  const changes = changesOf(known, after.plan, { moved: [], dataIsDisposable: false, today });
  const facts: Facts = {
    ...{ today, before, after, changes, siteIsKnown: true },
    origin: { kind: "published" },
    points: pointsBefore(changes, known, after.plan).told,
    findings: judge(rules, { ...after, site, today, publiccode }),
    objects: objectChanges(before.objects, after.objects),
  };
  const made = reportOf(facts, "fr");
  if (made.changes.length === 0) throw new Error(`nothing changes in ${after.declaration.id}`);
  const [page, ...others] = [
    reportPage(made, facts.origin),
    reportMarkdown(made, facts.origin),
    JSON.stringify(made),
  ];
  return others.every((text) => text.length > 0) ? Buffer.byteLength(page) : 0;
}

function timed(work: () => number) {
  const [started, processor] = [performance.now(), process.cpuUsage()];
  const bytes = work();
  const { user, system } = process.cpuUsage(processor);
  return { clock: (performance.now() - started) / 1000, processor: (user + system) / 1e6, bytes };
}

const told = ({ clock, processor }: { clock: number; processor: number }) =>
  `${clock.toFixed(2)} s, processor ${processor.toFixed(2)} s`;

/** Declaration of a commune in a folder, with its objects. */
async function sideIn(stacks: string, id: string): Promise<Side> {
  const side = await sideAt(stacks, id, objectsOf);
  // As it would be written: what is known later is not there.
  return { ...side, objects: JSON.parse(JSON.stringify(side.objects)) };
}

/**
 * Returns two sides: what is declared in a folder, and the declaration with more space for each user of the
 * documents, which it writes there.
 */
async function sides(stacks: string, id: string): Promise<[Side, Side]> {
  const before = await sideIn(stacks, id);
  const file = join(stacks, id, "commune.yaml");
  const declared = yaml.load(readFileSync(file, "utf8")) as { nextcloud: object };
  writeFileSync(
    file,
    yaml.dump({ ...declared, nextcloud: { ...declared.nextcloud, quotaPerUser: "7 GiB" } }),
  );
  return [before, await sideIn(stacks, id)];
}

const folder = mkdtempSync(join(tmpdir(), "bench-audit-"));
try {
  const [own, metropolis] = [join(folder, "own"), join(folder, "metropolis")];
  cpSync(join(checkout, "stacks"), own, { recursive: true });
  const [before, after] = await sides(own, "villeurbanne");
  const first = timed(() => report(before, after));
  const more = Array.from({ length: 10 }, () => timed(() => report(before, after))).concat(first);
  const usual = {
    clock: median(more.map(({ clock }) => clock)),
    processor: median(more.map(({ processor }) => processor)),
  };
  console.log(`load average ${loadavg()[0]?.toFixed(1)}, ${after.objects.length} objects`);
  console.log(`villeurbanne: ${told(first)} the first time, then ${told(usual)}; page ${first.bytes} bytes`);

  const communes = communesOfLyon();
  writeMetropolis(metropolis, communes);
  const pairs: [Side, Side][] = [];
  for (const { id } of communes) pairs.push(await sides(metropolis, id));
  const all = timed(() => Math.max(...pairs.map(([was, is]) => report(was, is))));
  console.log(`${pairs.length} communes: ${told(all)}; largest page ${all.bytes} bytes`);
} finally {
  rmSync(folder, { recursive: true });
}
