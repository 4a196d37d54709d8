import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { killEngine } from "../campaigns/kill-engine.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const stack = "albigny-sur-saone";
let project: Project;

beforeAll(async () => {
  project = new Project(cluster.environment);
  // One service is enough: what is killed is the engine.
  project.declare(
    stack,
    `id: ${stack}\nname: X\ninsee: "69003"\ndomain: ${stack}.test\npopulation: 2900\ncontact: x@${stack}.test\nnextcloud: { storage: 1 GiB }\n`,
  );
  await project.createStack(stack);
});

afterAll(() => project.remove());

// A sample: `npm run campaign kill-engine -- --count 20` kills at as many points as one likes.
test("an up whose engine is killed is finished by the next one, and leaves nothing that the stack does not know", async () => {
  const { points } = await killEngine({
    project,
    stack,
    environment: cluster.environment,
    count: 1,
    seed: 1,
  });
  expect(points).toHaveLength(1);
  expect(points.map(({ unknown }) => unknown)).toEqual([[]]);
  expect(points.map(({ left }) => left)).toEqual([[]]);
});

// A kill while one is written would leave it empty, and the stack unreadable (local/toolchain/pulumi.ts).
test("the state has no file of attributes beside its own", () => {
  const files = readdirSync(join(project.folder, "state"), { recursive: true }).map(String);
  expect(files).toContain(`.pulumi/stacks/commune-cloud/${stack}.json`);
  expect(files.filter((file) => file.endsWith(".attrs"))).toEqual([]);
});
