import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { preparation } from "../../components/places/hotspots/preparation.ts";
import type { Provisioning } from "../../components/places/hotspots/provisioning.ts";
import { openCluster } from "../../local/cluster/index.ts";
import type { FleetStatus } from "../../programs/hotspots/fleet.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { fileOf, hotspot, quarter, radioWith } from "../components/places/places.ts";
import { OpenWrtPoint } from "../doubles/openwrt/point.ts";
import { OpenWrtRoot } from "../doubles/openwrt/root.ts";
import { Agent } from "../programs/hotspots/agent.ts";
import { Admissions } from "./admission.ts";
import { changesOf, Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const stack = "wifi-town";
let project: Project;

/** Through the ingress controller, as a point on the Internet asks. */
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
/** The ingress controller sees a new pod a moment later: a real agent asks eleven times before it gives up. */
const again = { timeout: 30_000, interval: 500 };
/** Milliseconds for one try: a request to the address of a pod that is gone may hang for longer than all tries have. */
const patience = 5000;
const outside = ((url: string, init?: object) =>
  undiciFetch(url, { signal: AbortSignal.timeout(patience), ...init, dispatcher })) as typeof fetch;

function declare(radios: object[]): void {
  project.declare(
    stack,
    `id: ${stack}
name: Bron
insee: "69029"
domain: ${stack}.test
population: 42000
contact: numerique@bron.test
hotspots: { rollout: { firstQuarter: centre } }
`,
  );
  const places = fileOf([quarter(), hotspot({ radios })]);
  writeFileSync(join(project.folder, "stacks", stack, "places.geojson"), places);
}

async function provisioned(): Promise<Provisioning> {
  return JSON.parse(
    await project.succeed("stack", "output", "hotspots", "--json", "--show-secrets", "-s", stack),
  ) as Provisioning;
}

const inNamespace = ["-n", `${stack}-hotspots`];
const refusal = "the server is not to change";
/** Ends an update after all that the server needs, and before the server. */
const noNewServer = new Admissions(cluster.environment, [
  {
    kind: "ValidatingAdmissionPolicy",
    name: `${stack}-no-new-server`,
    spec: {
      matchConstraints: {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": `${stack}-hotspots` } },
        resourceRules: [
          { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["deployments"] },
        ],
      },
      validations: [{ expression: "false", message: refusal }],
    },
  },
  {
    kind: "ValidatingAdmissionPolicyBinding",
    name: `${stack}-no-new-server`,
    spec: { policyName: `${stack}-no-new-server`, validationActions: ["Deny"] },
  },
]);

beforeAll(async () => {
  project = new Project(cluster.environment);
  declare([radioWith({}), radioWith({ band: "5 GHz", channel: 100 })]);
  await project.createStack(stack);
  await project.up(stack);
});

afterAll(async () => {
  await dispatcher.close();
  await noNewServer.end();
  await project.end(stack);
});

test("a point gets its configuration through the ingress, and one pulumi up switches its radio off", async () => {
  const provisioning = await provisioned();
  const [[uuid = "", key = ""] = []] = Object.entries(provisioning.keys);
  const point = await vi.waitFor(async () => {
    const started = new Agent({ url: provisioning.url, uuid, key, fetch: outside });
    await started.boot();
    expect(await started.cycle()).toBe("applied");
    return started;
  }, again);
  expect(point.files["etc/config/wireless"]).toMatch(/'radio1'\n(\t.*\n)*\toption disabled '0'/);

  declare([radioWith({})]);
  // The quarter's ConfigMap, the record of what is signed, the signatures, the server.
  expect(await project.up(stack)).toEqual({ updated: 4, unchanged: expect.any(Number) });
  await vi.waitFor(async () => expect(await point.cycle()).toBe("applied"), again);
  expect(point.files["etc/config/wireless"]).toMatch(/'radio1'\n(\t.*\n)*\toption disabled '1'/);
  const response = await outside(`${provisioning.url}/status`, {
    headers: { authorization: `Bearer ${provisioning.statusToken}` },
  });
  const { devices } = (await response.json()) as FleetStatus;
  expect(devices).toMatchObject([{ uuid, state: "applied", radios: { radio0: 12, radio1: "off" } }]);

  expect(await project.up(stack)).toEqual({ unchanged: expect.any(Number) });
});

test("what is declared again after an update that failed is newer than what that one had signed", async () => {
  const provisioning = await provisioned();
  const { url, keys } = provisioning;
  const [[uuid = "", key = ""] = []] = Object.entries(keys);
  const served = () =>
    vi.waitFor(async () => {
      const response = await outside(`${url}/controller/download-config/${uuid}/?key=${key}`);
      expect(response.status).toBe(200);
      return Buffer.from(await response.arrayBuffer());
    }, again);
  const root = await OpenWrtRoot.make();
  try {
    const point = await OpenWrtPoint.make(root, "1.3.0a");
    point.unpack(preparation(uuid, provisioning));
    await point.restart();
    const takes = async () => {
      const { result, log } = await point.update(await served());
      const [serial = ""] = point.read("etc/hotspot/serial").split(" ");
      return { result, serial: Number(serial), log, is5GHzOn: point.radios().radio1 !== "off" };
    };
    const first = await takes();
    expect(first).toMatchObject({ result: "applied", is5GHzOn: false });

    declare([radioWith({}), radioWith({ band: "5 GHz", channel: 100 })]);
    await noNewServer.begin(async () => {
      const { stderr } = await execa(
        "kubectl",
        ["annotate", "deployment/hotspots", ...inNamespace, "tried=yes", "--dry-run=server"],
        { env: cluster.environment, reject: false },
      );
      return stderr.includes(refusal);
    });
    // A preview asks the API server as well, and would stop before anything is changed.
    const failed = await project.pulumi(["up", "-s", stack, "--yes", "--skip-preview"]);
    await noNewServer.end();
    expect(failed.output).toContain(refusal);
    expect(failed.exitCode).not.toBe(0);
    // A node that is emptied does the same.
    await execa("kubectl", ["delete", "pod", "--all", ...inNamespace], { env: cluster.environment });
    await execa("kubectl", ["rollout", "status", "deployment/hotspots", ...inNamespace], {
      env: cluster.environment,
    });
    const second = await takes();
    expect(second).toMatchObject({ result: "applied", is5GHzOn: true });

    declare([radioWith({})]);
    const previewed = changesOf(await project.succeed("preview", "-s", stack));
    const updated = await project.up(stack);
    const third = await takes();
    expect(third.log).not.toContain("refused");
    expect(third).toMatchObject({ result: "applied", is5GHzOn: false });
    expect(second.serial).toBeGreaterThan(first.serial);
    expect(third.serial).toBeGreaterThan(second.serial);
    expect(updated).toEqual({ updated: 4, unchanged: expect.any(Number) });
    expect(previewed).toEqual({ update: 4, unchanged: updated.unchanged });
    await project.succeed("preview", "-s", stack, "--expect-no-changes");
  } finally {
    root.remove();
  }
});

test("anybody sees the map at the commune's own domain, without a request to anywhere else", async () => {
  // Each answer is read to its end: the connection is not free before.
  const file = async (name: string) => {
    const answer = await outside(`https://${stack}.test/.well-known/commune/${name}`);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const page = await vi.waitFor(async () => {
    const answer = await file("carte");
    expect(answer.status).toBe(200);
    return answer;
  }, again);
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'/);
  expect(page.text).toContain("<title>Wi-Fi public et zones blanches à Bron</title>");
  for (const name of ["carte.svg", "carte.js", "carte.css"]) {
    expect([name, (await file(name)).status]).toEqual([name, 200]);
  }
});
