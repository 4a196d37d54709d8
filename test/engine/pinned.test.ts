import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryOf } from "../../components/foundation/image/catalogue.ts";
import { Project } from "../cluster/project.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { leaksIn } from "../leaks.ts";
import { bareCluster } from "./bare.ts";
import { madeUpLock } from "./lock.ts";

/** A small commune whose images come by digest from a mirror that wants a login. */
const cluster = bareCluster();
const stack = "pinned-town";
const infra = `${stack}-infra`;
const mirror = "registry.pinned-town.test/hub";
const nodes = Nodes.beside(cluster, [stack]);
const [password, another] = ["the password of the mirror", "another password of the mirror"];
/** As it stands in the login, which is encoded once more in a Secret. */
const encoded = (text: string) => Buffer.from(`bron:${text}`).toString("base64");
const loginWith = (text: string) =>
  JSON.stringify({ auths: { "registry.pinned-town.test": { auth: encoded(text) } } });
let project: Project;

async function kubectl(...args: string[]): Promise<string> {
  return (await execa("kubectl", args, { env: cluster.environment })).stdout;
}

/** The login as the pods of a namespace have it. */
async function copyIn(namespace: string): Promise<string> {
  const path = "jsonpath={.data.\\.dockerconfigjson}";
  const copy = await kubectl("get", "secret", "registry", "-n", namespace, "-o", path);
  return Buffer.from(copy, "base64").toString("utf8");
}

interface Pod {
  metadata: { namespace: string };
  spec: { imagePullSecrets?: { name: string }[]; containers: { image: string }[] };
}

async function pods(): Promise<Pod[]> {
  const selector = `--selector=commune.cloud/commune=${stack}`;
  const { items } = JSON.parse(await kubectl("get", "pods", "-A", selector, "-o", "json")) as {
    items: Pod[];
  };
  expect(items.length).toBeGreaterThan(2);
  return items;
}

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(
    stack,
    `id: ${stack}\nname: Bron\ninsee: "69029"\ndomain: ${stack}.test\npopulation: 900\ncontact: a@${stack}.test\nschools: { storage: 1 GiB, libraries: { commune: { name: Bron, folder: library } } }\n`,
  );
  project.pin(madeUpLock());
  await project.createStack(stack, {
    registryMirror: `docker.io=${mirror}`,
    registryLogin: `${infra}/registry`,
  });
  await kubectl("create", "namespace", infra);
  const [type, literal] = [
    "--type=kubernetes.io/dockerconfigjson",
    `--from-literal=.dockerconfigjson=${loginWith(password)}`,
  ];
  await kubectl("create", "secret", "generic", "registry", "-n", infra, type, literal);
});

afterAll(async () => {
  await project.succeed("destroy", "-s", stack, "--yes");
  await kubectl("delete", "namespace", infra, "--wait=false");
  await nodes.stop();
  project.remove();
});

test("every pod asks for an image of the mirror by its digest, with a copy of the login, which nobody is told", async () => {
  const told = await project.succeed("up", "--diff", "--yes", "--skip-preview", "-s", stack);
  const state = await project.succeed("stack", "export", "-s", stack);
  expect(told).toMatch(/::pinned-town-pull-secret\][\s\S]+?\n +data +: \[secret\]/);
  const secrets = new Map([
    ["the password", password],
    ["the login", encoded(password)],
  ]);
  expect(leaksIn(told + state, secrets)).toEqual([]);
  for (const { metadata, spec } of await pods()) {
    expect(spec.imagePullSecrets).toEqual([{ name: "registry" }]);
    for (const { image } of spec.containers) {
      expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
      expect(repositoryOf(image)).toMatch(new RegExp(`^${mirror}/`));
    }
    expect(await copyIn(metadata.namespace)).toBe(loginWith(password));
  }
});

test("another login reaches the copies with the next update, and nothing else changes", async () => {
  await project.succeed("preview", "-s", stack, "--expect-no-changes");
  const patch = JSON.stringify({ stringData: { ".dockerconfigjson": loginWith(another) } });
  await kubectl("patch", "secret", "registry", "-n", infra, "--patch", patch);
  expect(await project.up(stack)).toEqual({ updated: 2, unchanged: expect.any(Number) });
  for (const { metadata } of await pods()) expect(await copyIn(metadata.namespace)).toBe(loginWith(another));
});
