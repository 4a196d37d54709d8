import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { reportOf } from "../audit/change-report.ts";
import { shownOf } from "../audit/heading.ts";
import type { Report } from "../audit/report.ts";
import { alike } from "../audit/together.ts";
import { words } from "../components/commune/changes/words.ts";
import { listCommunes } from "../components/commune/load.ts";
import type { Language, Translated } from "../components/foundation/language/language.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { mandatory } from "../policies/judge.ts";
import { placeOf, reportFolder } from "./approval/place.ts";
import { type Previewed, preview } from "./approval/planned.ts";
import { signedReports, writeReport } from "./approval/write.ts";
import { auditFacts } from "./audit/facts.ts";
import { pageLanguageOption, spoken } from "./language.ts";
import { objectsOfProgram } from "./side.ts";

const alikeIn: Translated<(count: number) => string> = {
  fr: (count) => `identique dans ${count}`,
  en: (count) => `identical in ${count}`,
};

/** Reports of many communes as text: what is the same in several stands once. */
function togetherText(reports: readonly Report[], language: Language): string {
  return alike(reports)
    .map(({ communes, report: { label, summary } }) => {
      const same = alikeIn[language](communes.length);
      const heading = communes.length === 1 ? communes[0] : `${same} : ${communes.join(", ")}`;
      return [heading, ...[...summary, words.effect[label][language]].map((line) => `  ${line}`)].join("\n");
    })
    .join("\n\n");
}

const keptIn: Translated<(id: string, kept: string) => readonly string[]> = {
  fr: (id, kept) => [
    `  Le rapport qui était là est signé, et il est gardé : ${kept}`,
    `  Pour l’appliquer, lui : npx commune apply ${id} --report ${kept}`,
  ],
  en: (id, kept) => [
    `  The report that was there is signed, and is kept: ${kept}`,
    `  npx commune apply ${id} --report ${kept} is of that one.`,
  ],
};

/** Letters that a reason may have: it stands above five sentences, and on a public page. */
const longestReason = 300;

function reason(text: string): string {
  const one = text.trim();
  if (one === "" || one.length > longestReason || /\p{Cc}/u.test(one))
    throw new InvalidArgumentError(
      spoken({
        en: `Write one sentence on one line, of at most ${longestReason} letters.`,
        fr: `Écrivez une phrase sur une ligne, de ${longestReason} lettres au plus.`,
      }),
    );
  return one;
}

interface Options {
  all?: true;
  from: string;
  preview?: true;
  published?: string;
  because?: string;
  to?: string;
  language: Language;
  json?: true;
}

/** `commune report <id>`: a change as an elected official, an auditor and an administrator read it. Reads files only. */
export function auditCommand(
  stacks = repositoryFile("stacks"),
  objects = objectsOfProgram,
  previewed: (id: string) => Promise<Previewed> = (id) => preview(placeOf(id), id),
): Command {
  return new Command("report")
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
    .addOption(pageLanguageOption("the report"))
    .option("--json", "print the report as JSON, and write nothing")
    .action(async (id: string | undefined, options: Options, command: Command) => {
      const { all, from, published: file, because, to, language, json } = options;
      if ((id === undefined) === (all === undefined))
        command.error(
          spoken({ en: "error: name one commune, or --all.", fr: "error: nommez une commune, ou --all." }),
          { exitCode: 2 },
        );
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
          ...(kept === undefined ? [] : ["", ...keptIn[language](id, kept)]),
        ].join("\n"),
      );
    });
}
