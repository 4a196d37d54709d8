import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import * as z from "zod";
import { approversFile, loadSigners } from "../audit/approval/approvers.ts";
import type { History } from "../audit/approval/history.ts";
import { judgedLog } from "../audit/approval/judged.ts";
import { append, previousOf, type WrittenEntry } from "../audit/approval/log.ts";
import { judgeApproval, signerOfLog } from "../audit/approval/verify.ts";
import { writtenLine } from "../audit/approval/written.ts";
import { Exchange, type Verdict } from "../audit/gate/exchange.ts";
import { type ReportFile, readReport } from "../audit/report-file.ts";
import { askedOf } from "../audit/shown.ts";
import type { Language, Translated } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { publicKeyOf } from "../components/foundation/multikey/multikey.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { historyOf, recordUnapproved } from "./approval/past.ts";
import { placeOf, reportFolder } from "./approval/place.ts";
import { type CountedWhole, gateFolder, goneFrom, previewedOf, pulumiVersionOf } from "./approval/planned.ts";
import { type StackState, stateDigest, stateOf } from "./approval/state.ts";
import { Steps } from "./approval/steps.ts";
import { foundOtherwise } from "./audit/own-report.ts";
import { askEngine, type EnginePlace, type EngineRun, runEngine } from "./engine.ts";
import { heard } from "./heard/heard.ts";
import { languageHere } from "./language.ts";
import { nextStep } from "./next-step.ts";
import { objectsOfProgram } from "./side.ts";
import { underway } from "./underway.ts";

/** Outcome of an update. */
interface Outcome {
  kind: "applied" | "failed" | "refused";
  /** Differences from what was approved, or complaints of the engine. */
  why: readonly string[];
  seconds?: number | undefined;
}

/** Returns why a report may not be applied according to the log; empty if it may. Reads files only. */
function approvalProblems(stacks: string, report: ReportFile): readonly string[] {
  return judgeApproval(judgedLog(stacks, report.commune), askedOf(report), new Date()).problems;
}

/** Throws if the log is signed with another key than the one of this stack: what is written into it would not hold. */
function refuseOthersLog(stacks: string, id: string, { logKey }: Pick<StackState, "logKey">): void {
  const known = loadSigners(stacks, id).log ?? signerOfLog(judgedLog(stacks, id));
  if (logKey === undefined || known === undefined || publicKeyOf(logKey) === known) return;
  throw new TranslatedError({
    en: `the log of ${id} is signed with ${known}, and the seed of this stack makes ${publicKeyOf(logKey)}. Where the first is right, give the stack the commune's seed: npx pulumi config set --secret commune:seed -s ${id}. Where it is not, take out the lines that npx commune verify-log ${id} names, and write log: ${publicKeyOf(logKey)} into stacks/${id}/${approversFile}. Nothing was changed.`,
    fr: `le journal de ${id} est signé avec ${known}, et la graine de cette pile donne ${publicKeyOf(logKey)}. Si la première clé est la bonne, donnez à la pile la graine de la commune : npx pulumi config set --secret commune:seed -s ${id}. Sinon, retirez les lignes que npx commune verify-log ${id} nomme, et écrivez log: ${publicKeyOf(logKey)} dans stacks/${id}/${approversFile}. Rien n’a été changé.`,
  });
}

/** State and history before an update begins. */
interface Before {
  state: StackState;
  history: History;
}

/** Place of an update, and what it is made from. */
interface Surroundings {
  stacks: string;
  place: EnginePlace;
  objects: typeof objectsOfProgram;
}

/** The longest wait until the engine reports its deletions, which it makes last, in milliseconds. */
const longestDeletions = 5_000;

/**
 * Decides what an update may do: all that it would do, if that is what was approved, and if the report that people
 * signed says of it what this machine finds as well.
 */
