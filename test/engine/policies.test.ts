import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rulesManifests } from "../../policies/admission.ts";
import { Project } from "../cluster/project.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { bad, good, namespace, town } from "../policies/told-objects.ts";
import { bareCluster } from "./bare.ts";

const cluster = bareCluster();
const stack = "policy-town";
const nodes = Nodes.beside(cluster, [stack]);
afterAll(() => nodes.stop());
let project: Project;

/** Returns what the state has, beside the stack itself and its look at what it published last. */
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
  // No declaration breaks a rule of the catalogue, so that a program that runs another image has to be made.
  beforeAll(() => project.edit("program.ts", (text) => text.replace("mandatory(findings, today)", "[]")));

  test("runs in its own folder, as under the official language host, and lets this commune pass", async () => {
    const output = await project.succeed("preview", "--policy-pack", "policies", "-s", stack);
    expect(output).toMatch(/commune-cloud@v0\.1\.0/);
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

  test("with a mirror in its settings, knows its images by the names of their own registries", async () => {
    const mirror = "docker.io=registry.bron.test/hub";
    const told = join(project.folder, "rules.json");
    writeFileSync(told, JSON.stringify({ "image-in-catalogue": { registryMirror: mirror } }));
    const words = ["preview", "--policy-pack", "policies", "-s", stack];
    project.set(stack, { registryMirror: mirror });
    const untold = await project.pulumi(words);
    const own = await project.pulumi([...words, "--policy-pack-config", told]);
    useForeignImage();
    const foreign = await project.pulumi([...words, "--policy-pack-config", told]);
    useOwnImage();
    expect(untold.output).toContain("runs registry.bron.test/hub/library/node");
    expect(own).toMatchObject({ exitCode: 0 });
    expect(foreign.output).toContain("runs docker.io/someone/nginx:1 in container nginx");
    expect(foreign.exitCode).not.toBe(0);
  });
});

describe("the cluster, once it is told the rules of one object, refuses by itself", () => {
  const kubectl = async (words: readonly string[], input?: object) => {
    const options = { env: cluster.environment, reject: false, all: true } as const;
    const { exitCode, all } = await execa("kubectl", words, {
      ...options,
      ...(input !== undefined && { input: JSON.stringify(input) }),
    });
    return exitCode === 0 ? "made" : String(all);
  };
  const signed = { reason: "Travaux.", owner: "DSI", expires: "2999-12-31", signedBy: "maire" };
  const exceptions = [
    { ...signed, rule: "memory-is-limited", object: `Deployment ${town}/allowed` },
    { ...signed, rule: "public-names-use-tls", object: `Service ${town}/allowed` },
  ];
  const items = rulesManifests({ commune: town, exceptions });
  /** Returns what the API server says of an object that would be made, or be so from now on. */
  const tried = (object: object) => kubectl(["apply", "--dry-run=server", "-f", "-"], object);

  beforeAll(async () => {
    // Pod Security would refuse most of them first.
    expect(await kubectl(["apply", "-f", "-"], namespace("privileged"))).toBe("made");
    expect(await kubectl(["apply", "-f", "-"], { apiVersion: "v1", kind: "List", items })).toBe("made");
  });
  afterAll(async () => {
    for (const { kind, metadata } of items) await kubectl(["delete", kind, metadata.name, "--wait=false"]);
    await kubectl(["delete", "namespace", town, "--wait=false"]);
  });

  test.each(bad.map(({ rule, attempt, object }) => [attempt, rule, object] as const))(
    "%s, by %s alone",
    async (_, rule, object) => {
      // The API server takes a policy into force a moment after it has it.
      await expect.poll(() => tried(object), { timeout: 30_000 }).toContain(`${rule}: it `);
      const said = await tried(object);
      const others = bad.filter((each) => each.rule !== rule);
      for (const other of others) expect(said).not.toContain(`${other.rule}: it `);
    },
  );

  test("and none of what the toolkit makes", async () => {
    for (const object of [...good, namespace("restricted")]) expect(await tried(object)).toBe("made");
  });

  describe("but for what a signed exception names", () => {
    /** A Deployment whose pods have no limit of memory, and come or not: nothing has to run. */
    const unlimited = (name: string) => {
      const [pod] = good;
      const spec = pod?.spec as { containers: object[] };
      const template = {
        metadata: { labels: { app: name } },
        spec: { ...spec, containers: spec.containers.map((each) => ({ ...each, resources: {} })) },
      };
      return {
        ...{ apiVersion: "apps/v1", kind: "Deployment" },
        metadata: { ...pod?.metadata, name },
        spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
      };
    };
    const port = (name: string) => {
      const service = bad.find(({ attempt }) => attempt === "a port of the nodes")?.object;
      return { ...service, metadata: { ...service?.metadata, name } };
    };

    test("itself", async () => {
      await expect
        .poll(() => tried(port("refused")), { timeout: 30_000 })
        .toContain("public-names-use-tls: it ");
      expect(await tried(port("allowed"))).toBe("made");
    });

    test("the pods that the cluster makes for it, and nobody else's", async () => {
      for (const name of ["allowed", "refused"])
        expect(await kubectl(["apply", "-f", "-"], unlimited(name))).toBe("made");
      const about = async (words: readonly string[]) => {
        const { stdout } = await execa("kubectl", [...words, "-n", town], { env: cluster.environment });
        return stdout;
      };
      await expect
        .poll(() => about(["get", "pods", "-o", "name"]), { timeout: 60_000 })
        .toContain("pod/allowed-");
      await expect
        .poll(() => about(["get", "events", "-o", "jsonpath={.items[*].message}"]), { timeout: 60_000 })
        .toContain("memory-is-limited: it ");
      expect(await about(["get", "pods", "-o", "name"])).not.toContain("pod/refused-");
      // By hand, the name of a pod that is allowed is of no use.
      const pod = bad.find(({ rule }) => rule === "memory-is-limited")?.object;
      const forged = {
        ...pod,
        metadata: {
          ...pod?.metadata,
          name: "allowed-0-aaaaa",
          ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "allowed-0", uid: "0" }],
        },
      };
      expect(await tried(forged)).toContain("memory-is-limited: it ");
    });
  });

  test("nor what is in the namespace of another commune", async () => {
    const elsewhere = { ...bad[0]?.object, metadata: { name: "tried", namespace: "default" } };
    expect(await tried(elsewhere)).toBe("made");
  });
});
