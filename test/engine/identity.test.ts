import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Stack, settingsFile, settingsIn } from "../../scripts/stack.ts";
import { beginAnew, commandsOf } from "../cluster/page.ts";
import { changesOf, Project } from "../cluster/project.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { bareCluster } from "./bare.ts";
import { madeUpLock } from "./lock.ts";

const cluster = bareCluster();
/** One whose stack draws its seed, and one to which it is given. */
const [drawn, given] = ["meyzieu", "genas"];
const nodes = Nodes.beside(cluster, [drawn, given]);
afterAll(() => nodes.stop());
const itsSeed = Buffer.alloc(32, 5).toString("base64");
let project: Project;
let resources: number;

/** A commune without a service: what every commune has. */
function declaration(id: string, insee: string): string {
  return `id: ${id}
name: ${id}
insee: "${insee}"
domain: ${id}.test
population: 35000
contact: mairie@${id}.test
`;
}

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa("kubectl", args, { env: cluster.environment });
  return stdout;
}

function published(
  stack: string,
  from = project,
): Promise<{ seed: string; seedFrom: string; cluster: string }> {
  return from.succeed("stack", "output", "published", "--json", "-s", stack).then(JSON.parse);
}

async function setSeed(stack: string, seed: string, where = project): Promise<void> {
  await where.succeed("config", "set", "--secret", "commune:seed", seed, "-s", stack);
}

/** A drawn seed, by the command of the page. */
async function seedOf(stack: string): Promise<string> {
  const [command = ""] = commandsOf("seed.md", "Reading it", stack);
  const { stdout } = await execa(command, {
    cwd: project.folder,
    env: project.environment,
    shell: true,
  });
  return stdout;
}

/** Returns what a preview says that must not pass. */
async function refusal(stack: string, ...args: string[]): Promise<string> {
  const { exitCode, output } = await project.pulumi(["preview", "-s", stack, ...args]);
  expect(exitCode).not.toBe(0);
  return output;
}

/** Counts what a preview would change; empty if it finds all as it is. */
async function changes(stack: string): Promise<object> {
  const { unchanged, ...others } = changesOf(await project.succeed("preview", "-s", stack));
  return others;
}

/** The state's own file, changed. */
async function editState(stack: string, change: (state: string) => string): Promise<void> {
  const before = await project.succeed("stack", "export", "-s", stack);
  const input = change(before);
  expect(input).not.toBe(before);
  const { exitCode, output } = await project.pulumi(["stack", "import", "-s", stack], { input });
  if (exitCode !== 0) throw new Error(output);
}

/** Before the program: it sees each resource before the engine does. */
const otherIdentifier = `import pulumi from "@pulumi/pulumi";
pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
  type === "pulumi:providers:kubernetes" ? { props: { ...props, clusterIdentifier: "the place" }, opts } : undefined,
);
`;

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(drawn, declaration(drawn, "69282"));
  project.declare(given, declaration(given, "69279"));
  await project.createStack(drawn);
  await project.createStack(given);
  await setSeed(given, itsSeed);
  // Stacks were made with another identifier until 25 November 2026.
  const index = join(project.folder, "index.ts");
  const program = readFileSync(index, "utf8");
  writeFileSync(index, `${otherIdentifier}${program}`);
  resources = (await project.up(drawn)).created ?? 0;
  await project.up(given);
  writeFileSync(index, program);
});

afterAll(async () => {
  await project.end(drawn, given);
});

test("a stack says where its seed came from and which cluster it is on, and marks its namespaces", async () => {
  const uid = await kubectl("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}");
  const [ofDrawn, ofGiven] = [await published(drawn), await published(given)];
  expect(ofDrawn).toMatchObject({ seedFrom: "drawn", cluster: uid });
  expect(ofGiven).toMatchObject({ seedFrom: "given", cluster: uid });
  const path = "--output=jsonpath={.metadata.annotations.commune\\.cloud/seed}";
  expect(await kubectl("get", "namespace", `${drawn}-federation`, path)).toBe(ofDrawn.seed);
});

test("a stack of before keeps the identifier of its cluster, and nothing is replaced", async () => {
  expect(await changes(drawn)).toEqual({});
  expect(await project.up(drawn)).toEqual({ unchanged: resources });
});

describe("a drawn seed", () => {
  test("is read as the page says, may be set as well, and comes back when the setting goes", async () => {
    const seed = await seedOf(drawn);
    expect(Buffer.from(seed, "base64")).toHaveLength(32);
    await setSeed(drawn, seed);
    expect(await changes(drawn)).toEqual({});
    expect(await project.up(drawn)).toEqual({ unchanged: resources });
    expect(await published(drawn)).toMatchObject({ seedFrom: "drawn" });
    await project.succeed("config", "rm", "commune:seed", "-s", drawn);
    expect(await changes(drawn)).toEqual({});
  });

  test("is not drawn again", async () => {
    const output = await refusal(drawn, "--replace", `**RandomBytes::${drawn}-seed`);
    expect(output).toContain("is not the one that this commune was started with");
  });
});

