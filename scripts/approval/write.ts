import { join } from "node:path";
import { reportMarkdown } from "../../audit/markdown.ts";
import { reportPage } from "../../audit/page.ts";
import type { Origin, Report } from "../../audit/report.ts";
import { writeWhole } from "../../local/cluster/files.ts";

/** Writes the three files of a report, each whole or not at all, and returns where they are. */
export function writeReport(folder: string, report: Report, origin: Origin): string[] {
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
