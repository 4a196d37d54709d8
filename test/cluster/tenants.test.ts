import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { admissionManifests } from "../../components/tenants/admission/manifests.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { badObjects, goodObjects, pod } from "../components/tenants/bad-objects.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const commune = "club-town";
const domain = `assos-${commune}.test`;
const namespace = `${commune}-t-chorale`;
const open = `${commune}-open`;

const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
const asked = (
  url: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
) => undiciFetch(url, { dispatcher, redirect: "manual", ...init });

let project: Project;
const kubectl = (words: readonly string[], input?: unknown) =>
  execa("kubectl", words, {
    env: project.environment,
    reject: false,
    all: true,
    ...(input !== undefined && { input: JSON.stringify(input) }),
  });
/** What the API server says of an object that would be made in the association's namespace. */
const tried = async (object: object) => {
  const { exitCode, all } = await kubectl(["create", "--dry-run=server", "-n", namespace, "-f", "-"], object);
  return exitCode === 0 ? "made" : all;
};

const both = "applications: { site: {}, dokuwiki: { access: members } }\n";
const write = (id: string, more = both) =>
  writeFileSync(join(project.folder, "stacks", commune, "tenants", `${id}.yaml`), tenantText(id, more));

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(
    commune,
    `id: ${commune}
name: Club Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: ${domain} }
`,
  );
  mkdirSync(join(project.folder, "stacks", commune, "tenants"));
  write("chorale");
  write("judo", "applications: { site: {} }\n");
  const { exitCode, all } = await kubectl(["apply", "-f", "-"], {
    ...{ apiVersion: "v1", kind: "List" },
    items: admissionManifests(),
  });
  if (exitCode !== 0) throw new Error(all);
  await project.createStack(commune);
  await project.up(commune);
});

afterAll(async () => {
  await kubectl(["delete", "namespace", open, "--wait=false"]);
  await dispatcher.close();
  await project.end(commune);
});

describe("an association", () => {
  const wiki = `https://wiki.chorale.${domain}`;

  test("has a site that everybody reads, with its name", async () => {
    const answer = await asked(`https://chorale.${domain}/`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).toContain("<h1>Chorale des Gratte-Ciel</h1>");
    expect((await asked(`https://judo.${domain}/nothing`)).status).toBe(404);
  });

  test("has a wiki that strangers cannot read, and whose first account logs in and administers", async () => {
    // The ingress controller may hear of a pod a moment after `up` does.
    const health = async () => (await asked(`${wiki}/health.php`)).text();
    await expect.poll(health, { timeout: 60_000, interval: 1000 }).toBe("ok");
    // DokuWiki says no in a page that is answered with 200.
    const stranger = await (await asked(`${wiki}/wiki:syntax`)).text();
    expect(stranger).toContain('"ACT":"denied"');
    for (const path of ["conf/users.auth.php", "data/pages/wiki/syntax.txt", "inc/init.php", "install.php"])
      expect((await asked(`${wiki}/${path}`)).status, path).toBe(404);

    const outputs = await project.succeed(
      "stack",
      "output",
      "tenants",
      "--show-secrets",
      "--json",
      "-s",
      commune,
    );
    const { user, password } = JSON.parse(outputs).chorale.dokuwiki.account as {
      user: string;
      password: string;
    };
    const login = (u: string, p: string) =>
      asked(`${wiki}/start`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ do: "login", u, p }).toString(),
      });
    expect((await login(user, "wrong")).status).not.toBe(302);
    const welcome = await login(user, password);
    const cookies = welcome.headers.getSetCookie();
    expect(cookies.join("\n")).toMatch(/; secure/i);
    const cookie = cookies.map((each) => each.split(";")[0]).join("; ");
    const page = await (
      await asked(`${wiki}/start?do=admin&page=usermanager`, { headers: { cookie } })
    ).text();
    expect(page).toContain("Chorale des Gratte-Ciel");
    expect(page).toContain("bureau@chorale.test");
  });

  test("keeps what it has, and nothing of it changes, when another one comes", async () => {
    expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
    write("tarot", "applications: { site: {} }\n");
    const changes = await project.up(commune);
    expect(changes).toEqual({ created: expect.any(Number), unchanged: expect.any(Number) });
    expect(changes.created).toBeGreaterThan(10);
    rmSync(join(project.folder, "stacks", commune, "tenants", "tarot.yaml"));
    expect(await project.up(commune)).toEqual({
      deleted: changes.created,
      unchanged: changes.unchanged,
    });
  });
});

