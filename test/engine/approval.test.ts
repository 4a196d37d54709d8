import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../audit/approval/plan.ts";
import { Exchange } from "../../audit/gate/exchange.ts";
import { checkout } from "../../local/paths.ts";
import { wholeHistory } from "../../scripts/approval/past.ts";
import { stateOf } from "../../scripts/approval/state.ts";
import { Project } from "../cluster/project.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { leaksIn } from "../leaks.ts";
import { bareCluster } from "./bare.ts";

/**
 * A small commune whose change is approved, and everything that could come between that and its update: each is refused
 * by the update's own preview, before anything changes.
 */
const cluster = bareCluster();
const stack = "accord-town";
const nodes = Nodes.beside(cluster, [stack]);
afterAll(() => nodes.stop());
const report = join(".local", "audit", stack, "report.json");
const keys = mkdtempSync(join(tmpdir(), "keys-"));
let project: Project;
/** Tells the state from another one. */
let before: string;

interface Said {
  exitCode: number;
  said: string;
}

/** Runs `commune …` in a project's folder. */
async function say(
  words: readonly string[],
  where = project,
  environment: NodeJS.ProcessEnv = {},
): Promise<Said> {
  const { exitCode, all } = await execa("node", ["scripts/commune.js", ...words], {
    cwd: where.folder,
    env: { ...project.environment, ...environment },
    all: true,
    reject: false,
    stdin: "ignore",
  });
  return { exitCode: exitCode ?? 1, said: String(all) };
}

async function succeed(...words: string[]): Promise<string> {
  const { exitCode, said } = await say(words);
  if (exitCode !== 0) throw new Error(`commune ${words.join(" ")} ended with ${exitCode}:\n${said}`);
  return said;
}

function declare(contact: string, more = ""): void {
  project.declare(
    stack,
    `id: ${stack}
name: Bron
insee: "69029"
domain: ${stack}.test
population: 900
contact: ${contact}@${stack}.test
${more}`,
  );
}

const files = ["audit", "scripts", "local", "test/doubles"];
const copy = (to: Project) => {
  for (const entry of files) cpSync(join(checkout, entry), join(to.folder, entry), { recursive: true });
};
const key = (name: string) => join(keys, name);
const planIn = (json: string) => (JSON.parse(json) as { approval: { plan: Plan } }).approval.plan;
const state = async () => project.succeed("stack", "export", "-s", stack);

/** Things that the program of this test does beside the toolkit's own, by stack transformations. */
interface Otherwise {
  /** A value in a Secret that nothing else depends on. */
  mark?: string;
  /** ConfigMaps that nothing declares. */
  maps?: readonly string[];
  /** Statements on `type`, `props` and `opts` of each resource. */
  changes?: string;
  /** One more output. */
  output?: string;
}

/** Writes it: index.ts as it is, after what sees each resource before the engine does. */
function program(
  { mark = "hunter2", maps = ["kept"], changes = "", output }: Otherwise = {},
  where = project,
): void {
  cpSync(join(checkout, "index.ts"), join(where.folder, "own.ts"));
  writeFileSync(
    join(where.folder, "index.ts"),
    `import core from "@pulumi/kubernetes/core/v1/index.js";
import pulumi from "@pulumi/pulumi";
const made = {};
pulumi.runtime.registerStackTransformation(({ type, name, resource, props, opts }) => {
  if (type === "pulumi:providers:kubernetes") made.provider = resource;
  if (type === "commune:index:Commune") made.commune = resource;
  if (name === "${stack}-federation-secrets") {
    const marked = pulumi.output(props.stringData).apply((data) => ({ ...data, mark: "${mark}" }));
    props = { ...props, stringData: pulumi.secret(marked) };
  }
  ${changes}
  return { props, opts };
});
const { default: outputs } = await import("./own.ts");
for (const name of ${JSON.stringify(maps)})
  new core.ConfigMap(name, { metadata: { name, namespace: "${stack}-federation" } }, { provider: made.provider, dependsOn: made.commune });
export default { ...outputs, ${output === undefined ? "" : `${output}: 1`} };
`,
  );
}
const otherProvider =
  'if (type === "pulumi:providers:kubernetes") props = { ...props, enableSecretMutable: false };';

