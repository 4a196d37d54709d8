import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { type Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { checkout } from "../../local/paths.ts";
import { Kubectl } from "../../scripts/kubectl.ts";
import { agentFor, type Doorway } from "../../scripts/look/doorway.ts";
import { lookAtMastodon } from "../../scripts/look/mastodon.ts";
import { lookAtNextcloud } from "../../scripts/look/nextcloud.ts";
import { lookAtPeertube } from "../../scripts/look/peertube.ts";
import { mastodonToken } from "../../scripts/look/token.ts";
import type { Outputs } from "../../scripts/stack.ts";
import { killPods } from "../campaigns/kill-pods.ts";
import { leaksIn } from "../leaks.ts";
import { changesOf, Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const stack = "villeurbanne";
const cloud = `https://cloud.${stack}.test`;
const social = `https://social.${stack}.test`;
const video = `https://video.${stack}.test`;
const ecoles = `https://ecoles.${stack}.test`;
const points = `https://hotspots.${stack}.test`;
let project: Project;
/** Resources of the whole commune. */
let resources: number;

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa("kubectl", args, { env: cluster.environment });
  return stdout;
}

/** The commune's objects of some kinds, by kind and name. */
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

async function outputs(): Promise<Outputs> {
  return JSON.parse(await project.succeed("stack", "output", "--json", "--show-secrets", "-s", stack));
}

function doorway(): Doorway {
  if (!cluster.endpoints) throw new Error("the cluster is not up");
  const { hostname, port } = new URL(cluster.endpoints.https);
  return { address: { host: hostname, port: Number(port) }, caFile: cluster.caFile };
}

/** What people do with the three services: a file, a post and a video put in and read back. */
async function look() {
  const { addresses, accounts } = await outputs();
  const { nextcloud, mastodon, peertube } = accounts;
  if (!nextcloud || !mastodon || !peertube) throw new Error("not all three services are up");
  expect(addresses).toEqual({
    nextcloud: cloud,
    mastodon: social,
    peertube: video,
    schools: ecoles,
    hotspots: points,
  });
  const token = await mastodonToken(stack, mastodon.user, new Kubectl(cluster.environment));
  return {
    nextcloud: await lookAtNextcloud(cloud, nextcloud, doorway()),
    mastodon: await lookAtMastodon(social, { owner: mastodon.user, token }, doorway()),
    peertube: await lookAtPeertube(video, peertube, doorway()),
  };
}

interface Pod {
  metadata: { name: string; labels: Record<string, string> };
  status: { phase: string; conditions?: { type: string; status: string }[] };
}

beforeAll(async () => {
  project = new Project(cluster.environment);
  await project.createStack(stack);
  resources = (await project.up(stack)).created ?? 0;
});

afterAll(async () => {
  await project.end(stack);
});

describe("a commune that is up", () => {
  test("answers over HTTPS, and keeps a file, a post and a video", async () => {
    expect(await look()).toMatchObject({
      nextcloud: { status: 200, version: "33.0.7", bytesReadBack: 262_144 },
      mastodon: { status: 200, version: "4.6.5" },
      peertube: { status: 200, version: "8.3.1" },
    });
  });

  test("runs every pod under Pod Security restricted", async () => {
    const enforced = await kubectl(
      "get",
      "namespaces",
      `--selector=commune.cloud/commune=${stack}`,
      "--output=jsonpath={.items[*].metadata.labels.pod-security\\.kubernetes\\.io/enforce}",
    );
    expect(enforced.split(" ")).toEqual(new Array(7).fill("restricted"));
    const listed = await kubectl(
      "get",
      "pods",
      "-A",
      `--selector=commune.cloud/commune=${stack}`,
      "-o",
      "json",
    );
    const { items } = JSON.parse(listed) as { items: Pod[] };
    const succeeded = await kubectl(
      "get",
      "jobs",
      "-A",
      `--selector=commune.cloud/commune=${stack}`,
      "--output=jsonpath={.items[?(@.status.succeeded==1)].metadata.name}",
    );
    const states = items.map(({ metadata, status }) => ({
      name: metadata.name,
      fine:
        status.phase === "Succeeded" ||
        // A try before the network opening was there: the Job's next one went through.
        succeeded.split(" ").includes(metadata.labels["batch.kubernetes.io/job-name"] ?? "") ||
        (status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True"),
    }));
    expect(states.length).toBeGreaterThan(10);
    expect(states.filter(({ fine }) => !fine)).toEqual([]);
  });

  test("listens on IPv6 wherever it is reached: what kubelets, services and peers open is not of IPv4 alone", async () => {
    const listed = await kubectl(
      ...["get", "pods", "--all-namespaces", `--selector=commune.cloud/commune=${stack}`],
      ...["--field-selector=status.phase=Running", "--output=json"],
    );
    const { items } = JSON.parse(listed) as {
      items: {
        metadata: { name: string; namespace: string };
        spec: { containers: { name: string; ports?: { name: string; containerPort: number }[] }[] };
      }[];
    };
    let seen = 0;
    for (const { metadata, spec } of items) {
      // nginx in the same pod asks puma, on an address that is its own.
      const declared = spec.containers
        .flatMap(({ ports = [] }) => ports)
        .filter(({ name }) => name !== "puma")
        .map(({ containerPort }) => containerPort);
      if (declared.length === 0) continue;
      const sockets = await kubectl(
        "exec",
        `-n${metadata.namespace}`,
        metadata.name,
        "--",
        "cat",
        "/proc/net/tcp6",
      );
      // Listening (0A) at any address; the port in hexadecimal. Source: proc_net(5).
      const open = [...sockets.matchAll(/ 0{32}:([0-9A-F]{4}) 0{32}:0000 0A /g)].map(([, port = ""]) =>
        Number.parseInt(port, 16),
      );
      expect(open, metadata.name).toEqual(expect.arrayContaining(declared));
      seen += declared.length;
    }
    expect(seen).toBeGreaterThanOrEqual(10);
  });

  test("changes nothing when it is applied again", async () => {
    expect(await project.up(stack)).toEqual({ unchanged: resources });
  });

  test("shows nobody a secret, in any encoding: not in its state, logs, objects, reports, pages or answers", async () => {
    const secrets = await drawnSecrets();
    const accounts = Object.values((await outputs()).accounts).map(({ password }) => password);
    expect(accounts.map(({ length }) => length)).toEqual([43, 43, 43]);
    for (const password of accounts) secrets.set("the password of an account", password);
    expect(secrets.size).toBeGreaterThan(20);
    for (const entry of ["audit", "scripts", "local", "test/doubles"])
      cpSync(join(checkout, entry), join(project.folder, entry), { recursive: true });
    const written = new Map([
      ["state", await project.succeed("stack", "export", "-s", stack)],
      ["outputs", await project.succeed("stack", "output", "--json", "-s", stack)],
      ["preview", await project.succeed("preview", "--diff", "-s", stack)],
      ["objects", await kubectl("get", `${readableKinds},events`, "-A", "-o", "yaml")],
      ...(await logs()),
      ...(await said()),
      ...(await served()),
    ]);
    const found = [...written].flatMap(([where, text]) =>
      leaksIn(text, secrets).map((name) => `${name} in ${where}`),
    );
    expect(found).toEqual([]);
    expect(written.size).toBeGreaterThan(40);
  });
});

const readableKinds =
  "deployments,statefulsets,jobs,cronjobs,configmaps,services,ingresses,networkpolicies,pods";

/** Passwords and keys that were drawn from the seed: words of 32 bytes in the commune's Secrets, by where they are. */
async function drawnSecrets(): Promise<Map<string, string>> {
  const { items } = JSON.parse(await kubectl("get", "secrets", "-A", "-o", "json")) as {
    items: { metadata: { namespace: string; name: string }; data?: Record<string, string> }[];
  };
  const own = items.filter(({ metadata }) => metadata.namespace.startsWith(`${stack}-`));
  return new Map(
    own.flatMap(({ metadata: { namespace, name }, data = {} }) =>
      Object.entries(data).flatMap(([key, value]) =>
        [
          ...Buffer.from(value, "base64")
            .toString("utf8")
            .matchAll(/(?<![\w-])[\w-]{43}(?![\w-])/g),
        ].map(([word], index) => [`${namespace}/${name} ${key} ${index}`, word] as const),
      ),
    ),
  );
}

/** What every pod of the commune has written. */
async function logs(): Promise<[string, string][]> {
  const listed = await kubectl(
    "get",
    "pods",
    "-A",
    `--selector=commune.cloud/commune=${stack}`,
    '--output=jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}',
  );
  const pods = listed.split("\n").filter(Boolean);
  expect(pods.length).toBeGreaterThan(15);
  const each = pods.map(async (pod): Promise<[string, string]> => {
    const [namespace = "", name = ""] = pod.split(" ");
    return [`log of ${pod}`, await kubectl("logs", "-n", namespace, name, "--all-containers")];
  });
  return Promise.all(each);
}

/** What commands print and write of the commune. */
async function said(): Promise<[string, string][]> {
  const folder = join(project.folder, "said");
  const commands = [
    ["audit", stack, "--preview", "--to", join(folder, "audit")],
    ["drift", stack, "--json"],
    ["check", stack],
    ["status", stack],
    ["federation", "status", stack],
    ["evidence", stack, "--to", join(folder, "evidence")],
  ];
  const printed: [string, string][] = [];
  for (const words of commands) {
    const { all } = await execa("node", ["scripts/commune.js", ...words], {
      ...{ cwd: project.folder, env: project.environment, all: true, reject: false, stdin: "ignore" },
    });
    printed.push([words.join(" "), String(all)]);
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.length).toBeGreaterThan(8);
  return [
    ...printed,
    ...files.map((file): [string, string] => [
      file.name,
      readFileSync(join(file.parentPath, file.name), "utf8"),
    ]),
  ];
}

/** What strangers are answered. */
async function served(): Promise<[string, string][]> {
  const agent = agentFor(doorway());
  const paths = [
    "",
    "accords",
    "etat",
    "logiciels",
    "donnees",
    "publications",
    ".well-known/commune",
    "nowhere",
  ];
  const addresses = [...paths.map((path) => `https://${stack}.test/${path}`), `${social}/about`, `${video}/`];
  try {
    const each = addresses.map(async (address): Promise<[string, string]> => {
      const { body } = await request(address, { dispatcher: agent });
      return [address, await body.text()];
    });
    return await Promise.all(each);
  } finally {
    await agent.close();
  }
}

describe("what anybody can read without an account", () => {
  let agent: Agent;
  beforeAll(() => {
    agent = agentFor(doorway());
  });
  afterAll(() => agent.close());

  test.each([
    // Nextcloud publishes nothing of its own accord: its page asks who one is.
    [`${cloud}/index.php/login`, /<form/],
    [`${cloud}/status.php`, /"installed":true/],
    [`${social}/about`, /<html/],
    [`${social}/@mairie.rss`, /<rss/],
    [`${social}/api/v1/timelines/public?local=true`, /^\[/],
    [`${social}/nodeinfo/2.0`, /"mastodon"/],
    [`${video}/`, /<html/],
    [`${video}/feeds/videos.xml?isLocal=true`, /<rss/],
    [`${video}/feeds/videos.atom?isLocal=true`, /<feed/],
    [`${video}/feeds/videos.json?isLocal=true`, /jsonfeed/],
    [`${video}/nodeinfo/2.0.json`, /"peertube"/],
    [`${ecoles}/`, /Rien n’est encore publié ici/],
  ])("%s", async (address, text) => {
    const { statusCode, headers, body } = await request(address, { dispatcher: agent });
    expect(await body.text()).toMatch(text);
    expect({ statusCode, hsts: headers["strict-transport-security"] }).toEqual({
      statusCode: 200,
      hsts: "max-age=15552000; includeSubDomains",
    });
  });
});

// A sample: `npm run campaign kill-pods -- --count 16` kills each kind of pod twice.
test("a pod or the database killed while people write takes no acknowledged write with it", async () => {
  const { kills, acknowledged, lost } = await killPods({
    commune: stack,
    environment: cluster.environment,
    outputs: await outputs(),
    doorway: doorway(),
    victims: ["database", "nextcloud"],
  });
  expect(kills.map(({ victim }) => victim)).toEqual(["database", "nextcloud"]);
  for (const written of Object.values(acknowledged)) expect(written).toBeGreaterThan(20);
  expect(lost).toEqual([]);
});

describe("a change made by hand", () => {
  // kubectl owns a number that it has set, unless it is none.
  test.each([0, 2])(
    "to the number of pods (%i) is shown by a refresh and mended by the next up",
    async (pods) => {
      await kubectl("scale", "-n", `${stack}-nextcloud`, "deployment/nextcloud-cache", `--replicas=${pods}`);
      const preview = await project.succeed("preview", "--refresh", "-s", stack);
      expect(preview).toMatch(/~\s+kubernetes:apps\/v1:Deployment villeurbanne-nextcloud-cache update/);
      await project.succeed("up", "--refresh", "-s", stack, "--yes");
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
    },
  );

  test("to a ConfigMap is shown by a refresh and mended by the next up", async () => {
    const patch = JSON.stringify({ data: { "configure.sh": "echo changed by hand" } });
    await kubectl("patch", "-n", `${stack}-nextcloud`, "configmap/nextcloud", `--patch=${patch}`);
    await project.succeed("preview", "--refresh", "-s", stack);
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
    const unchanged = resources - 2;
    const preview = await project.succeed("preview", "-s", stack);
    expect(preview).toContain("Nextcloud restarts: nobody can use it for about a minute.");
    expect(preview).not.toContain("cache restarts");
    expect(changesOf(preview)).toEqual({ update: 2, unchanged });
    expect(await project.up(stack)).toEqual({ updated: 2, unchanged });
    expect((await look()).nextcloud.status).toBe(200);
  });

  test("that restarts the database server says beforehand whose", async () => {
    const more = ["\nmastodon: {}", "\ndatabase: { memory: 4 GiB }\nmastodon: {}"] as const;
    project.edit("stacks/villeurbanne/commune.yaml", (text) => text.replace(more[0], more[1]));
    expect(await project.succeed("preview", "-s", stack)).toContain(
      "The database server of nextcloud, mastodon, peertube restarts: for some seconds they answer with errors.",
    );
    project.edit("stacks/villeurbanne/commune.yaml", (text) => text.replace(more[1], more[0]));
    expect(await project.succeed("preview", "-s", stack)).not.toContain("restarts");
  });

  test("with mistakes is refused with every place, before anything is contacted", async () => {
    let line = 0;
    project.edit("stacks/villeurbanne/commune.yaml", (text) => {
      line = text.split("\n").findIndex((each) => each.startsWith("nextcloud:")) + 1;
      return text.replace("nextcloud:", "nextclod:").replace("160000", "many");
    });
    const { exitCode, output } = await project.pulumi(["preview", "-s", stack]);
    project.edit("stacks/villeurbanne/commune.yaml", (text) =>
      text.replace("nextclod:", "nextcloud:").replace("many", "160000"),
    );
    expect(exitCode).not.toBe(0);
    expect(output).toContain(`stacks/villeurbanne/commune.yaml:${line}:1`);
    expect(output).toContain('Did you mean "nextcloud"?');
    expect(output).toContain("2 problems. Nothing was changed.");
    expect(output).not.toMatch(/^\s+at /m);
  });
});

describe("the policy pack", () => {
  test("passes what the program declares", async () => {
    const output = await project.succeed("preview", "--policy-pack", "policies", "-s", stack);
    expect(output).toMatch(/commune-cloud/);
  });

  test("stops a preview that breaks a rule", async () => {
    project.edit("components/foundation/manifest/security.ts", (text) =>
      text.replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
    );
    const { exitCode, output } = await project.pulumi(["preview", "--policy-pack", "policies", "-s", stack]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("pods-are-restricted");
    project.edit("components/foundation/manifest/security.ts", (text) =>
      text.replace("readOnlyRootFilesystem: false", "readOnlyRootFilesystem: true"),
    );
  });
});

test("destroy leaves nothing, and up brings everything back", async () => {
  await project.succeed("destroy", "-s", stack, "--yes");
  expect(await objects("namespaces,persistentvolumes")).toEqual([]);
  expect((await project.up(stack)).created).toBe(resources);
  expect((await look()).peertube.status).toBe(200);
});