describe("the API server refuses in an association's namespace, whoever asks", () => {
  test.each(badObjects.map(({ attempt, rule, object }) => [attempt, rule, object] as const))(
    "%s, by %s",
    async (_, rule, object) => {
      const hosted = JSON.parse(JSON.stringify(object).replaceAll("assos-bron.test", domain));
      // A policy takes a moment to reach the API server.
      await expect.poll(() => tried(hosted), { timeout: 60_000, interval: 1000 }).toContain(rule);
    },
  );

  const limits = (cpu: string, memory: string) => {
    const { spec } = pod();
    const [container] = spec.containers;
    return pod({
      containers: [
        { ...container, resources: { requests: { cpu: "5m", memory: "16Mi" }, limits: { cpu, memory } } },
      ],
    });
  };
  test.each([
    [
      "a privileged pod",
      pod({ containers: [{ ...pod().spec.containers[0], securityContext: { privileged: true } }] }),
      /violates PodSecurity "restricted/,
    ],
    ["the node's network", pod({ hostNetwork: true }), /violates PodSecurity "restricted/],
    [
      "a folder of the node",
      pod({ volumes: [{ name: "x", hostPath: { path: "/" } }] }),
      /no-foreign-volume|violates PodSecurity/,
    ],
    ["more processors than its plan", limits("4", "32Mi"), /exceeded quota.*limits.cpu/s],
    ["more memory than its plan", limits("50m", "4Gi"), /exceeded quota.*limits.memory/s],
    [
      "more storage than its plan",
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "attempt" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "100Gi" } } },
      },
      /exceeded quota.*requests.storage/s,
    ],
  ])("%s", async (_, object, message) => expect(await tried(object)).toMatch(message));

  test("and makes what an association may have", async () => {
    for (const object of goodObjects) {
      const hosted = JSON.parse(JSON.stringify(object).replaceAll("assos-bron.test", domain));
      expect(await tried(hosted)).toBe("made");
    }
  });
});

describe("from inside an association's pod", () => {
  const inside = (script: string) =>
    kubectl([
      "exec",
      "-n",
      namespace,
      "deployment/t-chorale-dokuwiki",
      "-c",
      "dokuwiki",
      "--",
      "bash",
      "-c",
      script,
    ]);
  const reaches = (host: string, to: number) =>
    `timeout 5 bash -c 'exec 3<>/dev/tcp/${host}/${to}' && echo reached`;
  const read = async (...words: string[]) => (await kubectl(["get", ...words])).stdout.trim();
  let targets: [attempt: string, host: string, port: number][];

  beforeAll(async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await kubectl(["create", "-f", "-"], {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: open, labels },
    });
    await kubectl(
      ["create", "-n", open, "-f", "-"],
      pod({ containers: [{ ...pod().spec.containers[0], command: ["sleep", "600"] }] }),
    );
    await kubectl(["wait", "-n", open, "pod/attempt", "--for=condition=Ready", "--timeout=120s"]);
    const of = (field: string) => `--output=jsonpath={${field}}`;
    const judo = ["-n", `${commune}-t-judo`];
    targets = [
      ["another association's pod", await read("pods", ...judo, of(".items[0].status.podIP")), 8080],
      [
        "another association's service",
        await read("service", ...judo, "t-judo-site", of(".spec.clusterIP")),
        80,
      ],
      ["the API server", await read("service", "-n", "default", "kubernetes", of(".spec.clusterIP")), 443],
      ["the kubelet", await read("nodes", of(".items[0].status.addresses[0].address")), 10250],
    ];
  });

  test("nothing is reached that a pod without policies reaches, but for names", async () => {
    for (const [attempt, host, to] of targets) {
      const without = await kubectl(["exec", "-n", open, "attempt", "--", "bash", "-c", reaches(host, to)]);
      // Another association's door is closed from its own side too.
      if (!attempt.startsWith("another"))
        expect(without.stdout, `${attempt}, without policies`).toBe("reached");
      expect((await inside(reaches(host, to))).stdout, attempt).toBe("");
    }
    expect(
      (await inside("getent hosts kubernetes.default.svc.cluster.local >/dev/null && echo named")).stdout,
    ).toBe("named");
  });

  test("there is no key to the cluster, no root, no first password and nothing to write to but its own", async () => {
    const attempts = [
      "ls /var/run/secrets/kubernetes.io",
      "cat /run/secrets/admin/password",
      "echo x > /var/www/html/doku.php",
      "test $(id -u) = 0",
    ];
    for (const script of attempts) expect((await inside(script)).exitCode, script).not.toBe(0);
  });
});
