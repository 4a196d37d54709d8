import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import type { Provisioning } from "../../components/hotspots/index.ts";
import { openCluster } from "../../local/cluster/index.ts";
import type { FleetStatus } from "../../programs/hotspots/fleet.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { fileOf, hotspot, quarter, radioWith } from "../components/places.ts";
import { Agent } from "../programs/hotspots/agent.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const stack = "wifi-town";
let project: Project;

/** Through the ingress controller, as a point on the Internet asks. */
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
const outside = ((url: string, init?: object) => undiciFetch(url, { ...init, dispatcher })) as typeof fetch;

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

beforeAll(async () => {
  project = new Project(cluster.environment);
  declare([radioWith({}), radioWith({ band: "5 GHz", channel: 100 })]);
  await project.createStack(stack);
  await project.up(stack);
});

afterAll(async () => {
  await dispatcher.close();
  await project.succeed("destroy", "-s", stack, "--yes", "--skip-preview");
  project.remove();
});

test("a point gets its configuration through the ingress, and one pulumi up switches its radio off", async () => {
  const provisioning = JSON.parse(
    await project.succeed("stack", "output", "hotspots", "--json", "--show-secrets", "-s", stack),
  ) as Provisioning;
  const [[uuid = "", key = ""] = []] = Object.entries(provisioning.keys);
  const again = { timeout: 30_000, interval: 500 };
  // The ingress controller sees a new pod a moment later: a real agent asks eleven times before it gives up.
  const point = await vi.waitFor(async () => {
    const started = new Agent({ url: provisioning.url, uuid, key, fetch: outside });
    await started.boot();
    expect(await started.cycle()).toBe("applied");
    return started;
  }, again);
  expect(point.files["etc/config/wireless"]).toMatch(/'radio1'\n(\t.*\n)*\toption disabled '0'/);

  declare([radioWith({})]);
  // The quarter's ConfigMap, the signatures, the server.
  expect(await project.up(stack)).toEqual({ updated: 3, unchanged: expect.any(Number) });
  await vi.waitFor(async () => expect(await point.cycle()).toBe("applied"), again);
  expect(point.files["etc/config/wireless"]).toMatch(/'radio1'\n(\t.*\n)*\toption disabled '1'/);
  const response = await outside(`${provisioning.url}/status`, {
    headers: { authorization: `Bearer ${provisioning.statusToken}` },
  });
  const { devices } = (await response.json()) as FleetStatus;
  expect(devices).toMatchObject([{ uuid, state: "applied", radios: { radio0: 12, radio1: "off" } }]);

  expect(await project.up(stack)).toEqual({ unchanged: expect.any(Number) });
});

test("anybody sees the map at the commune's own domain, without a request to anywhere else", async () => {
  // Each answer is read to its end: the connection is not free before.
  const file = async (name: string) => {
    const answer = await outside(`https://${stack}.test/.well-known/commune/${name}`);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const page = await vi.waitFor(
    async () => {
      const answer = await file("carte");
      expect(answer.status).toBe(200);
      return answer;
    },
    { timeout: 30_000, interval: 500 },
  );
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'/);
  expect(page.text).toContain("<title>Wi-Fi public et zones blanches à Bron</title>");
  for (const name of ["carte.svg", "carte.js", "carte.css"]) {
    expect([name, (await file(name)).status]).toEqual([name, 200]);
  }
});
