import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Argument, Command } from "commander";
import { type Image, images as shared } from "../components/foundation/image/catalogue.ts";
import { importCommand } from "../components/foundation/image/imported.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import type { Engine } from "../components/tenants/applications/application.ts";
import {
  applicationNames,
  applicationOf as catalogued,
  referencesOf,
} from "../components/tenants/applications/list.ts";
import { helmVariable } from "../components/tenants/chart/helm.ts";
import { chartDigest, chartsFolder, levelFile } from "../components/tenants/chart/render.ts";
import { type Evidence, knownLevel } from "../components/tenants/levels/evidence.ts";
import { levelOf, levels, reasonOf, type Step } from "../components/tenants/levels/levels.ts";
import { type Cluster, openCluster } from "../local/cluster/index.ts";
import { applicationOf } from "../local/images/upstream/applications.ts";

/** Images of a cluster by reference, as evidence lists them. */
function imagesOn(cluster: Cluster, references: readonly string[]): Evidence["images"] {
  const digests = JSON.parse(readFileSync(cluster.layout.imported, "utf8")) as Record<string, string>;
  return references.map((reference) => ({
    reference,
    digest: digests[reference] ?? "unknown",
    from: cluster.sources[applicationOf(reference)] === "upstream" ? "from its registry" : "made here",
  }));
}

/** Images that run beside an application for its rows. */
const besideRows = {
  mariadb: [shared.mariadb],
  postgresql: [shared.postgresql, shared.postgis],
  files: [],
} as const satisfies Record<Engine | "files", readonly Image[]>;

/** Throws if a cluster does not have an application's images: a pod would wait for them until the patience is over. */
function requireImages(cluster: Cluster, chart: string): void {
  const digests = JSON.parse(readFileSync(cluster.layout.imported, "utf8")) as Record<string, string>;
  const { isGated, rows } = catalogued(chart);
  const beside = [...(isGated ? [shared.lemonldap, shared.slapd] : []), ...besideRows[rows ?? "files"]];
  const missing = [...referencesOf(chart), ...beside.map(({ reference }) => reference)].filter(
    (reference) => digests[reference] === undefined,
  );
  if (missing.length > 0)
    throw new Error(
      `The local cluster does not have ${missing.join(" and ")}. Bring it there first, from its registry where nobody makes it here: ${importCommand(missing, cluster.name)}`,
    );
}

/** Subject of a check, beside the application itself. */
export interface CheckOptions {
  /** Folder with the charts; the toolkit's own when absent. */
  charts?: string;
  /** Checkout in which the history of charts/ is read. */
  root?: string;
  /** 1 for a short form, which shows level 7 at most. */
  rounds?: 1 | 2;
  /** Time in which something has to become ready, in seconds. */
  patience?: number;
  tell?: (step: Step) => void;
}

/** Tries the levels of an application on a local cluster that is up, and removes what it made there. */
export async function checkOn(
  cluster: Cluster,
  chart: string,
  { charts = chartsFolder, root = toolkitFile("."), patience = 180, ...how }: CheckOptions = {},
): Promise<Evidence> {
  if (!cluster.endpoints || !cluster.running)
    throw new Error("The cluster of this machine is not up. Bring it up first: npx commune local up");
  requireImages(cluster, chart);
  const { environment, endpoints, caFile } = cluster;
  process.env[helmVariable] ??= join(environment.PATH.split(":")[0] ?? "", "helm");
  const { LocalBench } = await import("./package/local-bench.ts");
  const { checkLevels } = await import("./package/check.ts");
  const { chartBefore } = await import("./package/before.ts");
  const { Place, text } = await import("./package/place.ts");
  const place = new Place({ environment, https: endpoints.https, caFile, patience });
  const before = await chartBefore(root, chart);
  const bench = new LocalBench(place, { chart, charts, before });
  try {
    await bench.open();
    const version = JSON.parse(text(await place.succeed(["version", "--output=json"]))) as {
      serverVersion: { gitVersion: string };
    };
    const steps = await checkLevels(bench, how);
    const reason = reasonOf(steps);
    return {
      ...{ version: 1, chart, level: levelOf(steps), ...(reason !== undefined && { reason }) },
      chartDigest: chartDigest(join(charts, chart)),
      images: imagesOn(cluster, referencesOf(chart)),
      kubernetes: version.serverVersion.gitVersion,
      steps,
    };
  } finally {
    await bench.close();
    await place.close();
    if (before) rmSync(dirname(before.charts), { recursive: true, force: true });
  }
}

/** Line about a step, printed when it ends. */
export function stepLine({ level, round, did, saw, passed }: Step): string {
  return `${round === 1 ? "  " : "2."} ${passed ? "yes" : "NO "} ${level} ${did}\n         ${saw}`;
}

function checkCommand(): Command {
  return new Command("check")
    .description(
      "Try an application of charts/ on the local cluster, level by level, twice in a row, and write what was seen to its level.json. Brings up a commune of its own there, and removes it.",
    )
    .addArgument(new Argument("<chart>", "application").choices(applicationNames()))
    .action(async (chart: string) => {
      const evidence = await checkOn(openCluster("commune"), chart, {
        tell: (step) => console.log(stepLine(step)),
      });
      writeEvidence(evidence);
      const { level, reason } = evidence;
      console.log(`\n${chart} is of level ${level}: ${levels[level - 1] ?? "it does not answer"}.`);
      if (reason !== undefined) console.log(`No higher: ${reason}.`);
      console.log(
        `Written: charts/${chart}/${levelFile}. The table in docs/charts.md follows with npx commune schema`,
      );
      if (level === 0) process.exitCode = 1;
    });
}

/** Writes what was seen beside the chart. */
export function writeEvidence(evidence: Evidence): void {
  const file = join(chartsFolder, evidence.chart, levelFile);
  writeFileSync(file, `${JSON.stringify(evidence, undefined, 2)}\n`);
}

function listCommand(): Command {
  return new Command("list")
    .description("List the applications with the levels that count now. Reads files only.")
    .action(() => {
      for (const chart of applicationNames()) {
        const { level, void: since } = knownLevel(join(chartsFolder, chart), referencesOf(chart));
        const counts = level === undefined || since.length > 0 ? "no level" : `level ${level}`;
        console.log(`${chart.padEnd(12)}${counts}${since.length > 0 ? `: ${since.join("; ")}` : ""}`);
      }
    });
}

/** `commune package`: applications for associations, and how far each is to be trusted. */
export function packageCommand(): Command {
  return new Command("package")
    .description("Applications for associations: what was seen of each, and of which version.")
    .addCommand(checkCommand())
    .addCommand(listCommand());
}
