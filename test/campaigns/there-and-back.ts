import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { statusName } from "../../components/federation/status.ts";
import { type Cluster, openCluster } from "../../local/cluster/index.ts";
import { runTasks } from "../../local/listing.ts";
import { everyReference } from "../../local/recipes.ts";
import { localTasks, madeHere } from "../../local/tasks.ts";
import { Metropolis } from "../cluster/federation/metropolis.ts";
import { localLock } from "../cluster/pinned.ts";
import {
  before,
  type Class,
  classes,
  type Declared,
  elsewhere,
  placesText,
} from "./there-and-back/classes.ts";
import { Filled } from "./there-and-back/filled.ts";

const commune = { id: "charly", insee: "69046", domain: "charly.test" };

/** Images that the commune's pods run. */
const needed = /\/(postgres:17|valkey|nginx-unprivileged|node|nextcloud|mastodon|mastodon-streaming)[:.]/;

/** Result of one class. */
export interface Passage {
  shows: string;
  thereSeconds: number;
  backSeconds: number;
  /** Objects that were written, forth; none is no change. */
  changed: number;
  wrong: string[];
}

/** A commune with data, whose declaration goes to something else and back, one class after the other. */
class Traveller {
  private readonly metropolis: Metropolis;
  private readonly filled: Filled;

  constructor(cluster: Cluster) {
    this.metropolis = new Metropolis(cluster, [commune]);
    this.filled = new Filled(this.metropolis, commune.id);
    // Data that is protected is of images that stay what they are.
    this.metropolis.project.pin(localLock(cluster));
  }

  async begin(): Promise<void> {
    await this.metropolis.createStack(commune.id);
    // Of the client at the provider that comes and goes: nobody logs in there.
    const secret = ["config", "set", "--secret", "commune:identity-client-secret", "-s", commune.id];
    await this.metropolis.project.pulumi(secret, { input: "only for this campaign" });
    await this.declare(before);
    await this.up();
    await this.filled.fill();
  }

  async declare({ sections, places, news, settings }: Declared): Promise<void> {
    const { project } = this.metropolis;
    this.metropolis.declare(commune.id, { with: "all" }, sections);
    const folder = join(project.folder, "stacks", commune.id);
    writeFileSync(join(folder, "places.geojson"), placesText(places));
    rmSync(join(folder, "news"), { recursive: true, force: true });
    mkdirSync(join(folder, "news"));
    for (const [file, text] of Object.entries(news)) writeFileSync(join(folder, "news", file), text);
    for (const [key, value] of Object.entries(settings))
      await project.succeed("config", "set", `commune:${key}`, value, "-s", commune.id);
  }

  /** Applies what is declared. Says how many objects were written. */
  async up(): Promise<number> {
    const { unchanged: _, ...changes } = await this.metropolis.project.up(commune.id);
    return Object.values(changes).reduce((sum, each) => sum + each, 0);
  }

  /** Files and rows of each service, in one line each. */
  contents(): Promise<string[]> {
    return this.filled.contents();
  }

  /** Returns what is declared to the cluster of the commune: an object by its name. */
  async objects(): Promise<Map<string, string>> {
    const kinds = [
      ...["namespaces", "configmaps", "secrets", "services", "persistentvolumeclaims", "deployments"],
      ...["statefulsets", "cronjobs", "ingresses", "networkpolicies", "resourcequotas", "limitranges"],
    ];
    const selector = `--selector=commune.cloud/commune=${commune.id}`;
    const words = ["get", kinds.join(","), "--all-namespaces", selector, "--output=json"];
    const { items } = JSON.parse(await this.metropolis.kubectl(...words)) as {
      items: {
        kind: string;
        metadata: { namespace?: string; name: string; labels: object };
        status?: unknown;
      }[];
    };
    const told = items.filter(({ metadata: { name } }) => name !== statusName);
    return new Map(
      told.map(({ kind, metadata: { namespace, name, labels }, status: _, ...rest }) => [
        `${kind} ${namespace ?? ""}/${name}`,
        JSON.stringify({ ...rest, labels }),
      ]),
    );
  }

  /** Its cluster goes with all that is in it. */
  end(): void {
    this.metropolis.remove();
  }
}

