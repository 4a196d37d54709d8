import { isDeepStrictEqual, parseArgs } from "node:util";
import { openCluster } from "../../local/cluster/index.ts";
import { Bench, type Cut, type State } from "../cluster/nextcloud/bench.ts";
import { Instance } from "../cluster/nextcloud/instance.ts";

/** Cuts of an installation of the double: before and after each copy, and at each of its own steps. */
export const installationCuts: readonly Cut[] = [
  ...["1 before", "1 after", "2 after", "3 before", "3 after", "4 after"].map((rsync) => ({ rsync })),
  ...["config.php 1", "config.php 2", "config.php 3", "database 1", "tables 1", "account 1", "group 1"].map(
    at("maintenance:install"),
  ),
  ...["data 1", "installed 1"].map(at("maintenance:install")),
  ...["config.php 1"].map(at("config:system:set")),
  ...["config.php 1", "repair 1", "config.php 2"].map(at("maintenance:repair")),
  ...["account 1"].map(at("user:add")),
  ...["group 1"].map(at("group:add")),
];

/** Cuts of an upgrade: the new code and version.php are copied, then the data is brought to it. */
export const upgradeCuts: readonly Cut[] = [
  ...["1 before", "1 after", "2 after"].map((rsync) => ({ rsync })),
  ...["config.php 1", "maintenance 1", "schema 1", "config.php 2", "version 1", "config.php 3"].map(
    at("upgrade"),
  ),
];

function at(command: string) {
  return (point: string): Cut => ({ point: `${command} ${point}` });
}

/** Result of one start that was cut short. */
export interface Outcome {
  cut: Cut;
  /** Number of times that a step was run again. */
  again: number;
  /** Differences from a start that nobody disturbed; empty if there are none. */
  wrong: string[];
}

export interface InstallCampaign {
  bench: Bench;
  from: string;
  to: string;
  installations: readonly Cut[];
  upgrades: readonly Cut[];
  report?: (line: string) => void;
}

/**
 * Cuts starts of Nextcloud short, one after the other, and lets the kubelet's rule start them again: each must come to
 * what an undisturbed one comes to, automatically.
 */
export async function nextcloudInstall(campaign: InstallCampaign): Promise<Outcome[]> {
  const { bench, from, to, installations, upgrades, report = () => undefined } = campaign;
  const outcomes: Outcome[] = [];
  const start = async (version: string, cut: Cut, wanted: State) => {
    const outcome: Outcome = { cut, again: 0, wrong: [] };
    try {
      outcome.again = await bench.start(version, cut);
      const state = await bench.state(version);
      outcome.wrong = Object.entries(wanted)
        .filter(([name, value]) => !isDeepStrictEqual(state[name as keyof State], value))
        .map(
          ([name, value]) =>
            `${name}: ${JSON.stringify(state[name as keyof State])} instead of ${JSON.stringify(value)}`,
        );
    } catch (error) {
      outcome.wrong = [String(error).slice(-600)];
    }
    report(`${JSON.stringify(cut)}: ${outcome.again} again, ${outcome.wrong.join("; ") || "as undisturbed"}`);
    outcomes.push(outcome);
  };
  await bench.clear(from);
  await bench.start(from);
  const installed = await bench.state(from);
  for (const cut of installations) {
    await bench.clear(from);
    await start(from, cut, installed);
  }
  if (upgrades.length === 0) return outcomes;
  const upgraded = { ...installed, status: { ...installed.status, version: `${to}.1`, versionstring: to } };
  for (const cut of upgrades) {
    await bench.clear(from);
    await bench.start(from);
    await start(to, cut, upgraded);
  }
  return outcomes;
}

/** Cuts at moments that a seed draws, over the seconds that a start takes here. */
export function cutsAfter(
  seed: number,
  count: number,
  seconds: Readonly<Record<"install" | "configure", number>>,
): Cut[] {
  let state = seed >>> 0;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const step = draw() < 0.6 ? "install" : "configure";
    return { step, after: 0.05 + draw() * seconds[step] };
  });
}

/** `npm run campaign nextcloud-install -- --count 40 --seed 7`: Nextcloud's first start, cut everywhere, on the cluster that is up. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "20" },
      seed: { type: "string" },
      cluster: { type: "string", default: "test" },
    },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const { environment } = openCluster(values.cluster);
  const instance = new Instance("amplepuis", environment, []);
  const bench = new Bench(instance, environment);
  console.log(`seed ${seed}, ${values.count} moments beside every step`);
  try {
    await instance.prepare({});
    for (const version of ["33.0.7", "34.0.2"]) {
      await instance.configure(version);
      await bench.open(version);
    }
    const outcomes = await nextcloudInstall({
      bench,
      from: "33.0.7",
      to: "34.0.2",
      installations: [
        ...installationCuts,
        ...cutsAfter(seed, Number(values.count), { install: 3, configure: 4 }),
      ],
      upgrades: upgradeCuts,
      report: (line) => console.log(line),
    });
    const failed = outcomes.filter(({ wrong }) => wrong.length > 0);
    console.log(
      `${outcomes.length} starts cut short, ${failed.length} did not come to what an undisturbed one comes to (seed ${seed})`,
    );
    process.exitCode = failed.length > 0 ? 1 : 0;
  } finally {
    await instance.remove();
  }
}

if (import.meta.filename === process.argv[1]) await main();
