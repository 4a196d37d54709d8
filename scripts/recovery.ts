import { dirname } from "node:path";
import { Command, Option } from "commander";
import { texts } from "../audit/words.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import type { Language } from "../components/foundation/language/language.ts";
import type { Point } from "../components/recovery/points/chain.ts";
import { hostsOf } from "../components/recovery/points/chain.ts";
import { pointId } from "../components/recovery/points/head.ts";
import { heard } from "./heard/heard.ts";
import { languageHere } from "./language.ts";
import { contextHelp, contextOf } from "./reach.ts";
import { type DoorwayOptions, through } from "./recovery/doorway.ts";
import { kitCommand } from "./recovery/kit.ts";
import { takePoint } from "./recovery/point.ts";
import {
  type Asked,
  chainsOf,
  ordinary,
  planOf,
  reachHint,
  type ServiceChain,
  type Surroundings,
  servicesIn,
} from "./recovery/points.ts";
import { latenessIn, pointsMetrics } from "./recovery/points-metrics.ts";
import { statusCommand } from "./recovery/status.ts";

/** `commune recovery`: how far back a commune can go, and the restore points of its services. */
export function recoveryCommand(surroundings = ordinary): Command {
  return new Command("recovery")
    .description(
      "Say how much of a commune would be lost now, list the restore points of its services and take one, and print its recovery kit.",
    )
    .addCommand(statusCommand(surroundings))
    .addCommand(pointsCommand(surroundings))
    .addCommand(pointCommand(surroundings))
    .addCommand(kitCommand());
}

function pointsCommand(surroundings: Surroundings): Command {
  return new Command("points")
    .description("List the restore points at every vault, and what does not fit together. Changes nothing.")
    .argument("<commune>", "id of the commune")
    .option("--service <names...>", "only these")
    .option("--tenant <ids...>", "only these associations")
    .option("--context <name>", contextHelp)
    .addOption(new Option("--json", "print the result as JSON").conflicts("prometheus"))
    .option("--prometheus", "print how many there are and of when, as Prometheus reads it")
    .option("--address <host:port>", "address that stands for every public name; public DNS when absent")
    .option("--ca <file>", "certificate of the authority that signs the public names")
    .action(
      async (
        id: string,
        { json, prometheus, ...asked }: Asked & DoorwayOptions & { json?: true; prometheus?: true },
      ) => {
        const plan = planOf(surroundings, id);
        const chains = await chainsOf(through(surroundings, asked), plan, {
          ...asked,
          ...contextIn(surroundings, id, asked),
        });
        // Programs read English.
        const language = json || prometheus ? "en" : languageHere();
        const all = chains.map((each) => ({
          ...each,
          late: latenessIn(plan, each, surroundings.now(), language),
        }));
        if (prometheus) process.stdout.write(pointsMetrics(plan, chains));
        else if (json) console.log(JSON.stringify(all.map(asJson), undefined, 2));
        else {
          const silent = chains.flatMap((each) => each.silent);
          console.log([...all.map((each) => told(each, language)), ...reachHint(silent, asked)].join("\n"));
        }
        const isWell = all.every(
          ({ chain: { points, findings }, silent, late, damaged, expiring }) =>
            points.length > 0 &&
            findings.length + silent.length === 0 &&
            late === undefined &&
            damaged === undefined &&
            expiring === undefined,
        );
        if (!isWell) process.exitCode = 1;
      },
    );
}

