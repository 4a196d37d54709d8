import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beginAnew } from "../cluster/page.ts";
import { changesOf, Project } from "../cluster/project.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { bareCluster } from "./bare.ts";
import { madeUpLock } from "./lock.ts";

/** Guards of a stack whose first update failed half-way: it has published nothing, and keys of it are in the cluster. */
const cluster = bareCluster();
/** One whose stack draws its seed, and one to which it is given. */
const [drawn, given] = ["mions", "corbas"];
const nodes = Nodes.beside(cluster, [drawn, given]);
afterAll(() => nodes.stop());
const itsSeed = Buffer.alloc(32, 5).toString("base64");
let project: Project;

const setSeed = (stack: string, seed: string) =>
  project.succeed("config", "set", "--secret", "commune:seed", seed, "-s", stack);
const noSeed = (stack: string) => project.succeed("config", "rm", "commune:seed", "-s", stack);

/** Every object of a commune, as it was written last. */
async function written(commune: string): Promise<string[]> {
  const kinds = "namespaces,configmaps,secrets,services,networkpolicies";
  const columns = "{.kind} {.metadata.namespace}/{.metadata.name} {.metadata.resourceVersion}";
  const { stdout } = await execa(
    "kubectl",
    [
      ...["get", kinds, "--all-namespaces", `--selector=commune.cloud/commune=${commune}`],
      `--output=jsonpath={range .items[*]}${columns}{"\\n"}{end}`,
    ],
    { env: cluster.environment },
  );
  return stdout.split("\n").filter(Boolean);
}

/** Returns what the state holds. */
async function held(stack: string): Promise<string[]> {
  const { deployment } = JSON.parse(await project.succeed("stack", "export", "-s", stack)) as {
    deployment: { resources?: { urn: string }[] };
  };
  return (deployment.resources ?? []).map(({ urn }) => urn).sort();
}

interface Found {
  objects: string[];
  state: string[];
}
const found = async (stack: string): Promise<Found> => ({
  objects: await written(stack),
  state: await held(stack),
});

/**
 * Returns what an update says that must stop before it has written anything in the cluster or in the state. Without a
 * preview, which would stop it first: other refusals are shown under mocks (test/registrations/program/).
 */
async function stopped(stack: string): Promise<string> {
  const before = await found(stack);
  expect(before.objects.filter((line) => line.startsWith("Secret"))).not.toEqual([]);
  const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview", "-s", stack]);
  expect(exitCode, output).not.toBe(0);
  expect(await found(stack)).toEqual(before);
  return output;
}

/** No Deployment is ever found to be as declared. */
const never = (text: string) =>
  text
    .replace(/=\$\{deployment\.spec\.replicas\}`/, "=9`")
    .replace(
      "ours(awaited(manifest)), options)",
      'ours(awaited(manifest)), { ...options, customTimeouts: { create: "15s", update: "15s" } })',
    );

let register: string;

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.pin(madeUpLock());
  for (const [stack, insee] of Object.entries({ [drawn]: "69298", [given]: "69273" })) {
    project.declare(
      stack,
      `id: ${stack}\nname: ${stack}\ninsee: "${insee}"\ndomain: ${stack}.test\npopulation: 900\ncontact: a@${stack}.test\n`,
    );
    await project.succeed("stack", "init", stack);
  }
  await setSeed(given, itsSeed);
  project.edit("components/foundation/manifest/register.ts", (text) => {
    register = text;
    return never(text);
  });
  for (const stack of [drawn, given]) {
    const { exitCode, output } = await project.pulumi(["up", "-s", stack, "--yes"]);
    expect(exitCode, output).not.toBe(0);
    expect(JSON.parse(await project.succeed("stack", "output", "--json", "-s", stack))).toEqual({});
  }
});

afterAll(async () => {
  for (const stack of [drawn, given]) {
    await project.succeed("config", "set", "commune:data", "disposable", "-s", stack);
    await project.succeed("up", "--yes", "-s", stack);
    await project.succeed("destroy", "--yes", "-s", stack);
  }
  project.remove();
});

describe("after a first update that failed", () => {
  test("a given seed does not vanish, and is found where the message says", async () => {
    await noSeed(given);
    const said = await stopped(given);
    expect(said).toContain("was started with a given seed, and commune:seed is not set");
    const [history = ""] = /stack history --show-secrets --json --page-size 100000 -s \w+/.exec(said) ?? [];
    expect(await project.succeed(...history.split(" "))).toContain(itsSeed);
    await setSeed(given, itsSeed);
  });

  test("it starts again with another one as the page says, and nothing of it was left", async () => {
    await beginAnew(project, given);
    expect(await found(given)).toEqual({ objects: [], state: [] });
    await noSeed(given);
  });

  test("with the same seed it goes on, and is complete", async () => {
    project.edit("components/foundation/manifest/register.ts", () => register);
    for (const stack of [drawn, given]) {
      await project.up(stack);
      const published = await project.succeed("stack", "output", "published", "--json", "-s", stack);
      expect(JSON.parse(published)).toMatchObject({ seedFrom: "drawn" });
      const { unchanged, ...others } = changesOf(await project.succeed("preview", "-s", stack));
      expect(others).toEqual({});
    }
  });
});

test("where what was published is of another form, nothing is changed until the stack says to ignore that", async () => {
  const exported = await project.succeed("stack", "export", "-s", drawn);
  const input = exported.replaceAll('"volumes": {}', '"volumes": "another form"');
  expect(input).not.toBe(exported);
  expect((await project.pulumi(["stack", "import", "-s", drawn], { input })).exitCode).toBe(0);
  expect(await stopped(drawn)).toContain("cannot be read by this version");
  project.set(drawn, { published: "ignored" });
  await project.up(drawn);
  await project.succeed("config", "rm", "commune:published", "-s", drawn);
  const published = await project.succeed("stack", "output", "published", "--json", "-s", drawn);
  expect(JSON.parse(published)).toMatchObject({ volumes: {} });
});
