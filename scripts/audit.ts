import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { appliedFrom } from "../audit/approval/history.ts";
import { pastOf } from "../audit/approval/past.ts";
import { drillsOf } from "../audit/drills/told.ts";
import { shownOf } from "../audit/heading.ts";
import { messagesSince } from "../audit/messages.ts";
import { objectChanges } from "../audit/objects.ts";
import { type Facts, type Origin, type Report, reportOf } from "../audit/report.ts";
import { resolveRevision, stacksAt } from "../audit/revision.ts";
import type { Side } from "../audit/side.ts";
import { alike } from "../audit/together.ts";
import { changesOf } from "../components/commune/changes/changes.ts";
import { pointsBefore } from "../components/commune/changes/points-before.ts";
import { type Tongue, tongues, words } from "../components/commune/changes/words.ts";
import { listCommunes } from "../components/commune/load.ts";
import { published } from "../components/commune/publish.ts";
import { type Published, readPublished } from "../components/commune/published.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import { loadLock } from "../components/foundation/image/lock.ts";
import { checkout } from "../local/paths.ts";
import { loadExceptions, type RuleException } from "../policies/exceptions.ts";
import { judge, mandatory, withExceptions } from "../policies/judge.ts";
import { rules } from "../policies/rules.ts";
import { placeOf, reportFolder } from "./approval/place.ts";
import { type Previewed, preview } from "./approval/planned.ts";
import type { StackState } from "./approval/state.ts";
import { signedReports, writeReport } from "./approval/write.ts";
import type { objectsOf } from "./objects.ts";
import { judgedAt, objectsOfProgram, ownPubliccode, sideAt } from "./side.ts";
import { underway } from "./underway.ts";

/** What is declared in a folder, with the builds that are locked there. */
async function lockedSide(stacks: string, id: string, objects: typeof objectsOf): Promise<Side> {
  const lock = loadLock(stacks);
  if (lock && !lock.ok) throw new DeclarationError(lock.problems);
  const side = await sideAt(stacks, id, objects, lock?.declaration.images);
  // As it would be written: what is known later is not there.
  return { ...side, objects: JSON.parse(JSON.stringify(side.objects)) };
}

