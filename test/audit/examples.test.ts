import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { expect, test } from "vitest";
import * as z from "zod";
import { checkout } from "../../local/paths.ts";
import { auditCommand } from "../../scripts/audit.ts";
import { driftCommand } from "../../scripts/drift.ts";

const folder = join(checkout, "docs", "examples");
const read = (file: string) => yaml.load(readFileSync(join(folder, file), "utf8"));

/** What is checked of a pipeline of GitLab: https://docs.gitlab.com/ci/yaml/ */
const gitlab = z
  .object({
    report: z.object({ script: z.array(z.string()) }),
    drift: z.object({ script: z.array(z.string()) }),
  })
  .loose();

/** What is checked of a workflow of Forgejo: https://forgejo.org/docs/latest/user/actions/reference/ */
const forgejo = z
  .object({
    on: z.object({ pull_request: z.object({}).loose(), schedule: z.array(z.object({ cron: z.string() })) }),
    jobs: z.record(
      z.string(),
      z
        .object({
          "runs-on": z.string(),
          steps: z.array(z.object({ run: z.string().optional(), uses: z.string().optional() }).loose()),
        })
        .loose(),
    ),
  })
  .loose();

/** Shell commands of both examples, by the job that they are in. */
function scripts(): Record<string, string[]> {
  const ci = gitlab.parse(read("gitlab-ci.yaml"));
  const { jobs } = forgejo.parse(read("forgejo-audit.yaml"));
  return {
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
  expect(readdirSync(folder).sort()).toEqual(["forgejo-audit.yaml", "gitlab-ci.yaml"]);
});

test("each makes its report with options that the commands have, and posts or keeps what that wrote", () => {
  for (const [job, lines] of Object.entries(scripts())) {
    const text = lines.join("\n");
    const [, verb = "", rest = ""] = /npx commune (\w+)([^\n]*)/.exec(text) ?? [];
    const command = { audit: auditCommand(), drift: driftCommand() }[verb];
    const known = command?.options.map(({ long }) => long);
    const asked = [...rest.replace(/\|\|.*/, "").matchAll(/--[a-z-]+/g)].map(([option]) => option);
    expect(asked, job).toContain("--to");
    expect(known, job).toEqual(expect.arrayContaining(asked));
    expect(job.includes(verb === "audit" ? "report" : "drift"), job).toBe(true);
    if (verb === "audit") expect(text, job).toContain("report/report.md");
  }
});

test("none has a secret in the command line of curl", () => {
  expect(Object.values(scripts()).flat().join("\n")).not.toMatch(/glpat-|PRIVATE-TOKEN: [A-Za-z0-9]/);
});