function pointCommand(surroundings: Surroundings): Command {
  return new Command("point")
    .description(
      "Take a restore point now, of each service and each application of an association or of those that are named, and wait for it.",
    )
    .argument("<commune>", "id of the commune")
    .option("--service <names...>", "only these")
    .option("--tenant <ids...>", "only these associations")
    .option("--smaller", "also when half of the files are gone since the last one")
    .option("--context <name>", contextHelp)
    .option("--json", "print the result as JSON")
    .action(async (id: string, { json, smaller, ...asked }: Asked & { smaller?: true; json?: true }) => {
      const plan: CommunePlan = planOf(surroundings, id);
      const { context } = contextIn(surroundings, id, asked);
      const taken = [];
      for (const points of servicesIn(plan, asked)) {
        const { service } = points;
        const job = { points, maySmaller: smaller === true };
        taken.push({ service, ...(await takePoint(surroundings, context, job)) });
      }
      const text = taken.map(({ service, head, said }) =>
        texts.labelled[languageHere()](
          service,
          head === undefined
            ? `${phrases.noPoint[languageHere()]} ${heard(said, languageHere())}`
            : pointId(head),
        ),
      );
      console.log(json ? JSON.stringify(taken, undefined, 2) : text.join("\n"));
      if (taken.some(({ head }) => head === undefined)) process.exitCode = 1;
    });
}

const contextIn = ({ stacks }: Surroundings, id: string, { context }: Asked): Pick<Asked, "context"> => {
  const found = contextOf(id, context, dirname(stacks));
  return found === undefined ? {} : { context: found };
};

interface Told extends ServiceChain {
  late: string | undefined;
}

const asJson = ({ service, chain: { points, findings }, silent, late, proved, damaged, expiring }: Told) => ({
  ...{ service, proved },
  points: points.map((point) => ({ id: pointId(point.head), at: hostsOf(point), ...point.head })),
  findings: findings.map(({ sentence, ...finding }) => ({ ...finding, message: sentence.en })),
  silent: silent.map(({ en }) => en),
  ...(late === undefined ? {} : { late }),
  ...(damaged === undefined ? {} : { damaged }),
  ...(expiring === undefined ? {} : { expiring }),
});

const phrases = {
  noPoint: { fr: "aucun point de restauration.", en: "no restore point." },
  points: {
    fr: (count: number) => (count > 1 ? `${count} points de restauration` : `${count} point de restauration`),
    en: (count: number) => (count === 1 ? "1 restore point" : `${count} restore points`),
  },
  before: {
    fr: (count: number) => `et ${count} avant eux : --json les liste tous`,
    en: (count: number) => `and ${count} before them: --json lists all`,
  },
  gone: {
    fr: (count: number) =>
      `${count} de plus connus par leur nom, dont aucun coffre n’a la base et les fichiers`,
    en: (count: number) => `${count} more are known by name, and no vault has their rows and files`,
  },
  proved: {
    fr: (times: readonly string[]) => `tout a été vérifié chez ${times.join(", chez ")}`,
    en: (times: readonly string[]) => `all of it was proved at ${times.join(", at ")}`,
  },
} as const;

function told(
  { service, chain: { points: all, findings }, silent, late, proved, damaged, expiring }: Told,
  language: Language,
): string {
  const points = all.filter((point) => hostsOf(point).length > 0);
  const gone = all.length - points.length;
  const times = Object.entries(proved).map(([host, at]) => `${host} ${at.slice(0, 16).replace("T", " ")}`);
  return [
    texts.labelled[language](service, phrases.points[language](points.length)),
    ...points.slice(-10).map((point: Point) => `  ${pointId(point.head)}  ${hostsOf(point).join(", ")}`),
    ...(points.length > 10 ? [`  ${phrases.before[language](points.length - 10)}`] : []),
    ...(gone > 0 ? [`  ${phrases.gone[language](gone)}`] : []),
    ...(times.length > 0 ? [`  ${phrases.proved[language](times)}`] : []),
    ...[damaged ?? [], expiring ?? []].flat().map((line) => `  ! ${heard(line, language)}`),
    ...(late === undefined ? [] : [`  ! ${late}`]),
    ...findings.map(({ sentence }) => `  ! ${heard(sentence[language], language)}`),
    ...silent.map((line) => `  ! ${line[language]}`),
  ].join("\n");
}
