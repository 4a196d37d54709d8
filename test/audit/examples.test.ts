import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { auditCommand } from "../../scripts/audit.ts";
import { driftCommand } from "../../scripts/drift.ts";
import { examples, forgejoExample, gitlabExample } from "./examples.ts";

/** Shell commands of both examples, by the job that they are in. */
function scripts(): Record<string, string[]> {
  const ci = gitlabExample();
  const { jobs } = forgejoExample();
  return {
    "GitLab check": ci.check.script,
    "GitLab report": ci.report.script,
    "GitLab drift": ci.drift.script,
    ...Object.fromEntries(
      Object.entries(jobs).map(([name, { steps }]) => [
        `Forgejo ${name}`,
        steps.flatMap(({ run = [] }) => run),
      ]),
    ),
  };
}

test("the examples for forges are those that are looked at here", () => {
  expect(readdirSync(examples).sort()).toEqual(["forgejo-audit.yaml", "gitlab-ci.yaml"]);
});

test("each verifies the packages' signatures, and then checks every declaration", () => {
  const { "GitLab check": gitlab = [], "Forgejo check": forgejo = [] } = scripts();
  for (const lines of [gitlab, forgejo])
    expect(lines.slice(-2)).toEqual([expect.stringContaining("npm audit signatures"), "npx commune check"]);
});

test("each makes its report with options that the commands have, and posts or keeps what that wrote", () => {
  const jobs = Object.entries(scripts()).filter(([job]) => !job.endsWith(" check"));
  expect(jobs.length).toBeGreaterThan(3);
  for (const [job, lines] of jobs) {
    const text = lines.join("\n");
    const [, verb = "", rest = ""] = /npx commune (\w+)([^\n]*)/.exec(text) ?? [];
    const command = { report: auditCommand(), drift: driftCommand() }[verb];
    const known = command?.options.map(({ long }) => long);
    const asked = [...rest.replace(/\|\|.*/, "").matchAll(/--[a-z-]+/g)].map(([option]) => option);
    expect(asked, job).toContain("--to");
    expect(known, job).toEqual(expect.arrayContaining(asked));
    expect(job.includes(verb), job).toBe(true);
    if (verb === "report") expect(text, job).toContain("report/report.md");
  }
});

test("none has a secret in the command line of curl", () => {
  expect(Object.values(scripts()).flat().join("\n")).not.toMatch(/glpat-|PRIVATE-TOKEN: [A-Za-z0-9]/);
});
