import { Command } from "commander";
import { type DrillResult, recordDrill } from "../audit/drills/log.ts";
import { drillId } from "../components/commune/drilled.ts";
import { descriptorLabel } from "../components/federation/secrets.ts";
import { minutesAndSeconds } from "../components/foundation/language/numbers.ts";
import { deriveSecret } from "../components/foundation/seed/derive.ts";
import { inVersion } from "../components/foundation/seed/labels.ts";
import { pointId } from "../components/recovery/points/head.ts";
import manifest from "../package.json" with { type: "json" };
import { placeOf } from "./approval/place.ts";
import { answerThrough } from "./drill/answers.ts";
import { carryOut, servicesOf } from "./drill/carry-out.ts";
import { copyStack } from "./drill/copy.ts";
import { Course } from "./drill/course.ts";
import { Interrupted } from "./drill/interrupted.ts";
import { type Options as Asked, type Prepared, prepare, type Surroundings } from "./drill/prepare.ts";
import { footprintsOf } from "./drill/room.ts";
import { sentences } from "./drill/sentences.ts";
import { withoutLog } from "./drill/servers.ts";
import { tearDown } from "./drill/tear-down.ts";
import { interruptible } from "./interruptible.ts";
import { languageHere, spokenError } from "./language.ts";
import { stackSeed } from "./recovery/kit/stack-seed.ts";
import { ordinary as ordinaryPoints } from "./recovery/points.ts";
import { refuseWithoutYes } from "./restore.ts";
import { Stack, settingsFile, settingsIn } from "./stack.ts";

const ordinary: Surroundings = {
  ...ordinaryPoints,
  seedOf: (id) => stackSeed(placeOf(id), id),
  outputsOf: (id) => new Stack(id, placeOf(id).environment).outputs(),
  settingsOf: (stack) => settingsIn(settingsFile(stack)),
  copyOf: (id, context) => copyStack(placeOf(drillId(id), context), id),
  answer: answerThrough(),
  footprintsOf,
};

interface Options extends Asked {
  keep?: true;
  clean?: true;
  yes?: true;
}

/** `commune drill`: whether a commune comes back from its vaults, and how long that takes, on a spare cluster. */
export function drillCommand(surroundings = ordinary): Command {
  return new Command("drill")
    .description(
      "Bring a copy of a commune back from its vaults on a spare cluster, closed to the outside, compare and count what came, measure how long it took and how much would have been lost, take all of it away again, and sign the result into stacks/<commune>/drills.jsonl. The commune itself is not touched.",
    )
    .argument("<commune>", "id of the commune")
    .option("--to <context>", "context of the kubeconfig of the spare cluster")
    .option("--beside", "on the cluster where the commune runs, in namespaces of its own")
    .option("--service <names...>", "only these, or these applications of associations (t-chorale-dokuwiki)")
    .option("--tenant <ids...>", "only these associations: all of their applications")
    .option("--keep", "leave the copy there afterwards, to look at it")
    .option("--clean", "take away what a drill before has left, and do nothing else")
    .option("--yes", "do not ask")
    .action(async (id: string, options: Options) => {
      const said = (line: string) => console.log(line);
      const say = sentences[languageHere()];
      if (options.clean) {
        const context = options.to ?? surroundings.settingsOf(drillId(id)).context;
        const left = await tearDown(surroundings, id, context);
        if (left.length > 0) throw new Error(`${say.notGone}\n${left.join("\n")}`);
        said(say.nothingLeft(drillId(id)));
        return;
      }
      const prepared = await prepare(surroundings, id, options);
      await refuseWithoutYes(
        options,
        told(prepared, surroundings.now(), options, say).join("\n"),
        prepared.context,
      );
      const result = await drill(surroundings, prepared, options, said);
      for (const line of resultText(result, say)) said(line);
      if (result.outcome === "failed") process.exitCode = 1;
    });
}

