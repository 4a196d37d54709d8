import { execa } from "execa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { repositoryOf } from "../../components/foundation/image/catalogue.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { buildImages } from "../../local/images/index.ts";
import { everyReference, recipesOf } from "../../local/images/recipes.ts";
import { buildToolchain } from "../../local/toolchain/index.ts";
import { localLock } from "./pinned.ts";
import { Project } from "./project.ts";

/** A small commune whose images come by digest from a mirror that wants a login. The mirror's images are here already. */
const cluster = openCluster(inject("cluster"));
const stack = "pinned-town";
/** What its pods run. */
const needed = /\/(nginx-unprivileged|node)[:.]/;
const infra = `${stack}-infra`;
const mirror = "registry.pinned-town.test/hub";
const login = JSON.stringify({ auths: { "registry.pinned-town.test": { auth: "YnJvbjpzM2NyZXQ=" } } });
let project: Project;

async function kubectl(...args: string[]): Promise<string> {
  return (await execa("kubectl", args, { env: cluster.environment })).stdout;
}

beforeAll(async () => {
  const silent = () => undefined;
  const signal = new AbortController().signal;
  const [toolchain, images] = [
    await buildToolchain({ report: silent }),
    await buildImages(
      { report: silent, signal },
      recipesOf(everyReference.filter((each) => needed.test(each))),
    ),
  ];
  const mirrored = images.map(({ names, ...image }) => ({
    ...image,
    names: [...names, ...names.map((name) => name.replace("docker.io/", `${mirror}/`))],
  }));
  await cluster.up({ toolchain, images: mirrored, domains: [], report: silent });
  project = new Project(cluster.environment);
  project.declare(
    stack,
    `id: ${stack}\nname: Bron\ninsee: "69029"\ndomain: ${stack}.test\npopulation: 900\ncontact: a@${stack}.test\nschools: { storage: 1 GiB, libraries: { commune: { name: Bron, folder: library } } }\n`,
  );
  project.pin(localLock(cluster));
  await project.createStack(stack);
  await kubectl("create", "namespace", infra);
  const literal = `--from-literal=.dockerconfigjson=${login}`;
  await kubectl(
    "create",
    "secret",
    "generic",
    "registry",
    "-n",
    infra,
    "--type=kubernetes.io/dockerconfigjson",
    literal,
  );
  project.set(stack, { registryMirror: `docker.io=${mirror}`, registryLogin: `${infra}/registry` });
});

afterAll(async () => {
  await project.succeed("destroy", "-s", stack, "--yes");
  await kubectl("delete", "namespace", infra);
  project.remove();
});

test("every pod runs an image of the mirror by its digest, with a copy of the login, and nothing is left to change", async () => {
  await project.up(stack);
  const selector = `--selector=commune.cloud/commune=${stack}`;
  const { items } = JSON.parse(await kubectl("get", "pods", "-A", selector, "-o", "json")) as {
    items: {
      metadata: { namespace: string };
      spec: { imagePullSecrets?: { name: string }[]; containers: { image: string }[] };
    }[];
  };
  expect(items.length).toBeGreaterThan(2);
  for (const { metadata, spec } of items) {
    expect(spec.imagePullSecrets).toEqual([{ name: "registry" }]);
    for (const { image } of spec.containers) {
      expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
      expect(repositoryOf(image)).toMatch(new RegExp(`^${mirror}/`));
    }
    const copy = await kubectl(
      "get",
      "secret",
      "registry",
      "-n",
      metadata.namespace,
      "-o",
      "jsonpath={.data.\\.dockerconfigjson}",
    );
    expect(Buffer.from(copy, "base64").toString("utf8")).toBe(login);
  }
  const preview = await project.succeed("preview", "-s", stack, "--expect-no-changes");
  expect(preview).not.toContain("s3cret");
});

test("another login reaches the copies with the next update, and nothing else changes", async () => {
  const other = login.replace("YnJvbjpzM2NyZXQ=", "YnJvbjpvdGhlcg==");
  const patch = JSON.stringify({ stringData: { ".dockerconfigjson": other } });
  await kubectl("patch", "secret", "registry", "-n", infra, "--patch", patch);
  const changed = await project.up(stack);
  expect(changed).toEqual({ updated: 2, unchanged: expect.any(Number) });
});
