import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type DrillEntry, judgeDrills, readDrills } from "../../audit/drills/log.ts";
import { drillId } from "../../components/commune/drilled.ts";
import { minutesAndSeconds } from "../../components/foundation/language/numbers.ts";
import { answerThrough } from "../../scripts/drill/answers.ts";
import { copyStack } from "../../scripts/drill/copy.ts";
import type { Surroundings } from "../../scripts/drill/prepare.ts";
import { footprintsOf } from "../../scripts/drill/room.ts";
import { drillCommand } from "../../scripts/drill.ts";
import { stackSeed } from "../../scripts/recovery/kit/stack-seed.ts";
import { settingsFile, settingsIn } from "../../scripts/stack.ts";
import { neighbour, type Site, type TwoSites } from "./relocate/sites.ts";
import { linked, said, until } from "./relocate/steps.ts";
import { holders, type LostTown, town } from "./relocate/town.ts";
import { between, type Full, type Town, vaultsOf } from "./relocate.ts";

/** Result of a drill on a second cluster. */
export interface SpareDrill {
  mib: number;
  /** The entry that the command itself wrote down, signed. */
  result: DrillEntry;
  /** Faults, a sentence each. */
  wrong: string[];
  loadAverage: number[];
}

/**
 * Two clusters of this machine, as when a commune moves (relocate/sites.ts): it lives on the first, its neighbour with
 * the vault on the second, where the drill brings its copy up, compares it and takes it away.
 */
export async function drillCampaign(town: Town, report: (line: string) => void): Promise<SpareDrill> {
  return between(town, report, (sites, live, full) => drill(sites, live, town.mib, full));
}

async function drill(
  { lost, spare, environment }: TwoSites,
  live: LostTown,
  mib: number,
  { before, tell }: Full,
): Promise<SpareDrill> {
  const copy = drillId(town);
  const wrong: string[] = [];
  const shut = (await opened(live, lost, town, [neighbour])).length === 0;
  if (shut) wrong.push("the commune itself reaches nobody, so that nothing is shown by a copy that does not");
  const objects = await namespaces(live, lost.context);
  let looked = false;
  const answer = answerThrough(environment);
  const surroundings: Surroundings = {
    ...live.surroundings(),
    outputsOf: () => live.stack().outputs(),
    seedOf: (id) => stackSeed(live.place(), id),
    copyOf: (id) => copyStack(live.place(), id),
    footprintsOf,
    answer: async (asked) => {
      const status = await answer(asked);
      if (!looked && status < 400 && asked.service === holders[2].service) {
        looked = true;
        wrong.push(...(await meanwhile()));
      }
      return status;
    },
  };
  const services = [...holders, ...live.applications].map(({ service }) => service);
  const meanwhile = async () => {
    // Some of its pods end and begin when they are told what they must know.
    const found = await until("what is in the copy", 120, () => live.contents(spare, copy));
    const doors = [spare.cluster.layout.network.ingress, neighbour];
    const ways = await opened(live, spare, copy, doors);
    return [
      ...found.flatMap((line, index) =>
        line === before[index] ? [] : [`${services[index]} has ${line}, and ${before[index]} is right`],
      ),
      ...ways.map((way) => `the copy reaches ${way}`),
    ];
  };
  await said(
    () => drillCommand(surroundings).parseAsync([town, "--yes", "--to", spare.context], { from: "user" }),
    (line) => tell(line),
  );
  process.exitCode = undefined;
  if (!looked) wrong.push("nobody looked into the copy while it was there");
  const after = await live.contents(lost);
  if (JSON.stringify(after) !== JSON.stringify(before)) wrong.push("the commune is not as it was");
  // Of the one point that was taken before; the copy takes none.
  if ((await linked(live)) > 1) wrong.push("its neighbour knows of points that the commune did not take");
  if ((await namespaces(live, lost.context)) !== objects) wrong.push("there is something new on its cluster");
  const left = await namespaces(live, spare.context);
  if (left.includes(copy)) wrong.push(`something is left of the copy: ${left}`);
  const settings = settingsIn(settingsFile(copy, live.place().folder));
  if (Object.keys(settings).length > 0) wrong.push("its settings are left");
  const lines = readDrills(live.surroundings().stacks, town);
  const [judged, ...more] = judgeDrills(lines, { stack: town, publicKey: live.publicKey });
  const result = judged?.entry;
  if (judged === undefined || result === undefined || more.length > 0)
    throw new Error("the drill was not written down once");
  wrong.push(...judged.problems, ...result.problems, ...result.left);
  if (result.besideLive) wrong.push("it says that it was beside its commune");
  return { mib, result, wrong, loadAverage: loadavg().map((load) => Math.round(load)) };
}

/** Returns those of some addresses to which a pod of a commune's videos gets a connection, on the port of HTTPS. */
async function opened(
  live: LostTown,
  site: Site,
  commune: string,
  addresses: readonly string[],
): Promise<string[]> {
  const program = `for (const host of ${JSON.stringify(addresses)}) { const socket = require("node:net").connect({ host, port: 443 }); socket.setTimeout(4000, () => socket.destroy()); socket.on("connect", () => { console.log(host); socket.destroy(); }); socket.on("error", () => socket.destroy()); }`;
  const found = await live.inService(site, holders[2], `node -e '${program}'`, commune);
  return found.split("\n").filter((line) => line !== "");
}

async function namespaces(live: LostTown, context: string): Promise<string> {
  const words = ["get", "namespaces,persistentvolumes", "--output=jsonpath={.items[*].metadata.name}"];
  return (await live.surroundings().kubectl([`--context=${context}`, ...words])).split(" ").sort().join(" ");
}

/** Returns its lines for the page of measurements. */
function table({ mib, result, wrong, loadAverage }: SpareDrill): string[] {
  const steps = [...new Set(result.steps.map(({ step }) => step))];
  return [
    `${mib} MiB, load average ${loadAverage.join(", ")}`,
    "| step | seconds |",
    "|---|---|",
    // Services come back side by side: a step is over when the last of them is.
    ...steps.map((step) => {
      const all = result.steps.filter((each) => each.step === step).map(({ seconds }) => seconds);
      return `| ${step} | ${Math.max(...all).toFixed(1)} |`;
    }),
    `| **RTO** | ${result.rtoSeconds?.toFixed(1) ?? "none"} |`,
    `| **RPO** | ${result.rpoSeconds.toFixed(1)} |`,
    ...result.services.map(
      ({ service, files, bytes, rows, lostSeconds }) =>
        `${service}: ${files} files of ${bytes} bytes, ${rows} rows, of a point ${minutesAndSeconds(lostSeconds)} old`,
    ),
    ...(result.moments ?? []).map(
      ({ server, vault, at, tables, rows, seconds }) =>
        `${server} of ${at} from ${vault}: ${rows} rows in ${tables} tables, in ${minutesAndSeconds(seconds)}`,
    ),
    ...wrong.map((each) => `✘ ${each}`),
  ];
}

/** `npm run campaign drill -- --mib 256`: a drill on a second cluster, whose copy is compared and taken away again. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      mib: { type: "string", default: "256" },
      vaults: { type: "string", default: "neighbour" },
    },
  });
  const mib = Number(values.mib);
  if (!Number.isSafeInteger(mib) || mib < 1) {
    console.error("--mib is a whole number.");
    process.exit(2);
  }
  const report = (line: string) => process.stdout.write(`${line}\n`);
  const came = await drillCampaign({ mib, vaults: vaultsOf(values.vaults) }, report);
  for (const line of table(came)) report(line);
  process.exitCode = came.wrong.length === 0 ? 0 : 1;
}
