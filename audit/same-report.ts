import { wordFor } from "../components/commune/changes/words.ts";
import { differences, type Plan, planOf } from "./approval/plan.ts";
import { type Difference, differences as differencesOf } from "./objects.ts";
import type { Report } from "./report.ts";
import type { ReportFile, WrittenReport } from "./report-file.ts";
import { reportSchema } from "./report-schema.ts";
import { texts } from "./words.ts";

/** Days for which a report can be approved and applied. */
const mostDaysOld = 31;

/** The most differences that are listed, and letters of each value. */
const most = { told: 20, letters: 400 } as const;

/**
 * Returns where a report differs from what this machine finds: a sentence for each part, with both values; empty if
 * they agree. What git said where the report was made is not compared: like the reason, it is words of people.
 *
 * @param own report that this machine makes of its own preview: of the same day, in the same language, with the same
 * reason.
 * @param today ISO 8601.
 */
export function reportDifferences(said: ReportFile, own: Report, today: string): string[] {
  if (own.approval === undefined) throw new Error("A report that is made of a preview can be approved.");
  const before = [...dayProblems(said, today), ...planDifferences(said.approval.plan, own.approval.plan)];
  // All else follows from what the plan has otherwise.
  if (before.length > 0) return before;
  const { hash: _, ...file } = said;
  const found = valueDifferences(file, reportSchema.parse(JSON.parse(JSON.stringify(own))));
  const told = found
    .slice(0, most.told)
    .map(
      ({ path, from, to }) =>
        `${path.join(".")}: the report says ${valueText(from)}, and this machine finds ${valueText(to)}`,
    );
  const more = found.length - told.length;
  return more === 0 ? told : [...told, `${more} more of its values are others`];
}

/** Returns what is wrong with a report, without a preview: its day, and a digest that is not of what it lists. */
export function reportProblems(said: ReportFile, today: string): string[] {
  return [...dayProblems(said, today), ...digestProblems(said.approval.plan)];
}

function dayProblems({ date }: ReportFile, today: string): string[] {
  const days = (Date.parse(today) - Date.parse(date)) / 86_400_000;
  return days >= 0 && days <= mostDaysOld
    ? []
    : [`date: the report says ${date}, and today is ${today}: it counts for ${mostDaysOld} days`];
}

function digestProblems(plan: Plan): string[] {
  const { digest } = planOf(plan);
  return digest === plan.digest
    ? []
    : [`approval.plan.digest: the report says ${plan.digest}, and what it lists has ${digest}`];
}

function planDifferences(said: Plan, own: Plan): string[] {
  const found = differences(said, own);
  if (found.length > 0) return found;
  const listed = digestProblems(said);
  return listed.length > 0 || said.digest === own.digest
    ? listed
    : [`approval.plan.digest: the report says ${said.digest}, and this machine finds ${own.digest}`];
}

/** Differences of two reports of the same plan: first what decides, and what people read on top. */
function valueDifferences(said: WrittenReport, own: WrittenReport): Difference[] {
  const top = ({ approval, label, summary }: WrittenReport) => ({
    approval: { need: approval?.need },
    ...{ label, summary },
  });
  const rest = ({ approval: _, label: __, summary: ___, sections: ____, ...others }: WrittenReport) => others;
  return [
    ...differencesOf(top(said), top(own)),
    ...differencesOf(rest(said), rest(own)),
    ...sectionDifferences(answersOf(said), answersOf(own)),
  ];
}

type Sections = WrittenReport["sections"];

/** The answers that two machines give alike: what git says of a change is another one where its history is. */
function answersOf({ sections, language }: WrittenReport): Sections {
  const [first, ...others] = sections;
  const isOfGit = first?.id === "messages" && first.title === wordFor(texts.questions, "messages", language);
  return isOfGit ? others : sections;
}

function sectionDifferences(said: Sections, own: Sections): Difference[] {
  const [from, to] = [said, own].map((sections) => sections.map(({ id }) => id));
  const which = differencesOf(from, to, ["sections"]);
  if (which.length > 0) return [{ path: ["sections"], from, to }];
  return said.flatMap((section, index) => differencesOf(section, own[index], ["sections", section.id]));
}

function valueText(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > most.letters ? `${text.slice(0, most.letters)}…` : text;
}