beforeAll(async () => {
  project = new Project(cluster.environment);
  copy(project);
  for (const name of ["administrator", "operator", "official", "stranger"])
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key(name)]);
  program();
  declare("numerique");
  const approver = (name: string, role = name) =>
    `  - { name: ${name}, role: ${role}, from: 2026-01-01, key: ${readFileSync(`${key(name)}.pub`, "utf8").trim()} }\n`;
  writeFileSync(
    join(project.folder, "stacks", stack, "approvers.yaml"),
    `approvers:\n${approver("administrator")}${approver("operator", "administrator")}${approver("official")}`,
  );
  await project.createStack(stack);
  await project.up(stack);
  declare("mairie");
  await succeed("audit", stack, "--preview");
  await succeed("propose", report, "--key", key("administrator"), "--yes");
  before = await state();
});

afterAll(async () => {
  rmSync(keys, { recursive: true });
  await project.end(stack);
});

test("a machine with another folder, home and place of the kubeconfig finds the same digest, and no secret is in it", async () => {
  const there = new Project(cluster.environment);
  copy(there);
  cpSync(join(project.folder, "stacks"), join(there.folder, "stacks"), { recursive: true });
  program({}, there);
  const home = mkdtempSync(join(tmpdir(), "home-"));
  const kubeconfig = join(home, "elsewhere.yaml");
  cpSync(cluster.kubeconfig, kubeconfig);
  // The plugins are found by PULUMI_HOME, which both have; everything else is at other places.
  const PULUMI_HOME = project.environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const { said } = await say(["audit", stack, "--preview", "--json"], there, {
    HOME: home,
    KUBECONFIG: kubeconfig,
    PULUMI_HOME,
  });
  const own = readFileSync(join(project.folder, report), "utf8");
  expect(planIn(said)).toEqual(planIn(own));
  expect(planIn(own).secretsCount).toBe(true);
  expect(leaksIn(own, new Map([["the secret", "hunter2"]]))).toEqual([]);
  there.remove();
  rmSync(home, { recursive: true });
});

test("a report names what nothing that is declared says: another secret, another output, another object", async () => {
  program({ mark: "hunter3", maps: ["kept", "more"], output: "another" });
  declare("numerique");
  const { said } = await say(["audit", stack, "--preview", "--json"]);
  declare("mairie");
  program();
  const { label, summary, sections } = JSON.parse(said) as {
    label: string;
    summary: string[];
    sections: { id: string; blocks: unknown }[];
  };
  expect(label).toBe("reversible");
  expect(summary[0]).toBe(
    "Rien de déclaré ne change, mais une partie technique : la commune elle-même et les pages publiques et les liens ; ce que la commune donne à d’autres programmes change.",
  );
  const technical = JSON.stringify(sections.find(({ id }) => id === "technical")?.blocks);
  expect(technical).toContain(`Secret ${stack}-federation/`);
  expect(technical).toContain("valeur secrète, qui n’est pas montrée");
  expect(said).not.toMatch(/hunter/);
});

test("without an approval that counts, nothing is asked of the engine", async () => {
  const approved = await say(["approve", report, "--yes", "--key", key("stranger")]);
  expect(approved.said).toContain(`is of nobody in stacks/${stack}/approvers.yaml`);
  const own = await say(["approve", report, "--yes", "--key", key("administrator")]);
  expect(own.said).toContain("administrator has proposed this change");
  const applied = await say(["apply", stack]);
  expect(applied.said).toContain("nobody but its author has approved it");
  expect(applied).toMatchObject({ exitCode: 1, said: expect.stringContaining("Nothing was changed.") });
  expect(await state()).toBe(before);
});

