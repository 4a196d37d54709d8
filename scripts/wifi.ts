import { Command } from "commander";
import { communeSchema } from "../components/commune/declaration.ts";
import { listCommunes } from "../components/commune/load.ts";
import { loadYaml } from "../components/foundation/declaration/load.ts";
import type { Positions } from "../components/foundation/declaration/positions.ts";
import {
  countProblems,
  DeclarationError,
  type Problem,
  showProblems,
} from "../components/foundation/declaration/problem.ts";
import { show } from "../components/foundation/declaration/show.ts";
import { inCommune } from "../components/foundation/declaration/stacks.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { loadPlaces } from "../components/places/places/load.ts";
import type { Places } from "../components/places/places/places.ts";
import { checkRadio } from "../components/places/radio/check.ts";
import { planQuarter, showPlan } from "../components/places/radio/plan.ts";
import { showSummary, summary } from "../components/places/radio/summary.ts";
import { languageHere, spoken } from "./language.ts";
import { adviceOn, undeclared } from "./undeclared.ts";
import { deviceVerb } from "./wifi/device.ts";
import { prepareVerb } from "./wifi/prepare.ts";
import { changesOf, showSimulation, simulate } from "./wifi/simulate.ts";

/** The places of a commune. Ends the command when there is no such commune or it has none. */
export function placesFor(
  command: Command,
  stacks: string,
  id: string,
): { places: Places; positions: Positions; remarks: Problem[] } {
  const known = listCommunes(stacks);
  if (!known.includes(id)) {
    command.error(undeclared(id, known), { exitCode: 2 });
  }
  // Where the commune is, when its own declaration can be read; what is wrong with that is for `commune check` to say.
  const declared = loadYaml(inCommune(stacks, id, "commune.yaml"), communeSchema);
  const loaded = loadPlaces(stacks, id, declared.ok ? declared.declaration : undefined);
  if (loaded === undefined) {
    command.error(
      spoken({
        en: `error: ${id} has no places.geojson. docs/places.md shows how one begins.`,
        fr: `error: ${id} n’a pas de places.geojson. docs/places.md montre comment en commencer un.`,
      }),
      {
        exitCode: 1,
      },
    );
  }
  if (!loaded.ok) throw new DeclarationError(loaded.problems);
  return loaded;
}

function checkVerb(stacks: string): Command {
  const command = new Command("check")
    .description("Check hotspots against the law, white zones, quarters and each other.")
    .argument("<commune>", "id of the commune")
    .option("--json", "print the result as JSON");
  return command.action((id: string, { json }: { json?: true }) => {
    const { places, positions, remarks } = placesFor(command, stacks, id);
    const checked = checkRadio(places);
    const problems = checked.findings.map(({ path, message }) => positions.problem(path, message));
    const figures = summary(places, checked);
    if (json) {
      const { findings } = checked;
      console.log(
        JSON.stringify(
          { commune: id, valid: findings.length === 0, findings, remarks, ...figures },
          undefined,
          2,
        ),
      );
    } else {
      const found =
        problems.length > 0
          ? `${showProblems(problems)}\n\n${countProblems(problems.length)}`
          : spoken({ en: `${id}: every hotspot complies.`, fr: `${id} : toutes les bornes sont en règle.` });
      const noted = remarks.length > 0 ? [showProblems(remarks), ""] : [];
      console.log(spoken([...noted, showSummary(figures, languageHere()), "", found].join("\n")));
    }
    if (problems.length > 0) process.exitCode = 1;
  });
}

function planVerb(stacks: string): Command {
  const command = new Command("plan")
    .description("Say where in a quarter hotspots could stand so that every rule holds.")
    .argument("<commune>", "id of the commune")
    .argument("<quarter>", "id of the quarter")
    .option("--points <count>", "how many to look for", "3")
    .option("--json", "print the result as JSON");
  return command.action((id: string, quarter: string, { points, json }: { points: string; json?: true }) => {
    const count = Number(points);
    if (!Number.isInteger(count) || count < 1 || count > 50) {
      command.error(
        spoken({
          en: `error: ${show(points)} is no number of points. Write one from 1 to 50.`,
          fr: `error: ${show(points)} n’est pas un nombre de bornes. Écrivez-en un de 1 à 50.`,
        }),
        {
          exitCode: 2,
        },
      );
    }
    const { places } = placesFor(command, stacks, id);
    const known = places.quarters.map((one) => one.id);
    if (!known.includes(quarter)) {
      const advice = adviceOn(quarter, known);
      const refusal = spoken({
        en: `error: ${show(quarter)} is no quarter of ${id}. ${advice}`,
        fr: `error: ${show(quarter)} n’est pas un quartier de ${id}. ${advice}`,
      });
      command.error(refusal, { exitCode: 2 });
    }
    const plan = planQuarter(places, quarter, count);
    console.log(json ? JSON.stringify(plan, undefined, 2) : spoken(showPlan(plan)));
    if (plan.points.length < count) process.exitCode = 1;
  });
}

function simulateVerb(stacks: string): Command {
  const several = (value: string, before: string[]) => [...before, value];
  const command = new Command("simulate")
    .description("Compare what is declared with what it would be after changes. Changes nothing.")
    .argument("<commune>", "id of the commune")
    .option("--power <hotspot=dBm>", "another power of all its radios, such as rize=8", several, [])
    .option("--move <hotspot=longitude,latitude>", "another place", several, [])
    .option("--close <hotspot>", "the hotspot is not there", several, [])
    .option("--zone <longitude,latitude,metres,dBm>", "a new round white zone, always held", several, [])
    .option("--json", "print the result as JSON");
  return command.action((id: string, options: Parameters<typeof changesOf>[0] & { json?: true }) => {
    const { places } = placesFor(command, stacks, id);
    const changes = changesOf(options, places);
    if ("fault" in changes) command.error(`error: ${changes.fault}`, { exitCode: 2 });
    else {
      const result = simulate(places, changes.places);
      console.log(options.json ? JSON.stringify(result, undefined, 2) : showSimulation(result));
      if (result.after.findings.length > 0) process.exitCode = 1;
    }
  });
}

/** `commune wifi check|plan|simulate|device|prepare <id>`: public Wi-Fi before it exists. Reads files only. */
export function wifiCommand(stacks = repositoryFile("stacks"), input?: NodeJS.ReadableStream): Command {
  return new Command("wifi")
    .description("Check, plan, simulate, print and prepare public Wi-Fi. Reads files only, contacts nothing.")
    .addCommand(checkVerb(stacks))
    .addCommand(planVerb(stacks))
    .addCommand(simulateVerb(stacks))
    .addCommand(deviceVerb(stacks))
    .addCommand(prepareVerb(stacks, input));
}
