import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keyPath, manifestPath, signaturePath } from "../../components/places/hotspots/archive.ts";
import type { HotspotsPlan } from "../../components/places/hotspots/plan.ts";
import { verified } from "../../components/places/hotspots/signature.ts";
import { readConfiguration } from "../../programs/hotspots/configuration.ts";
import { Fleet, type FleetStatus } from "../../programs/hotspots/fleet.ts";
import { hotspotsServer } from "../../programs/hotspots/server.ts";
import { StateFolder } from "../../programs/hotspots/state.ts";
import { radioWith } from "../components/places/places.ts";
import { Agent, type AgentOptions, type Files } from "./hotspots/agent.ts";
import { mount, planOf, points, secretsOf } from "./hotspots/mounted.ts";

const day = 24 * 60 * 60 * 1000;

let folder: string;
let clock: number;
let log: object[];
let stop: (() => Promise<void>) | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hotspots-"));
  clock = Date.UTC(2026, 10, 24);
  log = [];
});

afterEach(async () => {
  await stop?.();
  stop = undefined;
  rmSync(folder, { recursive: true });
});

/** Does what a `pulumi up` does: other files are mounted, and the server restarts on its state. */
async function up(plan: HotspotsPlan, { mounted = true, serial = 1 } = {}) {
  await stop?.();
  if (mounted) mount(folder, plan, { serial });
  const configuration = readConfiguration(join(folder, "config"), join(folder, "secrets"));
  const fleet = new Fleet(configuration, new StateFolder(join(folder, "state")), () => clock);
  fleet.advance();
  const { page: information, captivePortal, statusToken } = configuration;
  const pages = { information, captivePortal, statusToken };
  const server = hotspotsServer(fleet, pages, (line) => log.push(line));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = async () => {
    fleet.saveSeen();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const status = async () => {
    const response = await fetch(`${url}/status`, { headers: { authorization: `Bearer ${statusToken}` } });
    return (await response.json()) as FleetStatus;
  };
  const agent = (index = 0, more: Partial<AgentOptions> = {}) => {
    const uuid = plan.points[index]?.uuid ?? "";
    return new Agent({ url, uuid, key: secretsOf(plan).keys[uuid] ?? "", ...more });
  };
  return { url, fleet, status, agent };
}

/** An agent as it goes on when the server is another process. */
function moved(agent: Agent, url: string): Agent {
  agent.url = url;
  return agent;
}

/** Stands for openwisp-update-config that finds an error in whatever is new. */
function refuse(files: Files): void {
  if (files["etc/config/wireless"]) throw new Error("syntax");
}

describe("an agent", () => {
  test("asks, fetches, applies, tells, and then only asks", async () => {
    const { agent, status } = await up(planOf(points(1)));
    const device = agent();
    await device.boot();
    expect(await device.cycle()).toBe("applied");
    expect(await device.cycle()).toBe("unchanged");
    expect(device.files["etc/config/wireless"]).toContain("option ssid 'Bron Wi-Fi'");
    const [first, second] = (await status()).devices;
    expect(first).toMatchObject({
      state: "applied",
      declared: true,
      radios: { radio0: 12, radio1: "off" },
      lastSeen: new Date(clock).toISOString(),
      model: "TP-Link EAP225",
    });
    expect(first?.applied).toBe(first?.wanted);
    expect(second).toMatchObject({ state: "waiting", lastSeen: null });
  });

  test("gets an archive that carries its name, signed by a key that the server does not have", async () => {
    const plan = planOf(points(1));
    const { agent } = await up(plan);
    const device = agent();
    await device.cycle();
    const { [signaturePath]: signature = "", [manifestPath]: manifest = "" } = device.files;
    const publicKey = readFileSync(join(folder, "secrets", "hotspots.pub"), "utf8");
    expect(verified(manifest, signature, publicKey)).toBe(true);
    expect(device.files[keyPath]).toBe(publicKey);
    const [form, name, serial, ...lines] = manifest.trimEnd().split("\n");
    expect([form, name, serial]).toEqual([
      "hotspot configuration 1",
      `device ${plan.points[0]?.uuid}`,
      "serial 1",
    ]);
    expect(lines.map((line) => line.split(" ")[2])).toEqual(
      Object.keys(device.files).filter((path) => path !== manifestPath && path !== signaturePath),
    );
    const forged = manifest.replace(plan.points[0]?.uuid ?? "", plan.points[1]?.uuid ?? "");
    expect(verified(forged, signature, publicKey)).toBe(false);
    const held = ["keys.json", "signatures.json", "hotspots.pub", "status-token"].map((file) =>
      readFileSync(join(folder, "secrets", file), "utf8"),
    );
    expect(held.join("")).not.toContain(secretsOf(plan).signing);
  });

  test("that cannot be reached after a change goes back, tells, and does not try the same again", async () => {
    const power = (text: string) => planOf(points(1, () => ({ radios: [radioWith({ power: text })] })));
    let reachable = true;
    const curl: typeof fetch = (...request) =>
      reachable ? fetch(...request) : Promise.reject(new Error("curl: (7)"));
    const apply = (files: Files) => {
      reachable = !files["etc/config/wireless"]?.includes("txpower '9'");
    };
    const { agent } = await up(power("12 dBm"));
    const device = agent(0, { fetch: curl, apply });
    await device.cycle();
    const before = device.files;
    const { url, status } = await up(power("9 dBm"));
    expect(await moved(device, url).cycle()).toBe("error");
    expect(device.files).toBe(before);
    const [first] = (await status()).devices;
    expect(first).toMatchObject({ state: "error", applied: null });
    expect(first?.reason).toContain("curl failed");
    expect(await device.cycle()).toBe("unchanged");
  });

  test("without its key learns nothing and goes on asking; an unknown one stops", async () => {
    const plan = planOf(points(1));
    const { url, agent } = await up(plan);
    const thief = agent(0, { key: "0".repeat(32) });
    expect(await thief.cycle()).toBe("unreachable");
    expect(thief.stopped).toBeUndefined();
    expect(log).toContainEqual({ device: plan.points[0]?.uuid, action: "checksum", refused: "key" });
    const stranger = agent(0, { uuid: "5f3c1b1e-8a53-4f5e-9d0b-ffffffffffff" });
    expect(await stranger.cycle()).toBe("stopped");
    expect(stranger.stopped).toBe("deleted");
    const register = await fetch(`${url}/controller/register/`, { method: "POST", body: "secret=x" });
    expect(register.status).toBe(403);
    expect(register.headers.get("x-openwisp-controller")).toBe("true");
  });

  test("leaves no key in the log, not even in what it says about an error", async () => {
    const plan = planOf(points(1));
    const { agent } = await up(plan);
    const device = agent(0, { apply: refuse });
    await device.boot();
    expect(await device.cycle()).toBe("error");
    expect(JSON.stringify(log)).toContain("?key=…");
    for (const key of Object.values(secretsOf(plan).keys)) expect(JSON.stringify(log)).not.toContain(key);
  });
});

describe("another serial", () => {
  const power = (text: string) => points(5, () => ({ radios: [radioWith({ power: text })] }));
  const section = { rollout: { firstQuarter: "centre", sharePerDay: 20 } };
  const serialOf = ({ files }: Agent) => /\nserial (\d+)\n/.exec(files[manifestPath] ?? "")?.[1];
  /** All points of a plan that has been applied by each. */
  async function applied(plan: HotspotsPlan) {
    const { agent } = await up(plan);
    const agents = plan.points.map((_, index) => agent(index));
    for (const each of agents) expect(await each.cycle()).toBe("applied");
    return agents;
  }

  test("of the same content reaches a point at its next question, once, and /status tells whom it has not", async () => {
    const plan = planOf(points(1));
    const [device, other] = (await applied(plan)) as [Agent, Agent];
    const { url, status } = await up(plan, { serial: 2 });
    expect(await moved(device, url).cycle()).toBe("applied");
    expect(serialOf(device)).toBe("2");
    expect(await device.cycle()).toBe("unchanged");
    const { devices, serial, rollout } = await status();
    expect(serial).toBe(2);
    expect(devices.map((each) => [each.state, each.serial])).toEqual([
      ["applied", 2],
      ["applied", 1],
    ]);
    expect(rollout).toBeNull();
    expect(await moved(other, url).cycle()).toBe("applied");
    expect((await status()).devices.map((each) => each.serial)).toEqual([2, 2]);
  });

  test("reaches the points whose own content is as before at once, while the others are held", async () => {
    const agents = await applied(planOf(power("9 dBm"), section));
    const some = points(5, (index) => ({ radios: [radioWith({ power: index % 2 ? "12 dBm" : "9 dBm" })] }));
    const { url, status } = await up(planOf(some, section), { serial: 2 });
    for (const agent of agents) await moved(agent, url).cycle();
    // The first five are of the first quarter, which is due.
    expect(agents.map(serialOf)).toEqual(["2", "2", "2", "2", "2", "1", "2", "1", "2", "1"]);
    expect((await status()).rollout).toMatchObject({ held: 3 });
  });

  test("reaches a point that was held from what is taken back, so that nobody can give it that later", async () => {
    const agents = await applied(planOf(power("9 dBm"), section));
    const last = agents[9] as Agent;
    const louder = await up(planOf(power("12 dBm"), section), { serial: 2 });
    expect(await moved(last, louder.url).cycle()).toBe("unchanged");
    expect(serialOf(last)).toBe("1");
    const { url } = await up(planOf(power("9 dBm"), section), { serial: 3 });
    expect(await moved(last, url).cycle()).toBe("applied");
    expect(serialOf(last)).toBe("3");
  });

  test("of the same contents neither ends nor begins a rollout, nor forgets its errors", async () => {
    await applied(planOf(power("9 dBm"), section));
    const wanted = planOf(power("12 dBm"), { rollout: { ...section.rollout, stopAtErrors: 2 } });
    const first = await up(wanted, { serial: 2 });
    expect(await first.agent(0, { apply: refuse }).cycle()).toBe("error");
    clock += day;
    const { status } = await up(wanted, { serial: 3 });
    const { rollout } = await status();
    expect(rollout).toMatchObject({
      held: 4,
      errors: 1,
      startedAt: new Date(clock - day).toISOString(),
    });
  });

  test("reaches a point that was removed, and one that was served by a server of before", async () => {
    const plan = planOf(points(2));
    const [removed, , , kept] = (await applied(plan)) as [Agent, Agent, Agent, Agent];
    const left = planOf({ ...points(2), hotspots: points(2).hotspots.slice(1) });
    const first = await up(left, { serial: 2 });
    expect(await moved(removed, first.url).cycle()).toBe("applied");
    const file = join(folder, "state/devices", `${plan.points[3]?.uuid}.json`);
    const state = JSON.parse(readFileSync(file, "utf8"));
    const { serial: _, ...served } = state.served;
    writeFileSync(file, JSON.stringify({ ...state, served }));
    const { url } = await up(left, { serial: 3 });
    for (const agent of [removed, kept]) {
      expect(await moved(agent, url).cycle()).toBe("applied");
      expect(serialOf(agent)).toBe("3");
    }
  });
});

describe("what a point's radios do", () => {
  const report = (url: string, uuid: string, key: string, form: Record<string, string>) =>
    fetch(`${url}/controller/report-radios/${uuid}/`, {
      method: "POST",
      body: new URLSearchParams({ key, day: "1", time: "1200", known: "yes", ...form }),
    });

  test("is shown as the point tells it, and where that is not what it was given", async () => {
    const hours = {
      open: "Mo-Fr 08:00-18:00",
      radios: [radioWith({}), radioWith({ band: "5 GHz", channel: 100 })],
    };
    const plan = planOf(points(1, (index) => (index === 0 ? hours : {})));
    const { url, agent, status } = await up(plan);
    await agent().cycle();
    const uuid = plan.points[0]?.uuid ?? "";
    const key = secretsOf(plan).keys[uuid] ?? "";
    const told = async (form: Record<string, string>) => {
      expect((await report(url, uuid, key, form)).status).toBe(200);
      const { observed, differences } = (await status()).devices.find((each) => each.uuid === uuid) ?? {};
      return { observed: observed?.radios, differences };
    };
    expect((await status()).devices[0]).toMatchObject({ observed: null, differences: [] });
    expect(await told({ radio0: "6,12.00", radio1: "100,12.00" })).toEqual({
      observed: { radio0: [{ channel: 6, dBm: 12 }], radio1: [{ channel: 100, dBm: 12 }] },
      differences: [],
    });
    expect((await told({ radio0: "6,12.00", radio1: "off", day: "6" })).differences).toEqual([
      "radio0 emits 12 dBm, off is declared",
    ]);
    expect((await told({ radio0: "off", radio1: "off", time: "0300" })).differences).toEqual([]);
    expect((await told({ radio0: "11,14.00", radio1: "off", phy2: "40,20.00" })).differences).toEqual([
      "radio0 is on channel 11, 6 is declared",
      "radio0 emits 14 dBm, 12 is declared",
      "radio1 is off, 12 dBm is declared",
      "phy2 emits 20 dBm, off is declared",
    ]);
    // Until it knows the time, a point is as silent as it is at any minute of the week.
    expect((await told({ radio0: "off", radio1: "off", known: "no" })).differences).toEqual([]);
    expect((await told({ radio0: "6,12.00", radio1: "off", known: "no" })).differences).toEqual([
      "radio0 emits 12 dBm, off is declared",
    ]);
  });

  test("survives a restart of the server, is told by nobody else, and is not whatever somebody sends", async () => {
    const plan = planOf(points(1));
    const { url } = await up(plan);
    const uuid = plan.points[0]?.uuid ?? "";
    const key = secretsOf(plan).keys[uuid] ?? "";
    expect((await report(url, uuid, "00", { radio0: "6,30.00" })).status).toBe(403);
    for (const form of [{ radio0: "6" }, { radio0: "x" }, { day: "8" }, { time: "2560" }, { known: "" }]) {
      expect((await report(url, uuid, key, form)).status).toBe(400);
    }
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`phy${index}`, "off"]));
    expect((await report(url, uuid, key, many)).status).toBe(400);
    expect((await report(url, uuid, key, { radio0: "6,12.00;6,9.50" })).status).toBe(200);
    const { status } = await up(plan, { mounted: false });
    expect((await status()).devices[0]?.observed).toEqual({
      at: new Date(clock).toISOString(),
      radios: {
        radio0: [
          { channel: 6, dBm: 12 },
          { channel: 6, dBm: 9.5 },
        ],
      },
    });
  });

  test("of a removed point is off, or told", async () => {
    const first = await up(planOf(points(2)));
    await first.agent(3).cycle();
    const plan = planOf(points(2));
    const { uuid = "" } = plan.points[3] ?? {};
    const { url, status } = await up(planOf({ ...points(2), hotspots: points(2).hotspots.slice(0, 3) }));
    await report(url, uuid, secretsOf(plan).keys[uuid] ?? "", { radio0: "6,12.00" });
    expect((await status()).devices.find((each) => each.uuid === uuid)).toMatchObject({
      declared: false,
      differences: ["radio0 emits 12 dBm, off is declared"],
    });
  });
});

