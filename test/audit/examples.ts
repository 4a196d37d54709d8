import { readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import * as z from "zod";
import { checkout } from "../../local/paths.ts";

export const examples = join(checkout, "docs", "examples");
const read = (file: string) => yaml.load(readFileSync(join(examples, file), "utf8"));

/** Fields that are read of a pipeline of GitLab: https://docs.gitlab.com/ci/yaml/ */
const gitlab = z
  .object({
    check: z.object({ script: z.array(z.string()) }),
    report: z.object({ script: z.array(z.string()) }),
    drift: z.object({ script: z.array(z.string()) }),
  })
  .loose();

const step = z
  .object({
    id: z.string().optional(),
    if: z.string().optional(),
    env: z.record(z.string(), z.string()).optional(),
    run: z.string().optional(),
    uses: z.string().optional(),
  })
  .loose();
export type Step = z.output<typeof step>;

/** Fields that are read of a workflow of Forgejo: https://forgejo.org/docs/latest/user/actions/reference/ */
const forgejo = z
  .object({
    on: z.object({ pull_request: z.object({}).loose(), schedule: z.array(z.object({ cron: z.string() })) }),
    jobs: z.record(z.string(), z.object({ "runs-on": z.string(), steps: z.array(step) }).loose()),
  })
  .loose();

export const gitlabExample = () => gitlab.parse(read("gitlab-ci.yaml"));
export const forgejoExample = () => forgejo.parse(read("forgejo-audit.yaml"));
