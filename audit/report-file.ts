import { readFileSync } from "node:fs";
import type * as z from "zod";
import { digestOf } from "./approval/log.ts";
import { reportSchema } from "./report-schema.ts";

/** The report as `commune report` writes it. */
export type WrittenReport = z.output<typeof reportSchema>;

/** A report that can be approved, as its file has it, with the digest that identifies it. */
export interface ReportFile extends WrittenReport {
  approval: NonNullable<WrittenReport["approval"]>;
  /** SHA-256 of the bytes of the file. */
  hash: string;
}

/** Reads a report.json. Throws if nobody could approve it, or if it says anything that no report says. */
export function readReport(file: string): ReportFile {
  const bytes = readFileSync(file);
  const read = reportSchema.safeParse(JSON.parse(bytes.toString("utf8")));
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.length === 0 ? "" : `${issue?.path.join(".")}: `;
    throw new Error(`${file} is no report.json of commune report (${where}${issue?.message}).`);
  }
  const { approval, commune } = read.data;
  if (approval === undefined)
    throw new Error(
      `${file} was made from files alone, and says nothing of what would be applied. Make one that can be approved: npx commune report ${commune} --preview`,
    );
  return { ...read.data, approval, hash: digestOf(bytes) };
}