const seconds = (since: number) => Math.round((Date.now() - since) / 100) / 10;

/** Names of what is another object, or there in one of both alone. */
function differing(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name));
}

/**
 * Objects with what is signed for the hotspots, which is newer each time so that nobody plays an older one back to them:
 * the record of it, the signatures, and the pod that reads them.
 */
const signedAnew = /-hotspots\//;

/** One class, forth and back. What fails is told, and what was before is written back for the next one. */
async function passage(traveller: Traveller, each: Class): Promise<Passage> {
  try {
    return await thereAndBackOf(traveller, each);
  } catch (error) {
    await traveller.declare(before);
    await traveller.up();
    const why = error instanceof Error ? error.message : String(error);
    return {
      shows: each.shows.join("; "),
      thereSeconds: 0,
      backSeconds: 0,
      changed: 0,
      wrong: [why.slice(-1500)],
    };
  }
}

async function thereAndBackOf(traveller: Traveller, { shows, becomes }: Class): Promise<Passage> {
  const [data, objects] = [await traveller.contents(), await traveller.objects()];
  const wrong: string[] = [];
  const compare = async (when: string) => {
    const now = await traveller.contents();
    if (JSON.stringify(now) !== JSON.stringify(data))
      wrong.push(`${when}: ${now.join("; ")}, and ${data.join("; ")} was`);
  };
  const there = Date.now();
  await traveller.declare({ ...before, ...becomes(before) });
  const changed = await traveller.up();
  const thereSeconds = seconds(there);
  await compare("forth");
  const back = Date.now();
  await traveller.declare(before);
  await traveller.up();
  const backSeconds = seconds(back);
  await compare("back");
  const others = differing(objects, await traveller.objects()).filter((name) => !signedAnew.test(name));
  if (others.length > 0) wrong.push(`not as before: ${others.join(", ")}`);
  const again = await traveller.up();
  if (again > 0) wrong.push(`an update after it changed ${again} objects`);
  return { shows: shows.join("; "), thereSeconds, backSeconds, changed, wrong };
}

/** Classes that are not tried elsewhere, forth and back, on one commune. */
export async function thereAndBack(
  cluster: Cluster,
  chosen: readonly Class[],
  report: (passage: Passage) => void,
): Promise<Passage[]> {
  const traveller = new Traveller(cluster);
  const passages: Passage[] = [];
  try {
    await traveller.begin();
    for (const each of chosen) {
      const passed = await passage(traveller, each);
      report(passed);
      passages.push(passed);
    }
    return passages;
  } finally {
    traveller.end();
  }
}

/**
 * `npm run campaign there-and-back`: every change forth and back with its data, on a cluster of its own. It goes
 * afterwards. `-- --only users`: those whose name has it.
 */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      cluster: { type: "string", default: "there-and-back" },
      only: { type: "string", default: "" },
    },
  });
  const asked = classes.filter(({ shows }) => shows.some((name) => name.includes(values.only)));
  if (asked.length === 0) {
    console.error(`--only is a part of one of: ${classes.flatMap(({ shows }) => shows).join("; ")}`);
    process.exit(2);
  }
  const cluster = openCluster(values.cluster);
  const images = madeHere(everyReference.filter((name) => needed.test(name)));
  const { signal } = new AbortController();
  try {
    await runTasks(
      localTasks({
        cluster,
        images,
        domains: [commune.domain],
        plugins: "local",
        signal,
      }),
    );
    const passages = await thereAndBack(
      cluster,
      asked,
      ({ shows, thereSeconds, backSeconds, changed, wrong }) => {
        console.log(`| ${shows} | ${thereSeconds} | ${backSeconds} | ${changed} |`);
        for (const each of wrong) console.log(`  ✘ ${each}`);
      },
    );
    const load = (loadavg()[0] ?? 0).toFixed(0);
    const right = passages.filter(({ wrong }) => wrong.length === 0).length;
    console.log(`${right} of ${passages.length} forth and back as before, data equal; load average ${load}`);
    for (const [name, test] of Object.entries(elsewhere)) console.log(`| ${name} | ${test} |`);
    if (right < passages.length) process.exitCode = 1;
  } finally {
    await cluster.reset();
  }
}