describe("a change", () => {
  const power = (text: string) => points(5, () => ({ radios: [radioWith({ power: text })] }));
  const section = { rollout: { firstQuarter: "centre", sharePerDay: 20, stopAtErrors: 2 } };
  const held = ({ devices }: FleetStatus) => devices.filter(({ state }) => state === "held").length;

  test("that raises power goes to the first quarter, then to a fifth of the others each day", async () => {
    await up(planOf(power("9 dBm"), section));
    const { status, fleet } = await up(planOf(power("12 dBm"), section));
    expect((await status()).rollout).toMatchObject({ held: 5, stopped: false });
    const byDay: number[] = [];
    for (let passed = 1; passed <= 5; passed++) {
      clock += day;
      fleet.advance();
      byDay.push(held(await status()));
    }
    expect(byDay).toEqual([4, 3, 2, 1, 0]);
    expect((await status()).rollout).toBeNull();
  });

  test("stops when too many report an error, and goes on with the next declaration", async () => {
    await up(planOf(power("9 dBm"), section));
    const wanted = planOf(power("12 dBm"), section);
    const { agent, status, fleet } = await up(wanted);
    for (const index of [0, 1]) expect(await agent(index, { apply: refuse }).cycle()).toBe("error");
    clock += 3 * day;
    fleet.advance();
    expect((await status()).rollout).toMatchObject({ held: 5, stopped: true, errors: 2 });
    const fixed = await up(planOf(power("11 dBm"), section));
    clock += day;
    fixed.fleet.advance();
    expect((await fixed.status()).rollout).toMatchObject({ held: 4, stopped: false, errors: 0 });
  });

  test("survives a restart of the server", async () => {
    await up(planOf(power("9 dBm"), section));
    const wanted = planOf(power("12 dBm"), section);
    await up(wanted);
    clock += day;
    const { status } = await up(wanted, { mounted: false });
    expect(held(await status())).toBe(4);
  });

  test("by which a radio goes off reaches every point at its next question, and each confirms it", async () => {
    const before = planOf(power("12 dBm"), section);
    const first = await up(before);
    const agents = before.points.map((_, index) => first.agent(index));
    for (const agent of agents) expect(await agent.cycle()).toBe("applied");
    const night = points(5, () => ({
      radios: [radioWith({ band: "5 GHz", channel: 100, power: "12 dBm" })],
    }));
    const { url, status } = await up(planOf(night, section));
    for (const agent of agents) expect(await moved(agent, url).cycle()).toBe("applied");
    const { devices, rollout } = await status();
    expect(rollout).toBeNull();
    expect(devices.map(({ state, radios }) => [state, radios.radio0])).toEqual(
      devices.map(() => ["applied", "off"]),
    );
    expect(agents[0]?.files["etc/config/wireless"]).toMatch(/'radio0'\n(\t.*\n)*?\toption disabled '1'/);
  });

  test.each([
    ["a point", 3],
    ["the last point", 0],
  ])("that takes %s out of the declaration silences it, with its old key", async (_, left) => {
    const before = planOf(points(2), section);
    const first = await up(before);
    const removed = first.agent(3);
    await removed.cycle();
    const { url, status } = await up(
      planOf({ ...points(2), hotspots: points(2).hotspots.slice(0, left) }, section),
    );
    expect(await moved(removed, url).cycle()).toBe("applied");
    const gone = (await status()).devices.find(({ state }) => state === "applied");
    expect(gone).toMatchObject({ declared: false, radios: { radio0: "off", radio1: "off" } });
  });
});