describe("after an approval", () => {
  beforeAll(async () => {
    expect(await succeed("approve", report, "--key", key("official"), "--yes")).toContain(
      `npx commune apply ${stack}`,
    );
  });

  /** Nothing is changed, and the reasons are said. What was changed for it is put back, whatever comes of it. */
  const refusedFor = async (why: readonly string[], putBack: () => void) => {
    const { exitCode, said } = await say(["apply", stack]).finally(putBack);
    for (const each of why) expect(said).toContain(each);
    expect(said).toContain("Refused: this is not what was approved.");
    expect(said).not.toMatch(/hunter/);
    expect(exitCode).toBe(1);
    expect(await state()).toBe(before);
  };

  // Each by itself: test/audit/approval/plan.test.ts.
  test("nothing is changed where resources, their options and outputs are others, and each of these is said", async () => {
    const stays = 'if (type.endsWith(":Namespace")) opts = { ...opts, retainOnDelete: true };';
    program({ mark: "hunter3", maps: ["more"], changes: `${otherProvider} ${stays}`, output: "another" });
    const why = [
      `kubernetes:core/v1:Secret ${stack}-federation-secrets: was left as it is in the report, and is deleted and made again now, has other values now in data`,
      "kubernetes:core/v1:ConfigMap more: was not in the report, and is created now",
      "kubernetes:core/v1:ConfigMap kept: was left as it is in the report, and is deleted now",
      "would stay in the cluster when it is deleted",
      `pulumi:providers:kubernetes ${stack}-cluster: has other values now in enableSecretMutable`,
      "output another: is another one",
    ];
    await refusedFor(why, () => program());
  });

  test("nor where the toolkit is another one", async () => {
    const file = join(project.folder, "package.json");
    const original = readFileSync(file, "utf8");
    project.edit("package.json", (text) => text.replace('"version": "0.1.0"', '"version": "0.2.0"'));
    const why = ["the report was made with toolkit 0.1.0, and this is toolkit 0.2.0"];
    await refusedFor(why, () => writeFileSync(file, original));
  });

  test("the gate holds by itself a run that has no preview: what is not as approved is not made", async () => {
    const plan = planIn(readFileSync(join(project.folder, report), "utf8"));
    const exchange = Exchange.open({ isAsked: false });
    exchange.giveKey(undefined);
    exchange.decide({
      resources: Object.fromEntries(
        plan.resources.map(({ urn, parts, late = [] }) => [urn, { parts, late }]),
      ),
    });
    // Without the key no value of a resource is the approved one.
    const words = ["up", "--yes", "--skip-preview", "-s", stack, "--policy-pack", "audit/gate"];
    const { exitCode, output } = await project.pulumi([...words, "--policy-pack-config", exchange.settings]);
    exchange.close();
    expect(output).toContain("has other values than approved in");
    expect(exitCode).not.toBe(0);
    const map = ["get", "configmap", "federation", "-n", `${stack}-federation`, "-o", "jsonpath={.data}"];
    expect((await execa("kubectl", map, { env: cluster.environment })).stdout).toContain(
      `numerique@${stack}.test`,
    );
    before = await state();
  });

  test("what was approved is applied by one update, once", async () => {
    const applied = await say(["apply", stack]);
    expect(applied).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining("Applied as approved: sha256:"),
    });
    expect(await say(["apply", stack])).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining("the approval was used on"),
    });
  });

  test.each<[string, Otherwise, string]>([
    ["a secret was changed", { mark: "hunter3" }, "has other values than approved in data"],
    ["a resource was added", { maps: ["kept", "more"] }, "ConfigMap more is not among what was approved"],
    [
      "an option of the provider is another",
      { changes: otherProvider },
      "has other values than approved in enableSecretMutable",
    ],
  ])(
    "the gate holds by itself a run that has no preview, where %s since it was applied",
    async (_, otherwise, why) => {
      const plan = planIn(readFileSync(join(project.folder, report), "utf8"));
      const exchange = Exchange.open({ isAsked: false });
      exchange.giveKey((await stateOf(project, stack)).key);
      exchange.decide({
        resources: Object.fromEntries(
          plan.resources.map(({ urn, parts, late = [] }) => [urn, { parts, late }]),
        ),
      });
      program(otherwise);
      const words = ["up", "--yes", "--skip-preview", "-s", stack, "--policy-pack", "audit/gate"];
      const { exitCode, output } = await project.pulumi([
        ...words,
        "--policy-pack-config",
        exchange.settings,
      ]);
      program();
      exchange.close();
      expect(output).toContain(why);
      expect(output).not.toMatch(/hunter/);
      expect(exitCode).not.toBe(0);
      const secret = ["get", "secret", "-n", `${stack}-federation`, "-o", "jsonpath={.items[*].data.mark}"];
      const { stdout } = await execa("kubectl", secret, { env: cluster.environment });
      expect(Buffer.from(stdout.trim(), "base64").toString("utf8")).toBe("hunter2");
      before = await state();
    },
  );

  test("anybody sees which updates were not approved, by Pulumi's own history", async () => {
    await project.succeed("up", "-s", stack, "--yes", "--skip-preview");
    const history = join(project.folder, "history.json");
    writeFileSync(history, await project.succeed(...wholeHistory, "-s", stack));
    const { exitCode, said } = await say(["verify-log", stack, "--history", history, "--json"], project, {
      PATH: join(process.execPath, ".."),
    });
    const found = JSON.parse(said) as {
      lines: { problems: string[] }[];
      unapproved: { why: string; result: string }[];
    };
    expect(exitCode).toBe(1);
    expect(found.lines.flatMap(({ problems }) => problems)).toEqual([]);
    // The first one, the one that the gate stopped, and the plain one just now.
    expect(found.unapproved.map(({ why }) => why)).toEqual(
      found.unapproved.map(() => "no approval is named"),
    );
    expect(found.unapproved.filter(({ result }) => result === "succeeded")).toHaveLength(2);
  });

  test("the log says every refusal, and what differed", async () => {
    const log = readFileSync(join(project.folder, "stacks", stack, "approvals.jsonl"), "utf8");
    const kinds = log
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { entry: { kind: string } }).entry.kind);
    expect(kinds).toEqual(["proposed", "approved", "refused", "refused", "applied"]);
    expect(log).not.toMatch(/hunter/);
  });
});

