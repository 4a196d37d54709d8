import { reportOf } from "../../audit/change-report.ts";
import type { ReportFile } from "../../audit/report-file.ts";
import { reportDifferences } from "../../audit/same-report.ts";
import type { Previewed } from "../approval/planned.ts";
import type { objectsOfProgram } from "../side.ts";
import { auditFacts } from "./facts.ts";

/**
 * Returns where a report differs from the one that `commune report` makes of this machine's own preview: a sentence
 * for each part, empty if they agree. Throws DeclarationError.
 */
export async function foundOtherwise(
  stacks: string,
  report: ReportFile,
  previewed: Previewed,
  objects: typeof objectsOfProgram,
): Promise<string[]> {
  const { commune, language, date, because } = report;
  const asked = { from: "HEAD", because, today: date, preview: Promise.resolve(previewed) };
  const own = reportOf(await auditFacts(stacks, commune, asked, objects), language);
  return reportDifferences(report, own, new Date().toISOString().slice(0, 10));
}
