import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { digestOf, logText, readLog } from "../../audit/approval/log.ts";
import { isReported } from "../../audit/approval/verify.ts";
import { reportMarkdown } from "../../audit/markdown.ts";
import { reportPage } from "../../audit/page.ts";
import type { Origin, Report } from "../../audit/report.ts";
import { writeWhole } from "../../local/cluster/files.ts";

/** The page of a proposed report, for those who approve it in a browser. */
export const proposedPage = "accord.html";

/** Hashes of the reports of a commune of which its log says something: they are what people have signed. */
export function signedReports(stacks: string, id: string): ReadonlySet<string> {
  const entries = readLog(logText(stacks, id)).flatMap(({ line }) => line?.entry ?? []);
  return new Set(entries.flatMap((entry) => (isReported(entry) ? [entry.report] : [])));
}

/** Paths of a written report, and of the signed one that was there before, which is kept. */
export interface Written {
  files: string[];
  kept?: string;
}

/**
 * Writes the three files of a report, each whole or not at all. A signed report is moved aside first, into a folder
 * named after its hash: people have signed that very file.
 */
export function writeReport(
  folder: string,
  report: Report,
  origin: Origin,
  signed: ReadonlySet<string> = new Set(),
): Written {
  const files = {
    "report.html": reportPage(report, origin),
    "report.md": reportMarkdown(report, origin),
    "report.json": `${JSON.stringify(report, undefined, 2)}\n`,
  };
  const kept = putAside(folder, [...Object.keys(files), proposedPage], files["report.json"], signed);
  const written = Object.entries(files).map(([name, text]) => {
    const file = join(folder, name);
    writeWhole(file, text);
    return file;
  });
  return { files: written, ...(kept !== undefined && { kept }) };
}

/**
 * Moves a signed report aside.
 *
 * @returns its new path; undefined if none is there, or if the new one has the same bytes.
 */
function putAside(
  folder: string,
  names: readonly string[],
  json: string,
  signed: ReadonlySet<string>,
): string | undefined {
  const there = join(folder, "report.json");
  if (!existsSync(there)) return undefined;
  const hash = digestOf(readFileSync(there));
  if (!signed.has(hash) || hash === digestOf(json)) return undefined;
  const aside = join(folder, `signed-${hash.slice("sha256:".length).slice(0, 12)}`);
  mkdirSync(aside, { recursive: true });
  for (const name of names)
    if (existsSync(join(folder, name))) renameSync(join(folder, name), join(aside, name));
  return join(aside, "report.json");
}