describe("a change that reaches out", () => {
  /** Node's clock eight days later: an approval counts for seven. */
  const later = join(keys, "later.mjs");
  const refused = async (why: string, environment: NodeJS.ProcessEnv = {}) => {
    const { exitCode, said } = await say(["apply", stack], project, environment);
    expect(said).toContain(why);
    expect(said).toContain("Nothing was changed.");
    expect(exitCode).toBe(1);
    expect(await state()).toBe(before);
  };

  test("asks nothing of the engine with a yes of the wrong role, or one that is over", async () => {
    before = await state();
    declare("mairie", "mail: { relay: smtp.lyon.test }\n");
    await succeed("audit", stack, "--preview");
    await succeed("propose", report, "--key", key("administrator"), "--yes");
    await succeed("approve", report, "--key", key("operator"), "--yes");
    await refused("two have to approve it, and one has");
    writeFileSync(
      later,
      "const Real = Date; const now = () => Real.now() + 8 * 86_400_000;\nglobalThis.Date = class extends Real { constructor(...given) { given.length === 0 ? super(now()) : super(...given); } static now() { return now(); } };\n",
    );
    await succeed("approve", report, "--key", key("official"), "--yes");
    await refused("counted until", { NODE_OPTIONS: `--import=${later}` });
    declare("mairie");
  });
});

describe("what somebody changes by hand", () => {
  const drift = () => say(["drift", stack, "--json"]);

  test("is nothing after an update", async () => {
    const { exitCode, said } = await drift();
    expect(said).toContain("Tout est comme appliqué");
    expect(exitCode).toBe(0);
  });

  test("is told by object and value, and by the exit code; nothing is taken back", async () => {
    const patch = JSON.stringify({ data: { "settings.json": "by hand" } });
    const words = [
      "patch",
      "configmap",
      "federation-publisher",
      "-n",
      `${stack}-federation`,
      "--type=merge",
      "-p",
      patch,
    ];
    await execa("kubectl", words, { env: cluster.environment });
    await execa("kubectl", ["delete", "service", "publication", "-n", `${stack}-federation`], {
      env: cluster.environment,
    });
    const { exitCode, said } = await drift();
    expect(exitCode).toBe(1);
    expect(said).toContain("1 modifié et 1 disparu");
    expect(said).toContain("data.settings.json");
    expect(said).toContain("by hand");
    expect(said).toContain(`Service ${stack}-federation/publication`);
    const map = [
      "get",
      "configmap",
      "federation-publisher",
      "-n",
      `${stack}-federation`,
      "-o",
      "jsonpath={.data}",
    ];
    expect((await execa("kubectl", map, { env: cluster.environment })).stdout).toContain("by hand");
  });
});