/** Carries it out, takes the copy away whatever came of it, and writes it down. */
async function drill(
  surroundings: Surroundings,
  prepared: Prepared,
  { keep }: Pick<Options, "keep">,
  said: (line: string) => void,
): Promise<DrillResult> {
  const { id, context, cluster, besideLive, askedSeconds } = prepared;
  const began = surroundings.now();
  const say = sentences[languageHere()];
  const course = new Course(surroundings.now);
  course.steps.push({ step: "vaults", seconds: askedSeconds });
  const problems: string[] = [];
  const { left, rtoSeconds } = await interruptible(
    async (interrupted) => {
      let rtoSeconds: number | undefined;
      const kubectl: Surroundings["kubectl"] = (...asked) => {
        throwIfInterrupted(interrupted);
        return surroundings.kubectl(...asked);
      };
      try {
        await carryOut({ ...surroundings, kubectl }, prepared, course, said);
        throwIfInterrupted(interrupted);
        const tookSeconds = (surroundings.now().getTime() - began.getTime()) / 1000;
        rtoSeconds = askedSeconds + tookSeconds - course.asideSeconds;
      } catch (error) {
        problems.push(spokenError(error).slice(0, 2000));
      }
      if (keep) {
        return { left: [say.kept(id)], rtoSeconds };
      }
      said(say.takenAway);
      return { left: await tearDown(surroundings, id, context), rtoSeconds };
    },
    () => said(say.stops),
  );
  const services = servicesOf(prepared, began, course);
  const { moments } = course;
  problems.unshift(
    ...moments.flatMap(({ server, failed }) =>
      failed === undefined ? [] : [say.noMoment(server, failed).slice(0, 2000)],
    ),
  );
  const isPassed = problems.length === 0 && (keep === true || left.length === 0);
  const result: DrillResult = {
    ...{ stack: id, at: surroundings.now().toISOString(), began: began.toISOString() },
    outcome: isPassed ? "passed" : "failed",
    ...{ cluster, besideLive, services, ...(moments.length > 0 && { moments }) },
    rpoSeconds: Math.max(...services.map(({ lostSeconds }) => lostSeconds)),
    ...(rtoSeconds !== undefined && { rtoSeconds }),
    ...{ steps: course.steps, problems, left, toolkit: manifest.version },
  };
  const label = inVersion(descriptorLabel, prepared.plan.secretVersions);
  const key = Buffer.from(deriveSecret(prepared.seed, id, label), "base64url");
  recordDrill(surroundings.stacks, result, key);
  return result;
}

/** It is heard between two questions to the cluster. */
function throwIfInterrupted({ aborted }: AbortSignal): void {
  if (aborted) throw new Interrupted(sentences[languageHere()].interrupted);
}

type Say = (typeof sentences)["en"];

function told(
  { id, copy, cluster, besideLive, copies, returning, servers }: Prepared,
  now: Date,
  { keep }: Options,
  say: Say,
): string[] {
  return [
    ...[...copies.findings, ...copies.silent].map((line) => `! ${line}`),
    say.comesBack(id, cluster, besideLive, copy),
    ...returning.map(
      ({ newest: { point }, page }) =>
        `  ${say.service(
          point.head.service,
          pointId(point.head),
          minutesAndSeconds((now.getTime() - Date.parse(point.head.takenAt)) / 1000),
          page?.host,
        )}`,
    ),
    ...servers.map(({ server, databases }) => `  ${say.momentToo(server, databases.join(", "))}`),
    ...withoutLog(returning, servers).map((service) => `  ${say.notLogged(service)}`),
    say.closed,
    keep ? say.stays : say.goes,
  ];
}

function resultText(
  { outcome, services, moments = [], steps, rpoSeconds, rtoSeconds, problems, left }: DrillResult,
  say: Say,
): string[] {
  return [
    ...steps.map(
      ({ step, service, seconds }) =>
        `  ${`${say.steps[step] ?? step} ${service ?? ""}`.padEnd(22)} ${seconds.toFixed(1)} s`,
    ),
    ...services.map(
      ({ service, files, bytes, tables, rows, status }) =>
        `  ${say.came(service, files, bytes, rows, tables, status)}`,
    ),
    ...moments.flatMap(({ server, vault, at, databases, tables, rows, seconds }) =>
      vault === undefined || at === undefined
        ? []
        : [
            `  ${say.momentCame({ server, vault, at, databases, tables, rows, took: minutesAndSeconds(seconds) })}`,
          ],
    ),
    ...problems.map((problem) => `  ✘ ${problem}`),
    ...left.map((line) => `  ! ${say.left(line)}`),
    outcome === "passed" && rtoSeconds !== undefined
      ? say.passed(minutesAndSeconds(rtoSeconds), minutesAndSeconds(rpoSeconds))
      : say.failed,
  ];
}
