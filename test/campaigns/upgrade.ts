import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Cluster, openCluster } from "../../local/cluster/index.ts";
import { runTasks } from "../../local/listing.ts";
import { checkout } from "../../local/paths.ts";
import { everyReference } from "../../local/recipes.ts";
import { localTasks, madeHere } from "../../local/tasks.ts";
import { Metropolis } from "../cluster/federation/metropolis.ts";
import { localLock } from "../cluster/pinned.ts";
import { readRelease } from "../golden/release/files.ts";
import { announcedRestarts } from "../golden/release/release.ts";
import { checkoutOf } from "../registry/archives.ts";
import { before, placesText } from "./there-and-back/classes.ts";
import { Filled } from "./there-and-back/filled.ts";
import { compared, type Seen, seenIn, seenWords } from "./upgrade/seen.ts";
import { upgradeTable } from "./upgrade/table.ts";

/**
 * The commit from which an upgrade is tried before there is a release. What is recorded of 992a6682 are its golden files, and
 * these are of the programs of this commit: those of 992a6682 itself were newer already.
 */
const beforeAnyRelease = "f123951a";

const commune = { id: "charly", insee: "69046", domain: "charly.test" };

/** Images that the commune's pods run. */
const needed = /\/(postgres:17|valkey|nginx-unprivileged|node|nextcloud|mastodon|mastodon-streaming)[:.]/;

/** Result of the campaign. */
export interface Upgrade {
  from: string;
  secondsToUpgrade: number;
  /** A row for each object: what became of it, and what CHANGELOG.md says. */
  table: string;
  /** Files and rows of each service, equal before and after. */
  data: string[];
  /** A sentence each; empty if the upgrade was as the CHANGELOG says. */
  wrong: string[];
}

/** Returns what a cluster has of the commune: pods, Jobs, and objects with data. */
const look = async (metropolis: Metropolis): Promise<Seen> =>
  seenIn(JSON.parse(await metropolis.kubectl(...seenWords(commune.id))));

/** Writes what the commune declares. */
function declare(metropolis: Metropolis): void {
  metropolis.declare(commune.id, { with: "all" }, before.sections);
  const folder = join(metropolis.project.folder, "stacks", commune.id);
  writeFileSync(join(folder, "places.geojson"), placesText(before.places));
  mkdirSync(join(folder, "news"), { recursive: true });
}

/** A commune with data that the last release brought up; then this checkout's toolkit takes its place. */
export async function upgrade(
  cluster: Cluster,
  commit: string,
  report: (line: string) => void,
): Promise<Upgrade> {
  const old = await checkoutOf(commit);
  const metropolis = new Metropolis(cluster, [commune], old);
  const { project } = metropolis;
  try {
    project.pin(localLock(cluster));
    await metropolis.createStack(commune.id);
    project.set(commune.id, before.settings);
    declare(metropolis);
    await project.up(commune.id);
    const filled = new Filled(metropolis, commune.id);
    await filled.fill();
    const data = await filled.contents();
    const seen = await look(metropolis);
    report(`${commit} runs, with data`);

    project.take(checkout);
    const began = Date.now();
    const changes = await project.up(commune.id);
    const secondsToUpgrade = Math.round((Date.now() - began) / 1000);
    report(`upgraded in ${secondsToUpgrade} s: ${JSON.stringify(changes)}`);

    const announced = announcedRestarts(
      readFileSync(join(checkout, "CHANGELOG.md"), "utf8"),
      readRelease().release,
    );
    const after = await look(metropolis);
    const { restarted, wrong } = compared(seen, after, announced);
    const now = await filled.contents();
    if (JSON.stringify(now) !== JSON.stringify(data))
      wrong.push(`the data is ${now.join("; ")}, and was ${data.join("; ")}`);
    // A Job that runs again is another one.
    const again = restarted.filter((name) => name.startsWith("job/"));
    const { replaced = 0 } = changes;
    if (replaced > again.length)
      wrong.push(`${replaced} resources were replaced, and ${again.length} Jobs ran again`);
    const { unchanged: _, ...more } = await project.up(commune.id);
    if (Object.keys(more).length > 0) wrong.push(`a second update changes ${JSON.stringify(more)}`);
    return { from: commit, secondsToUpgrade, table: upgradeTable(seen, after, announced), data, wrong };
  } finally {
    metropolis.remove();
    rmSync(old, { recursive: true, force: true });
  }
}

/**
 * `npm run campaign upgrade`: a commune of the last release, with data, goes to this toolkit. Nothing is replaced but
 * Jobs that run again, and all that restarts is in CHANGELOG.md. On a cluster of its own, which goes afterwards; `-- --from <commit>`: another
 * toolkit of before.
 */
if (import.meta.filename === process.argv[1]) {
  const { release, commit } = readRelease();
  const { values } = parseArgs({
    options: {
      cluster: { type: "string", default: "upgrade" },
      from: { type: "string", default: release === "none" ? beforeAnyRelease : commit },
    },
  });
  const cluster = openCluster(values.cluster);
  const images = madeHere(everyReference.filter((name) => needed.test(name)));
  const { signal } = new AbortController();
  try {
    await runTasks(localTasks({ cluster, images, domains: [commune.domain], plugins: "local", signal }));
    const { from, secondsToUpgrade, table, data, wrong } = await upgrade(cluster, values.from, console.log);
    console.log(
      `\n${table}\n\nFrom ${from}, in ${secondsToUpgrade} s. Data before and after: ${data.join("; ")}`,
    );
    for (const each of wrong) console.log(`✘ ${each}`);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  } finally {
    await cluster.reset();
  }
}
