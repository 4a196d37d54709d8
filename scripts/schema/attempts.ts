import { attempts } from "../../components/tenants/isolation/attempts.ts";

/** The table of what is tried from within an association, each with what refuses it. */
export function attemptsTable(): string {
  const rows = attempts.flatMap(({ from, rows: own }) =>
    own.map(({ attempt, by, benchmark = "" }) => `| ${from} | ${attempt} | ${by} | ${benchmark} |`),
  );
  return [
    "## What is tried from within, and what refuses it",
    "",
    "| somebody | what | refused by | benchmark |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}
