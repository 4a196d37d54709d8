import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { lookAtNextcloud } from "../../scripts/look/nextcloud.ts";
import type { Outputs } from "../../scripts/stack.ts";
import { changesOf, Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const stack = "villeurbanne";
let project: Project;

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa("kubectl", args, { env: cluster.environment });
  return stdout;
}

/** The commune's objects of some kinds, by namespace and name. */
async function objects(kinds: string): Promise<string[]> {
  const listed = await kubectl(
    "get",
    kinds,
    "--all-namespaces",
    `--selector=commune.cloud/commune=${stack}`,
    '--output=jsonpath={range .items[*]}{.kind} {.metadata.name}{"\\n"}{end}',
  );
  return listed.split("\n").filter(Boolean);
}

async function look() {
  const outputs: Outputs = JSON.parse(
    await project.succeed("stack", "output", "--json", "--show-secrets", "-s", stack),
  );
  if (!outputs.addresses.nextcloud || !outputs.accounts.nextcloud || !cluster.endpoints)
    throw new Error("not up");
  const { hostname, port } = new URL(cluster.endpoints.https);
  return lookAtNextcloud(outputs.addresses.nextcloud, outputs.accounts.nextcloud, {
    address: { host: hostname, port: Number(port) },
    caFile: cluster.caFile,
  });
}

beforeAll(async () => {
  project = new Project(cluster.environment);
  await project.createStack(stack);
  await project.up(stack);
});

afterAll(async () => {
  await project.succeed("destroy", "-s", stack, "--yes", "--skip-preview");
  project.remove();
});

describe("a commune that is up", () => {
  test("answers over HTTPS and keeps a file", async () => {
    expect(await look()).toEqual({ status: 200, version: "33.0.7", bytesReadBack: 262_144 });
  });

  test("runs every pod under Pod Security restricted", async () => {
    const enforced = await kubectl(
      "get",
      "namespaces",
      `--selector=commune.cloud/commune=${stack}`,
      "--output=jsonpath={.items[*].metadata.labels.pod-security\\.kubernetes\\.io/enforce}",
    );
    expect(enforced.split(" ")).toEqual(["restricted", "restricted"]);
    const notReady = (
      await kubectl("get", "pods", "-A", `--selector=commune.cloud/commune=${stack}`, "--no-headers")
    ).match(/^.*(0\/|1\/2).*(Running|Pending|CrashLoop).*$/gm);
    expect(notReady).toBeNull();
  });

  test("changes nothing when it is applied again", async () => {
    expect(await project.up(stack)).toEqual({ unchanged: 50 });
  });

  test("has no secret in its state, its logs or its arguments in plain text", async () => {
    const shown = JSON.parse(
      await project.succeed("stack", "output", "--json", "--show-secrets", "-s", stack),
    ) as Outputs;
    const password = shown.accounts.nextcloud?.password ?? "";
    expect(password).toHaveLength(43);
    expect(await project.succeed("stack", "export", "-s", stack)).not.toContain(password);
    expect(await project.succeed("preview", "--diff", "-s", stack)).not.toContain(password);
    expect(
      await kubectl("get", "deployments,statefulsets,jobs,cronjobs,configmaps", "-A", "-o", "yaml"),
    ).not.toContain(password);
    for (const workload of ["deploy/nextcloud", "deploy/nextcloud-cache"]) {
      expect(await kubectl("logs", "-n", `${stack}-nextcloud`, workload, "--all-containers")).not.toContain(
        password,
      );
    }
  });
});

describe("a change made by hand", () => {
  test("to the number of pods is shown by a refresh and mended by the next up", async () => {
    await kubectl("scale", "-n", `${stack}-nextcloud`, "deployment/nextcloud-cache", "--replicas=0");
    const preview = await project.succeed("preview", "--refresh", "-s", stack);
    expect(preview).toMatch(/~\s+kubernetes:apps\/v1:Deployment villeurbanne-nextcloud-cache update/);
    await project.up(stack, "--refresh");
    expect(
      await kubectl(
        "get",
        "-n",
        `${stack}-nextcloud`,
        "deployment/nextcloud-cache",
        "-o",
        "jsonpath={.status.readyReplicas}",
      ),
    ).toBe("1");
  });

  test("to a ConfigMap is shown by a refresh and mended by the next up", async () => {
    const patch = JSON.stringify({ data: { "configure.sh": "echo changed by hand" } });
    await kubectl("patch", "-n", `${stack}-nextcloud`, "configmap/nextcloud", `--patch=${patch}`);
    const refreshed = await project.succeed("refresh", "--preview-only", "-s", stack);
    expect(refreshed).toMatch(/~\s+kubernetes:core\/v1:ConfigMap villeurbanne-nextcloud/);
    await project.up(stack, "--refresh");
    expect(
      await kubectl("get", "-n", `${stack}-nextcloud`, "configmap/nextcloud", "-o", "yaml"),
    ).not.toContain("changed by hand");
  });
});

describe("a change of the declaration", () => {
  test("shows its kind in the preview and restarts only what reads it", async () => {
    project.edit("stacks/villeurbanne/commune.yaml", (text) =>
      text.replace("nextcloud: {}", "nextcloud: { settings: { loglevel: 1 } }"),
    );
    expect(changesOf(await project.succeed("preview", "-s", stack))).toEqual({ update: 2, unchanged: 48 });
    expect(await project.up(stack)).toEqual({ updated: 2, unchanged: 48 });
    expect((await look()).status).toBe(200);
  });

  test("with mistakes is refused with every place, before anything is contacted", async () => {
    project.edit("stacks/villeurbanne/commune.yaml", (text) =>
      text.replace("nextcloud:", "nextclod:").replace("160000", "many"),
    );
    const { exitCode, output } = await project.pulumi(["preview", "-s", stack]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("stacks/villeurbanne/commune.yaml:9:1");
    expect(output).toContain('Did you mean "nextcloud"?');
    expect(output).toContain("2 problems. Nothing was changed.");
    expect(output).not.toMatch(/^\s+at /m);
    project.edit("stacks/villeurbanne/commune.yaml", (text) =>
      text.replace("nextclod:", "nextcloud:").replace("many", "160000"),
    );
  });
});

describe("the policy pack", () => {
  test("passes what the program declares", async () => {
    const output = await project.succeed("preview", "--policy-pack", "policies", "-s", stack);
    expect(output).toMatch(/commune-cloud/);
  });

  test("stops a preview that breaks a rule", async () => {
    project.edit("components/manifest/security.ts", (text) =>
      text.replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
    );
    const { exitCode, output } = await project.pulumi(["preview", "--policy-pack", "policies", "-s", stack]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("pods-are-restricted");
    project.edit("components/manifest/security.ts", (text) =>
      text.replace("readOnlyRootFilesystem: false", "readOnlyRootFilesystem: true"),
    );
  });
});

test("destroy leaves nothing, and up brings everything back", async () => {
  await project.succeed("destroy", "-s", stack, "--yes", "--skip-preview");
  expect(await objects("namespaces,persistentvolumes")).toEqual([]);
  expect((await project.up(stack)).created).toBe(50);
  expect((await look()).status).toBe(200);
});