describe("the server", () => {
  test("does not start on a configuration that was not signed", async () => {
    const plan = planOf(points(1));
    mount(folder, plan);
    const uuid = plan.points[0]?.uuid ?? "";
    const file = join(folder, "config/quarters/centre", uuid);
    writeFileSync(file, readFileSync(file, "utf8").replace("txpower '12'", "txpower '30'"));
    expect(() => readConfiguration(join(folder, "config"), join(folder, "secrets"))).toThrow(
      `The configuration of ${uuid} is not the one that was signed: it is not served.`,
    );
  });

  test("shows the state of points to who has the token, and a page to everybody", async () => {
    const { url } = await up(planOf(points(1), { information: "Bonne <lecture>." }));
    expect((await fetch(`${url}/status`)).status).toBe(401);
    expect((await fetch(`${url}/status`, { headers: { authorization: "Bearer x" } })).status).toBe(401);
    const page = await (await fetch(url)).text();
    expect(page).toContain("Bonne &lt;lecture&gt;.");
    expect(page).toContain("Accueil de la mairie (Bron)");
  });

  test("tells a device that nothing holds it, and where the page is, when there is no page before", async () => {
    const told = async (section: object) => {
      const { url } = await up(planOf(points(1), section));
      return fetch(`${url}/captive-portal`);
    };
    expect((await told({})).status).toBe(404);
    const response = await told({ portal: "none" });
    expect(response.headers.get("content-type")).toBe("application/captive+json");
    expect(await response.json()).toEqual({
      captive: false,
      "venue-info-url": "https://hotspots.bron.test/",
    });
  });

  test("reads no endless form", async () => {
    const plan = planOf(points(1));
    const { url } = await up(plan);
    const address = `${url}/controller/report-status/${plan.points[0]?.uuid}/`;
    const response = await fetch(address, { method: "POST", body: `key=${"x".repeat(20_000)}` });
    expect(response.status).toBe(413);
  });
});