async function decided(
  { stacks, place, objects }: Surroundings,
  report: ReportFile,
  { counted, steps, before, pulumi }: { counted: CountedWhole; steps: Steps; before: Before; pulumi: string },
): Promise<Verdict> {
  // Nobody else changes the state now: the update holds the lock.
  const state = await stateOf(place, report.commune);
  const gone = goneFrom(state, counted, steps);
  for (const end = Date.now() + longestDeletions; !steps.has(gone) && Date.now() < end; ) await sleep(50);
  const previewed = previewedOf(counted, steps, state, { history: before.history, pulumi });
  const refused = await foundOtherwise(stacks, report, previewed, objects);
  if (refused.length > 0) return { refused };
  const { resources } = previewed.plan;
  return {
    resources: Object.fromEntries(resources.map(({ urn, parts, late = [] }) => [urn, { parts, late }])),
  };
}

/**
 * Updates a stack under one lock. At the end of the update's own preview the gate asks whether that is what was
 * approved, and the engine goes on only if it is; meanwhile the gate holds each resource to what was approved.
 */
async function update(surroundings: Surroundings, report: ReportFile, before: Before): Promise<Outcome> {
  const { place } = surroundings;
  const { commune: id, approval } = report;
  underway(phrases.previews(id));
  const pulumi = await pulumiVersionOf(place);
  const exchange = Exchange.open({ isAsked: true });
  exchange.giveKey(before.state.key);
  const steps = new Steps();
  const ended = new AbortController();
  let refused: readonly string[] = [];
  const decide = async () => {
    while (!ended.signal.aborted) {
      const counted = exchange.read();
      if (counted !== undefined && steps.has(counted.seen.map(({ urn }) => urn))) {
        try {
          underway(phrases.compared(id));
          const verdict = await decided(surroundings, report, { counted, steps, before, pulumi });
          if ("refused" in verdict) refused = verdict.refused;
          else underway(phrases.goesOn(id));
          exchange.decide(verdict);
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          refused = [`what would be applied could not be compared with what was approved: ${why}`];
          exchange.decide({ refused });
        }
        return;
      }
      await sleep(50);
    }
  };
  // Ctrl-C reaches the engine as well, which ends in order; what became of it is written down then.
  const waitForEngine = () => undefined;
  process.on("SIGINT", waitForEngine);
  try {
    const words = ["up", "--yes", "-s", id, "-m", `approval ${approval.plan.digest}`];
    const gate = ["--policy-pack", gateFolder, "--policy-pack-config", exchange.settings];
    const running = runEngine(place, [...words, ...gate], (event) => steps.note(event));
    const [run] = await Promise.all([running.finally(() => ended.abort()), decide()]);
    return outcomeOf(run, refused);
  } finally {
    process.off("SIGINT", waitForEngine);
    exchange.close();
  }
}

function outcomeOf({ exitCode, complaints, results }: EngineRun, refused: readonly string[]): Outcome {
  if (refused.length > 0) return { kind: "refused", why: refused };
  if (exitCode === 0 && results.update === "succeeded")
    return { kind: "applied", why: [], seconds: results.seconds };
  return { kind: "failed", why: complaints, seconds: results.seconds };
}

const lastUpdate = z.array(z.object({ startTime: z.string(), message: z.string().optional() }));

/** Fields for the log about an update that began. */
async function became(place: EnginePlace, id: string, digest: string) {
  const said = await askEngine(place, ["stack", "history", "--json", "--page-size", "1", "-s", id]);
  const [last] = lastUpdate.parse(JSON.parse(said));
  const isOurs = last?.message === `approval ${digest}`;
  return {
    ...(isOurs && last ? { started: new Date(last.startTime).toISOString() } : {}),
    state: await stateDigest(place, id),
  };
}

