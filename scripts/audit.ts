import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { reportMarkdown } from "../audit/markdown.ts";
import { objectChanges } from "../audit/objects.ts";
import { reportPage } from "../audit/page.ts";
import { type Facts, type Origin, type Report, reportOf } from "../audit/report.ts";
import { resolveRevision, stacksAt } from "../audit/revision.ts";
import type { Side } from "../audit/side.ts";
import { changesOf } from "../components/commune/changes/changes.ts";
import { type Tongue, tongues, words } from "../components/commune/changes/words.ts";
import { published } from "../components/commune/publish.ts";
import { type Published, readPublished } from "../components/commune/published.ts";
import { DeclarationError } from "../components/foundation/declaration/problem.ts";
import { loadLock } from "../components/foundation/image/lock.ts";
import { writeWhole } from "../local/cluster/files.ts";
import { checkout } from "../local/paths.ts";
import { loadExceptions, type RuleException } from "../policies/exceptions.ts";
import { judge, mandatory, withExceptions } from "../policies/judge.ts";
import { rules } from "../policies/rules.ts";
import type { objectsOf } from "./objects.ts";
import { judgedAt, objectsOfProgram, sideAt } from "./side.ts";

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

/** What is asked of a report. */
interface Asked {
  from: string;
  published?: string | undefined;
  today: string;
}

/** Gathers everything that a report is made of. Reads files and git, and contacts nothing. */
async function auditFacts(
  stacks: string,
  id: string,
  { from, published: file, today }: Asked,
  objects: typeof objectsOf = objectsOfProgram,
): Promise<Facts> {
  const after = await lockedSide(stacks, id, objects);
  const revision = await resolveRevision(stacks, from);
  const before = await sideOfRevision(stacks, id, revision, objects);
  // The same seed on both sides: a declaration says nothing of it.
  const known = file === undefined ? before && published(before.plan, "00") : publishedIn(file);
  const changes = known
    ? changesOf(known, after.plan, { moved: [], dataIsDisposable: known.data === "disposable", today })
    : [];
  const site = judgedAt(stacks, id);
  const findings = withExceptions(judge(rules, { ...after, site, today }), exceptionsOf(stacks, id, today));
  const origin: Origin =
    file !== undefined
      ? { kind: "published" }
      : before
        ? { kind: "revision", revision }
        : { kind: "nothing" };
  return {
    today,
    origin,
    before,
    after,
    changes,
    findings,
    siteIsKnown: site !== undefined,
    objects: objectChanges(before?.objects ?? [], after.objects),
  };
}

/** The three files of a report, each whole or not at all. */
function write(folder: string, report: Report, origin: Origin): string[] {
  const files = {
    "report.html": reportPage(report, origin),
    "report.md": reportMarkdown(report, origin),
    "report.json": `${JSON.stringify(report, undefined, 2)}\n`,
  };
  return Object.entries(files).map(([name, text]) => {
    const file = join(folder, name);
    writeWhole(file, text);
    return file;
  });
}

interface Options {
  from: string;
  published?: string;
  to?: string;
  language: Tongue;
  json?: true;
}

/** `commune audit <id>`: a change as an elected official, an auditor and an administrator read it. Reads files only. */
export function auditCommand(stacks = join(checkout, "stacks"), objects = objectsOfProgram): Command {
  return new Command("audit")
    .description(
      "Write a report of what a declaration would change: who is concerned, what can be undone, what data, what opens, what leaves, which software, what it costs, which rules are kept. Reads files and git only, contacts nothing.",
    )
    .argument("<commune>", "id of the commune")
    .option("--from <revision>", "git revision whose declaration it is compared with", "HEAD")
    .option(
      "--published <file>",
      "what the stack published last (pulumi stack output published --json): changes are told from there",
    )
    .option("--to <folder>", "where the report is written; .local/audit/<commune> when absent")
    .addOption(new Option("--language <language>", "language of the report").choices(tongues).default("fr"))
    .option("--json", "print the report as JSON, and write nothing")
    .addHelpText(
      "after",
      "\nExit code: 0 when the change could be applied, 1 when it or a rule refuses it, 2 for wrong usage.",
    )
    .action(async (id: string, { from, published: file, to, language, json }: Options) => {
      const today = new Date().toISOString().slice(0, 10);
      const facts = await auditFacts(stacks, id, { from, published: file, today }, objects);
      const report = reportOf(facts, language);
      if (report.label === "refused" || mandatory(facts.findings, today).length > 0) process.exitCode = 1;
      if (json) {
        console.log(JSON.stringify(report, undefined, 2));
        return;
      }
      const files = write(to ?? join(checkout, ".local", "audit", id), report, facts.origin);
      console.log(
        [
          ...report.summary.map((sentence) => `  ${sentence}`),
          "",
          `  ${words.effect[report.label][language]}`,
          ...files.map((each) => `  ${each}`),
        ].join("\n"),
      );
    });
}