describe("a given seed", () => {
  test("does not vanish, and is found where the message says", async () => {
    await project.succeed("config", "rm", "commune:seed", "-s", given);
    const output = await refusal(given);
    expect(output).toContain("was started with a given seed, and commune:seed is not set");
    const [command = ""] = /stack history --show-secrets --json --page-size 100000 -s \w+/.exec(output) ?? [];
    expect(await project.succeed(...command.split(" "))).toContain(itsSeed);
    await setSeed(given, itsSeed);
  });
});

/** Every object of a commune, as often as it was written. */
async function written(commune: string): Promise<string[]> {
  const kinds =
    "namespaces,configmaps,secrets,services,networkpolicies,ingresses,roles,rolebindings,deployments,jobs";
  const columns = "{.kind} {.metadata.name} {.metadata.generation} {.metadata.managedFields[*].manager}";
  const listed = await kubectl(
    "get",
    kinds,
    "--all-namespaces",
    `--selector=commune.cloud/commune=${commune}`,
    "--show-managed-fields",
    `--output=jsonpath={range .items[*]}${columns}{"\\n"}{end}`,
  );
  return listed.split("\n").filter(Boolean);
}

test("a stack elsewhere with another seed is stopped before it writes anything", async () => {
  const before = await written(drawn);
  expect(before.length).toBeGreaterThan(10);
  const second = new Project(cluster.environment);
  second.declare(drawn, declaration(drawn, "69282"));
  second.pin(madeUpLock());
  await second.succeed("stack", "init", drawn);
  const { exitCode, output } = await second.pulumi(["up", "-s", drawn, "--yes"]);
  expect(exitCode).not.toBe(0);
  expect(output).toContain("commune.cloud/seed");
  const state = await second.succeed("stack", "export", "-s", drawn);
  // The one that it reads.
  expect([...state.matchAll(/"type": "(kubernetes:[^"]*)"/g)].map(([, type]) => type)).toEqual([
    "kubernetes:core/v1:Namespace",
  ]);
  expect(await written(drawn)).toEqual(before);

  // It takes the first one's place once it has started again with the first one's seed.
  await beginAnew(second, drawn);
  expect(await written(drawn)).toEqual(before);
  await setSeed(drawn, await seedOf(drawn), second);
  expect(Object.keys(changesOf(await second.succeed("preview", "-s", drawn)))).toEqual(["create"]);
  second.remove();
});

test("settings that lead to another cluster are refused before anything is registered", async () => {
  const { cluster: uid } = await published(drawn);
  const other = "00000000-1111-4222-8333-444444444444";
  // Its last update was on a cluster that this one is not.
  await editState(drawn, (state) => state.replace(`"cluster": "${uid}"`, `"cluster": "${other}"`));
  const before = await written(drawn);
  const { exitCode, output } = await project.pulumi(["up", "-s", drawn, "--yes", "--skip-preview"]);
  expect(output).toContain(`leads to the cluster ${uid}, and ${drawn} runs on the cluster ${other}`);
  expect(exitCode).not.toBe(0);
  expect(await written(drawn)).toEqual(before);
  await editState(drawn, (state) => state.replace(`"cluster": "${other}"`, `"cluster": "${uid}"`));
});

describe("the demo", () => {
  const wanted = { data: "disposable", privatePeers: "10.96.0.80/32" };

  test("writes nothing into a stack that it did not make", async () => {
    const file = settingsFile(drawn, project.folder);
    const before = readFileSync(file, "utf8");
    const stack = new Stack(drawn, project.environment, project.folder);
    await expect(stack.ensure(wanted)).rejects.toThrow("was not made by the demo");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("completes one that it made, also where it was cut short", async () => {
    const id = "givors";
    await project.succeed("stack", "init", id);
    const stack = new Stack(id, project.environment, project.folder);
    await stack.ensure({ data: "disposable" });
    await stack.ensure(wanted);
    const settings = JSON.parse(await project.succeed("config", "--json", "-s", id));
    expect(Object.keys(settings).sort()).toEqual(["commune:data", "commune:madeBy", "commune:privatePeers"]);
    await project.succeed("stack", "rm", id, "--yes");
  });

  test("keeps what settings say that are its own, and writes nothing if they are somebody's or elsewhere's", async () => {
    const id = "craponne";
    const stack = new Stack(id, project.environment, project.folder);
    const file = settingsFile(id, project.folder);
    const stacks = () => project.succeed("stack", "ls", "--json");
    const before = await stacks();
    for (const [text, refusal] of [
      ["config:\n  commune:data: protected\n", "was not made by the demo"],
      ["config:\n  commune:madeBy: demo\n  commune:context: mairie\n", "are for context mairie, not for"],
    ] as const) {
      writeFileSync(file, text);
      await expect(stack.ensure(wanted)).rejects.toThrow(refusal);
      expect(readFileSync(file, "utf8")).toBe(text);
      expect(await stacks()).toBe(before);
    }
    writeFileSync(file, "config:\n  commune:madeBy: demo\n  commune:data: protected\n");
    await stack.ensure(wanted);
    expect(settingsIn(file)).toEqual({ ...wanted, madeBy: "demo", data: "protected" });
    await project.succeed("stack", "rm", id, "--yes");
  });
});