/** The side of a revision; nothing where the commune was not declared there. */
async function sideOfRevision(
  stacks: string,
  id: string,
  revision: string,
  objects: typeof objectsOf,
): Promise<Side | undefined> {
  const folder = await stacksAt(stacks, id, revision);
  try {
    return existsSync(join(folder, id, "commune.yaml")) ? await lockedSide(folder, id, objects) : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function exceptionsOf(stacks: string, id: string, today: string): readonly RuleException[] {
  const loaded = loadExceptions(stacks, id, today);
  if (!loaded.ok) throw new DeclarationError(loaded.problems);
  return loaded.exceptions;
}

/** What a stack published, from the file that `pulumi stack output published --json` was written to. */
function publishedIn(file: string): Published {
  const read = readPublished(JSON.parse(readFileSync(file, "utf8")));
  if (read === undefined)
    throw new Error(`${file} is not what a stack publishes, or of another version of the toolkit.`);
  return read;
}

/** What a stack published, from its state; nothing before its first complete update. */
function publishedBy(id: string, { published }: Pick<StackState, "published">): Published | undefined {
  if (published === undefined) return undefined;
  const read = readPublished(published);
  if (read === undefined)
    throw new Error(`what the stack ${id} publishes is of another version of the toolkit: use that one.`);
  return read;
}

/** What is asked of a report. */
interface Asked {
  from: string;
  published?: string | undefined;
  because?: string | undefined;
  today: string;
  /** What the engine would do, where it is asked. */
  preview?: Promise<Previewed> | undefined;
}

/** Gathers everything that a report is made of. Reads files and git, and contacts nothing. */
async function auditFacts(
  stacks: string,
  id: string,
  { from, published: file, because, today, preview: asked }: Asked,
  objects: typeof objectsOf = objectsOfProgram,
): Promise<Facts> {
  // The engine is another process, which waits for a cluster: the program runs here meanwhile.
  const [declared, previewed] = await Promise.all([lockedSide(stacks, id, objects), asked]);
  underway(`${id}: what is declared is compared with what was, and the rules are asked`);
  const revision = previewed ? undefined : await resolveRevision(stacks, from);
  const declaredBefore =
    revision === undefined ? undefined : await sideOfRevision(stacks, id, revision, objects);
  // The same seed on both sides: a declaration says nothing of it.
  const known = previewed
    ? publishedBy(id, previewed.state)
    : file === undefined
      ? declaredBefore && published(declaredBefore.plan, "00")
      : publishedIn(file);
  const changes = known
    ? changesOf(known, declared.plan, { moved: [], dataIsDisposable: known.data === "disposable", today })
    : [];
  const site = judgedAt(stacks, id);
  const findings = withExceptions(
    judge(rules, {
      ...{ ...declared, site, today, publiccode: ownPubliccode(), drills: drillsOf(stacks, id) },
      changes: known && changes,
    }),
    exceptionsOf(stacks, id, today),
  );
  const origin: Origin =
    file !== undefined || (known !== undefined && previewed)
      ? { kind: "published" }
      : declaredBefore && revision
        ? { kind: "revision", revision }
        : { kind: "nothing" };
  const after = previewed ? { ...declared, objects: previewed.after } : declared;
  const before = previewed ? previewed.before && { objects: previewed.before } : declaredBefore;
  return {
    today,
    origin,
    before,
    after,
    changes,
    points: known ? pointsTold(changes, known, after, origin) : [],
    findings,
    siteIsKnown: site !== undefined,
    objects: objectChanges(before?.objects ?? [], after.objects),
    plan: previewed?.plan,
    because,
    messages: await messagesSince(stacks, id, previewed ? appliedFrom(previewed.history) : revision),
    past: pastOf(stacks, id, previewed?.history),
  };
}

/** Reports of many communes as text: what is the same in several stands once. */
function togetherText(reports: readonly Report[], language: Tongue): string {
  return alike(reports)
    .map(({ communes, report: { label, summary } }) => {
      const same =
        language === "fr" ? `identique dans ${communes.length}` : `identical in ${communes.length}`;
      const heading = communes.length === 1 ? communes[0] : `${same} : ${communes.join(", ")}`;
      return [heading, ...[...summary, words.effect[label][language]].map((line) => `  ${line}`)].join("\n");
    })
    .join("\n\n");
}

/** The restore points before a change. Only what a stack published names their Jobs. */
function pointsTold(
  changes: Facts["changes"],
  known: Published,
  { plan }: Side,
  { kind }: Origin,
): Facts["points"] {
  return pointsBefore(changes, known, plan).told.map((each) =>
    kind !== "published" && each.sentence === "pointComes"
      ? { ...each, with: { service: each.with.service, job: undefined } }
      : each,
  );
}

/** Letters that a reason may have: it stands above five sentences, and on a public page. */
const longestReason = 300;

function reason(text: string): string {
  const one = text.trim();
  if (one === "" || one.length > longestReason || /\p{Cc}/u.test(one))
    throw new InvalidArgumentError(`Write one sentence on one line, of at most ${longestReason} letters.`);
  return one;
}

interface Options {
  all?: true;
  from: string;
  preview?: true;
  published?: string;
  because?: string;
  to?: string;
  language: Tongue;
  json?: true;
}

/** `commune audit <id>`: a change as an elected official, an auditor and an administrator read it. Reads files only. */
export function auditCommand(
  stacks = join(checkout, "stacks"),
  objects = objectsOfProgram,
  previewed: (id: string) => Promise<Previewed> = (id) => preview(placeOf(id), id),
): Command {
  return new Command("audit")
    .description(
      "Write a report of what a declaration would change: who is concerned, what can be undone, what data, what opens, what leaves, which software, what it costs, which rules are kept. Reads files and git only, contacts nothing but with --preview.",
    )
    .argument("[commune]", "id of the commune")
    .addOption(
      new Option(
        "--all",
        "every commune that is declared: what is the same in several is told once",
      ).conflicts("published"),
    )
    .option("--from <revision>", "git revision whose declaration it is compared with", "HEAD")
    .option(
      "--published <file>",
      "what the stack published last (pulumi stack output published --json): changes are told from there",
    )
    .addOption(
      new Option(
        "--preview",
        "ask Pulumi what an update would do: a report that can be approved, compared with what is applied",
      ).conflicts("published"),
    )
    .option(
      "--because <sentence>",
      "why, in one sentence: it stands on top of the report, and is signed with it",
      reason,
    )
    .option(
      "--to <folder>",
      "where the report is written, with --all in a folder for each commune; .local/audit/<commune> when absent",
    )
    .addOption(new Option("--language <language>", "language of the report").choices(tongues).default("fr"))
    .option("--json", "print the report as JSON, and write nothing")
    .addHelpText(
      "after",
      "\nExit code: 0 when the change could be applied, 1 when it or a rule refuses it, 2 for wrong usage.",
    )
    .action(async (id: string | undefined, options: Options, command: Command) => {
      const { all, from, published: file, because, to, language, json } = options;
      if ((id === undefined) === (all === undefined))
        command.error("error: name one commune, or --all.", { exitCode: 2 });
      const today = new Date().toISOString().slice(0, 10);
      const report = async (commune: string) => {
        const asked = {
          from,
          published: file,
          because,
          today,
          preview: options.preview && previewed(commune),
        };
        const facts = await auditFacts(stacks, commune, asked, objects);
        const made = reportOf(facts, language);
        if (made.label === "refused" || mandatory(facts.findings, today).length > 0) process.exitCode = 1;
        if (json) return { made, files: [] };
        const folder =
          (id === undefined && to !== undefined ? join(to, commune) : to) ?? reportFolder(commune);
        return { made, ...writeReport(folder, made, facts.origin, signedReports(stacks, commune)) };
      };
      if (id === undefined) {
        const reports: Report[] = [];
        // One after the other: each runs the program, which has one engine to speak to.
        for (const commune of listCommunes(stacks)) reports.push((await report(commune)).made);
        console.log(json ? JSON.stringify(reports, undefined, 2) : togetherText(reports, language));
        return;
      }
      const { made, files, kept } = await report(id);
      if (json) {
        console.log(JSON.stringify(made, undefined, 2));
        return;
      }
      console.log(
        [
          ...shownOf(made).map((sentence) => `  ${sentence}`),
          "",
          `  ${words.effect[made.label][language]}`,
          ...files.map((each) => `  ${each}`),
          ...(kept === undefined
            ? []
            : [
                "",
                `  The report that was there is signed, and is kept: ${kept}`,
                `  npx commune apply ${id} --report ${kept} is of that one.`,
              ]),
        ].join("\n"),
      );
    });
}
