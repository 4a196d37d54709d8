import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const stack = "policy-town";
let project: Project;

/** What the state has, beside the stack itself and its look at what it published last. */
async function registered(): Promise<string[]> {
  const exported = JSON.parse(await project.succeed("stack", "export", "-s", stack)) as {
    deployment: { resources?: { type: string; urn: string }[] };
  };
  return (exported.deployment.resources ?? [])
    .filter(({ type }) => !/^pulumi:(pulumi:|providers:pulumi$)/.test(type))
    .map(({ urn }) => urn.split("::").slice(-2).join(" "));
}

const useForeignImage = () =>
  project.edit("components/platform/exposure/sidecar-proxy.ts", (text) =>
    text.replace("image: images.nginx.reference", 'image: "docker.io/someone/nginx:1"'),
  );
const useOwnImage = () =>
  project.edit("components/platform/exposure/sidecar-proxy.ts", (text) =>
    text.replace('image: "docker.io/someone/nginx:1"', "image: images.nginx.reference"),
  );

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(
    stack,
    `id: ${stack}
name: Bron
insee: "69029"
domain: ${stack}.test
population: 42000
contact: numerique@bron.test
schools:
  storage: 1 GiB
  libraries: { commune: { name: Ville de Bron, folder: library } }
`,
  );
  await project.createStack(stack);
});

afterAll(async () => {
  await project.end(stack);
});

describe("a foreign image is refused before anything is registered", () => {
  beforeAll(useForeignImage);
  afterAll(useOwnImage);

  test.each([
    ["preview", ["preview"]],
    ["up", ["up", "--yes"]],
    ["an up without a preview", ["up", "--yes", "--skip-preview"]],
  ])("by %s", async (_, words) => {
    const { exitCode, output } = await project.pulumi([...words, "-s", stack]);
    expect(output).toContain(
      `image-in-catalogue (sovereignty): Deployment ${stack}-schools/schools runs docker.io/someone/nginx:1 in container nginx`,
    );
    expect(output).toContain("1 violation of the rules in policies/. Nothing was changed.");
    expect(output).not.toMatch(/^\s+at /m);
    expect(exitCode).not.toBe(0);
    expect(await registered()).toEqual([]);
  });
});

describe("the pack, for programs that do not ask the rules themselves", () => {
  beforeAll(() =>
    project.edit("index.ts", (text) => text.replace("if (broken.length > 0) refuse", "if (false) refuse")),
  );

  test("runs in its own folder, as under the official language host, and lets this commune pass", async () => {
    const output = await project.succeed("preview", "--policy-pack", "policies", "-s", stack);
    expect(output).toMatch(/commune-cloud@v0\.1\.0/);
  });

  test("told of a mirror, knows its images by the names of their own registries", async () => {
    const [setting, mirror] = ["commune:registryMirror", "docker.io=registry.bron.test/hub"];
    const told = join(project.folder, "rules.json");
    writeFileSync(told, JSON.stringify({ "image-in-catalogue": { registryMirror: mirror } }));
    const words = ["preview", "--policy-pack", "policies", "-s", stack];
    await project.succeed("config", "set", setting, mirror, "-s", stack);
    const untold = await project.pulumi(words);
    const own = await project.pulumi([...words, "--policy-pack-config", told]);
    useForeignImage();
    const foreign = await project.pulumi([...words, "--policy-pack-config", told]);
    useOwnImage();
    await project.succeed("config", "rm", setting, "-s", stack);
    expect(untold.output).toContain("runs registry.bron.test/hub/library/node");
    expect(own).toMatchObject({ exitCode: 0 });
    expect(foreign.output).toContain("runs docker.io/someone/nginx:1 in container nginx");
    expect(foreign.exitCode).not.toBe(0);
  });

  test("stops an up without a preview before the object that breaks a rule is created", async () => {
    useForeignImage();
    const words = ["up", "--yes", "--skip-preview", "--policy-pack", "policies", "-s", stack];
    const { exitCode, output } = await project.pulumi(words);
    useOwnImage();
    expect(output).toContain("image-in-catalogue");
    expect(output).toContain("runs docker.io/someone/nginx:1 in container nginx");
    expect(exitCode).not.toBe(0);
    expect((await registered()).filter((name) => name.startsWith("kubernetes:apps"))).not.toContainEqual(
      expect.stringContaining(`${stack}-schools`),
    );
  });
});
