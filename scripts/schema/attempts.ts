import { attempts } from "../../components/tenants/isolation/attempts.ts";

/** Returns the table of attacks from inside an association, each with the mechanism that refuses it. */
export function attemptsTable(): string {
  const rows = attempts.flatMap(({ from, rows: own }) =>
    own.map(({ attempt, by, benchmark = "" }) => `| ${from} | ${attempt} | ${by} | ${benchmark} |`),
  );
  return [
    "## What is tried from inside, and what refuses it",
    "",
    "| attacker | attempt | refused by | benchmark |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}
