import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { TourProject } from "../../scripts/demo/tour/project.ts";
import { forgejoExample, gitlabExample, type Step } from "./examples.ts";

/** A request to the forge: a server that answers as both do, and keeps what it was sent. */
interface Told {
  method: string | undefined;
  url: string | undefined;
  token: string | undefined;
  body: string;
}
let told: Told[] = [];
let answer = 201;
const forge = createServer(async (request, response) => {
  const { method, url, headers } = request;
  const token = headers.authorization ?? String(headers["private-token"]);
  told.push({ method, url, token, body: await text(request) });
  response.writeHead(answer, { "content-type": "application/json" }).end("{}");
});

const root = mkdtempSync(join(tmpdir(), "forges-"));
const project = new TourProject(root, () => process.env);
const [commune, file] = ["villeurbanne", "commune.yaml"];
const title = 'Plus de place pour chacun, « l’été » & "après" $HOME `date`';
const head = async () => (await execa("git", ["-C", project.folder, "rev-parse", "HEAD"])).stdout.trim();
let before = "";
let declared = "";
const api = () => `http://127.0.0.1:${(forge.address() as AddressInfo).port}/api`;

beforeAll(async () => {
  project.prepare();
  declared = readFileSync(join(project.stacks, commune, file), "utf8");
  before = await head();
  await new Promise<void>((resolve) => forge.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  forge.close();
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  told = [];
  answer = 201;
  rmSync(join(project.folder, "report"), { recursive: true, force: true });
});

/** Commits the declaration with a change. */
function declare(change: (text: string) => string): void {
  const other = change(declared);
  expect(other).not.toBe(declared);
  project.edit(commune, file, () => other);
  project.record(title);
}

const morePlace = (text: string) => text.replace("\nnextcloud: {}", "\nnextcloud: { quotaPerUser: 7 GiB }");
/** A service is taken out with its data. */
const refused = (text: string) => text.replace("\npeertube: {}", "");
const report = (file: string) => readFileSync(join(project.folder, "report", file), "utf8");

/** As both forges run a script: it ends with the first line that fails. */
const shell = (script: string, env: Record<string, string>) =>
  execa("bash", ["-eo", "pipefail", "-c", script], { cwd: project.folder, env, reject: false, all: true });

/** The job of GitLab, with what GitLab 17 says of a merge request. */
const onGitlab = () =>
  shell(gitlabExample().report.script.join("\n"), {
    COMMUNE: "villeurbanne",
    CI_MERGE_REQUEST_DIFF_BASE_SHA: before,
    CI_MERGE_REQUEST_TITLE: title,
    CI_MERGE_REQUEST_IID: "3",
    CI_PROJECT_ID: "7",
    CI_API_V4_URL: `${api()}/v4`,
    AUDIT_TOKEN: "a-token-of-the-project",
  });

/** The job of Forgejo: its steps that run something, with what Forgejo puts in the place of expressions. */
async function onForgejo() {
  const output = join(root, "output");
  writeFileSync(output, "");
  const known: Record<string, string> = {
    "github.event.pull_request.title": title,
    "github.event.pull_request.base.sha": before,
    "github.event.pull_request.number": "3",
    "github.repository": "mairie/nuage",
    "github.api_url": `${api()}/v1`,
    "github.token": "a-token-of-the-run",
  };
  const filled = (from: string) =>
    from.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, name: string) => {
      const value = known[name];
      if (value === undefined) throw new Error(`nothing says what ${name} is`);
      return value;
    });
  const isAsked = ({ if: when, run = "npm ci" }: Step) =>
    run !== "npm ci" &&
    (when === undefined ||
      (when === "steps.audit.outputs.refused == '1'" &&
        readFileSync(output, "utf8").includes("refused=1\n")));
  for (const step of forgejoExample().jobs.report?.steps ?? []) {
    if (!isAsked(step)) continue;
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)]),
    );
    const { exitCode, all } = await shell(filled(step.run ?? ""), {
      ...{ COMMUNE: "villeurbanne", GITHUB_OUTPUT: output },
      ...env,
    });
    if (exitCode !== 0) return { exitCode, all };
  }
  return { exitCode: 0, all: "" };
}

test("GitLab's job posts the report as a note with the title as its reason, and keeps the page", async () => {
  declare(morePlace);
  const { exitCode, all } = await onGitlab();
  expect(exitCode, all).toBe(0);
  expect(told).toMatchObject([
    { method: "POST", url: "/api/v4/projects/7/merge_requests/3/notes", token: "a-token-of-the-project" },
  ]);
  const note = new URLSearchParams(told[0]?.body).get("body");
  expect(note).toBe(report("report.md"));
  expect(note).toContain("de 5 Gio à 7 Gio");
  expect(JSON.parse(report("report.json"))).toMatchObject({ because: title });
  expect(report("report.html")).toContain("</html>");
});

test("Forgejo's job posts the same as a comment", async () => {
  declare(morePlace);
  const { exitCode, all } = await onForgejo();
  expect(exitCode, all).toBe(0);
  expect(told).toMatchObject([
    {
      method: "POST",
      url: "/api/v1/repos/mairie/nuage/issues/3/comments",
      token: "token a-token-of-the-run",
    },
  ]);
  expect(JSON.parse(told[0]?.body ?? "")).toEqual({ body: report("report.md") });
});

test("a change that is refused is posted all the same, and both jobs fail", async () => {
  declare(refused);
  for (const job of [onGitlab, onForgejo]) {
    told = [];
    const { exitCode, all } = await job();
    expect(exitCode, all).toBe(1);
    expect(told).toHaveLength(1);
    expect(report("report.md")).toMatch(/refus/i);
  }
});

test("both fail where the forge takes nothing, and where the declaration cannot be read", async () => {
  declare(morePlace);
  answer = 403;
  for (const job of [onGitlab, onForgejo]) expect((await job()).exitCode).not.toBe(0);
  answer = 201;
  rmSync(join(project.folder, "report"), { recursive: true });
  declare((text) => `${text}\nnextclout: {}\n`);
  for (const job of [onGitlab, onForgejo]) {
    told = [];
    const { exitCode, all } = await job();
    expect(exitCode).not.toBe(0);
    expect(all).toContain("nextclout");
    expect(existsSync(join(project.folder, "report"))).toBe(false);
    expect(told).toEqual([]);
  }
});
