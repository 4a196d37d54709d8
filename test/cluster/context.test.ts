import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Cluster, openCluster } from "../../local/cluster/index.ts";
import { checkout } from "../../local/paths.ts";
import { folderBackend } from "../../local/toolchain/pulumi.ts";
import { freePort } from "../free-port.ts";
import { bringUpElsewhere, type Elsewhere } from "./elsewhere.ts";
import { Project } from "./project.ts";

/**
 * Somebody's own cluster, beside which the kubeconfig has another one that is dead and the current one: a call that
 * forgets the context fails. Its ingress controller has names and a port of its own, its nodes pull from a registry of its
 * own, and data is protected there.
 */
const context = "autre";
const commune = "petite-ville";
const domain = "essai-ailleurs.test";
let state: string;
let cluster: Cluster;
let elsewhere: Elsewhere;
let project: Project;
let shell: NodeJS.ProcessEnv;

/** Runs `commune …` in a shell where nothing of Pulumi or Kubernetes is set but this. */
async function say(words: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  const { exitCode, stdout, stderr } = await execa("node", ["scripts/commune.js", ...words], {
    cwd: project.folder,
    env: { ...shell, ...variables },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
  return { exitCode, said: `${stdout}\n${stderr}` };
}

/** Two contexts; the current one leads to a port where nobody answers. */
function kubeconfig(own: string, deadPort: number): string {
  const { clusters, users } = JSON.parse(readFileSync(own, "utf8")) as {
    clusters: [{ cluster: object }];
    users: [{ user: object }];
  };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "own", cluster: clusters[0].cluster },
      { name: "dead", cluster: { server: `https://127.0.0.1:${deadPort}` } },
    ],
    users: [{ name: "own", user: users[0].user }],
    contexts: [
      { name: context, context: { cluster: "own", user: "own" } },
      { name: "dead", context: { cluster: "dead", user: "own" } },
    ],
    "current-context": "dead",
  });
}

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "ctx-"));
  vi.stubEnv("COMMUNE_STATE", state);
  cluster = openCluster("elsewhere");
  elsewhere = await bringUpElsewhere(cluster, domain);
  const { PATH, PULUMI_HOME } = cluster.environment;
  project = new Project({});
  for (const entry of ["audit", "scripts", "local", "test/doubles"])
    cpSync(join(checkout, entry), join(project.folder, entry), { recursive: true });
  project.declare(
    commune,
    `id: ${commune}
name: Petite-Ville
insee: "69029"
domain: ${commune}.test
population: 900
contact: mairie@${commune}.test
mastodon: { storage: 1 GiB }
schools: { storage: 1 GiB, libraries: { ville: { name: Petite-Ville, folder: library } } }
federation: { with: [lyon] }
`,
  );
  project.edit("stacks/federation.yaml", (text) =>
    text.replace(
      "members:\n",
      `members:\n  ${commune}: { name: Petite-Ville, insee: "69029", domain: ${commune}.test, contact: mairie@${commune}.test }\n`,
    ),
  );
  const pictures = join(project.folder, "stacks", commune, "library", "pictures");
  mkdirSync(pictures, { recursive: true });
  writeFileSync(
    join(pictures, "place.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>`,
  );
  const file = join(state, "kubeconfig");
  writeFileSync(file, kubeconfig(cluster.kubeconfig, await freePort()));
  const home = join(state, "home");
  shell = {
    HOME: home,
    PATH: [PATH, process.env.PATH].join(delimiter),
    PULUMI_HOME,
    KUBECONFIG: file,
    COMMUNE_STATE: join(state, "none"),
  };
}, 400_000);

afterAll(async () => {
  project?.remove();
  await elsewhere?.close();
  await cluster?.reset();
  rmSync(state, { recursive: true, force: true });
}, 120_000);

const demo = () => [
  ...["demo", "--context", context, "--commune", commune, "--domain", domain],
  ...["--address", elsewhere.address, "--ca", cluster.caFile, "--mirror", elsewhere.mirrors],
];
const settings = () => join(project.folder, "stacks", `Pulumi.${commune}.yaml`);

test("without a place for the state the demo says what to write, and writes nothing", async () => {
  const { exitCode, said } = await say(demo());
  expect(exitCode).toBe(1);
  expect(said).toContain("nothing says where the stack's state is to be kept");
  expect(existsSync(settings())).toBe(false);
});

test("the demo finds the settings that fit, pins from the registry, and ends with a commune that answers", async () => {
  Object.assign(shell, {
    PULUMI_BACKEND_URL: folderBackend(join(project.folder, "state")),
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
  });
  const { exitCode, said } = await say(demo());
  expect({ exitCode, said: exitCode === 0 ? "" : said }).toEqual({ exitCode: 0, said: "" });
  const written = readFileSync(settings(), "utf8");
  for (const line of [
    ...[`context: ${context}`, `domain: ${domain}`, "madeBy: demo", "ingressClass: portail"],
    ...["ingressNamespace: entree", 'ingressPort: "9443"'],
  ])
    expect(written).toContain(`commune:${line}`);
  expect(written).not.toContain("disposable");
  expect(said).toContain(`https://social.${domain} answers 200, Mastodon`);
  expect(said).toMatch(/schools {9}https:\/\/ecoles\.essai-ailleurs\.test answers 200/);
  const selector = `--selector=commune.cloud/commune=${commune}`;
  const output = "--output=jsonpath={.items[*].spec.containers[*].image}";
  const words = ["--context", context, "get", "pods", "--all-namespaces", selector, output];
  const { stdout } = await execa("kubectl", words, { env: shell, extendEnv: false });
  const [first, ...others] = new Set(stdout.split(" ").map((image) => image.split("/")[0]));
  expect([first, others]).toEqual([elsewhere.registry, []]);
  expect(said).toMatch(/memory {10}\d+ pods of petite-ville take [1-9]\d* MiB at rest/);
});

test("its verbs ask the cluster of the stack's settings, or the one that is named, never the current one", async () => {
  const status = await say(["status", commune]);
  expect(status).toMatchObject({ exitCode: 0, said: expect.stringContaining(`https://social.${domain}`) });
  // Its link was left out with the declared domain: the cluster answers that there is none.
  const links = await say(["federation", "status", commune, "--context", context]);
  expect(links.said).toMatch(/has no federation status on this cluster yet|declares no links/);
  const dead = await say(["status", commune, "--context", "dead"]);
  expect(dead.exitCode).toBe(1);
});
