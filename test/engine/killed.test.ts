import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterObjects, killUpdate, repair } from "../campaigns/kill-engine.ts";
import { Project } from "../cluster/project.ts";
import { Nodes, usual } from "../doubles/nodes/index.ts";
import { bareCluster } from "./bare.ts";

const cluster = bareCluster();
const { environment } = cluster;
const stack = "albigny-sur-saone";
const nodes = Nodes.beside(cluster, [stack]);
let project: Project;

beforeAll(async () => {
  project = new Project(environment);
  // One service is enough: what is killed is the engine.
  project.declare(
    stack,
    `id: ${stack}\nname: X\ninsee: "69003"\ndomain: ${stack}.test\npopulation: 2900\ncontact: x@${stack}.test\nnextcloud: { storage: 1 GiB }\n`,
  );
  await project.createStack(stack);
});

afterAll(async () => {
  await nodes.stop();
  project.remove();
});

/** The moment at which the commune has something of a kind in the cluster. */
const has = (kind: string) => () =>
  expect
    .poll(() => clusterObjects(environment, stack), { timeout: 120_000, interval: 100 })
    .toContainEqual(expect.stringMatching(new RegExp(`^${kind} `)));

// A sample: `npm run campaign kill-engine -- --count 20` kills at as many points as one likes.
test.each([
  ["makes the first objects", has("Secret")],
  ["waits for what it has made", has("Deployment")],
])(
  "an up whose engine is killed while it %s is finished by the next one, and leaves nothing that the stack does not know",
  async (_, moment) => {
    // It cannot end before it is killed.
    await nodes.decide(() => "waits");
    const { met, recorded } = await killUpdate({ project, stack, environment }, moment);
    expect(met).toBe(true);
    await nodes.decide(usual);
    const { resources, unknown, left } = await repair({ project, stack, environment });
    expect(recorded).toBeGreaterThan(0);
    expect(recorded).toBeLessThan(resources);
    expect(unknown).toEqual([]);
    expect(left).toEqual([]);
  },
);

// A kill while one is written would leave it empty, and the stack unreadable (local/toolchain/pulumi.ts).
test("the state has no file of attributes beside its own", () => {
  const files = readdirSync(join(project.folder, "state"), { recursive: true }).map(String);
  expect(files).toContain(`.pulumi/stacks/commune-cloud/${stack}.json`);
  expect(files.filter((file) => file.endsWith(".attrs"))).toEqual([]);
});