/** `commune apply <id>`: applies what was approved, and nothing else. */
export function applyCommand(
  stacks = repositoryFile("stacks"),
  placed: (id: string) => EnginePlace = placeOf,
  objects = objectsOfProgram,
): Command {
  return new Command("apply")
    .description(
      "Apply a change that was approved: one pulumi up, which is refused before anything changes where it would do anything else, or where the report says otherwise of it than this machine finds.",
    )
    .argument("<commune>", "id of the commune")
    .option(
      "--report <file>",
      "report.json that was approved; .local/audit/<commune>/report.json when absent",
    )
    .option("--json", "print the line of the log as JSON")
    .action(async (id: string, { report: named, json }: { report?: string; json?: true }) => {
      const language = languageHere();
      const file = named ?? join(reportFolder(id), "report.json");
      if (!existsSync(file)) throw new Error(phrases.noReport[language](file));
      const report = readReport(file);
      if (report.commune !== id) throw new Error(phrases.ofAnother[language](file, report.commune, id));
      const problems = approvalProblems(stacks, report);
      if (problems.length > 0) throw new Error(phrases.mayNot[language](listed(problems)));
      const place = placed(id);
      const [state, history] = await Promise.all([stateOf(place, id), historyOf(place, id)]);
      refuseOthersLog(stacks, id, state);
      // What is applied now publishes the log. Before there is a seed, the next change that is approved tells.
      if (state.logKey !== undefined) recordUnapproved(stacks, id, history, state.logKey);
      const { kind, why, seconds } = await update({ stacks, place, objects }, report, { state, history });
      const { digest } = report.approval.plan;
      const entry: WrittenEntry = {
        kind,
        stack: id,
        digest,
        report: report.hash,
        at: new Date().toISOString(),
        previous: previousOf(stacks, id),
        // Without an update's own summary nothing but a preview was made.
        ...(seconds === undefined ? {} : { seconds, ...(await became(place, id, digest)) }),
        ...(why.length === 0 ? {} : { why: why.slice(0, 100).map((each) => each.slice(0, 2000)) }),
      };
      // A first update has drawn the seed.
      const key = state.logKey ?? (await stateOf(place, id)).logKey;
      const line = writtenLine(entry, key);
      append(stacks, line);
      if (kind !== "applied") process.exitCode = 1;
      console.log(json ? JSON.stringify(line) : heard(told(entry, id, language), language));
    });
}

const phrases = {
  previews: (id: string): Translated => ({
    fr: `${id} : Pulumi fait encore un aperçu de la mise à jour, sous son verrou`,
    en: `${id}: Pulumi previews the update once more, under its lock`,
  }),
  compared: (id: string): Translated => ({
    fr: `${id} : ce que ferait la mise à jour est comparé à ce qui a été approuvé`,
    en: `${id}: what the update would do is compared with what was approved`,
  }),
  goesOn: (id: string): Translated => ({
    fr: `${id} : c’est ce qui a été approuvé, et c’est appliqué`,
    en: `${id}: it is what was approved, and is applied`,
  }),
  noReport: {
    fr: (file: string) => `${file} n’existe pas. Nommez le rapport approuvé : --report <fichier>`,
    en: (file: string) => `${file} is not there. Name the report that was approved: --report <file>`,
  },
  ofAnother: {
    fr: (file: string, is: string, wanted: string) => `${file} est un rapport de ${is}, et non de ${wanted}.`,
    en: (file: string, is: string, wanted: string) => `${file} is a report of ${is}, not of ${wanted}.`,
  },
  mayNot: {
    fr: (problems: string) => `ce rapport ne peut pas être appliqué :\n${problems}\nRien n’a changé.`,
    en: (problems: string) => `this report may not be applied:\n${problems}\nNothing was changed.`,
  },
  applied: {
    fr: (digest: string) => `Appliqué tel qu’approuvé : ${digest}`,
    en: (digest: string) => `Applied as approved: ${digest}`,
  },
  refused: {
    fr: (why: string, id: string) =>
      `Refusé : ce n’est pas ce qui a été approuvé.\n${why}\nRien n’a changé. Faites un nouveau rapport : npx commune report ${id} --preview`,
    en: (why: string, id: string) =>
      `Refused: this is not what was approved.\n${why}\nNothing was changed. Make a new report: npx commune report ${id} --preview`,
  },
  failed: { fr: "La mise à jour a échoué :", en: "The update failed:" },
} as const;

const listed = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join("\n");

function told(entry: WrittenEntry, id: string, language: Language): string {
  const why = "why" in entry ? (entry.why ?? []) : [];
  switch (entry.kind) {
    case "applied":
      return phrases.applied[language](entry.digest);
    case "refused":
      return phrases.refused[language](listed(why), id);
    default:
      return `${phrases.failed[language]}\n${listed(why)}\n${nextStep("up", id, why.join("\n"), language)}`;
  }
}
