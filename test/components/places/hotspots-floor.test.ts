import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cutsCampaign } from "../../campaigns/hotspot-cuts.ts";
import type { OpenWrtPoint } from "../../doubles/openwrt/point.ts";
import { OpenWrtRoot } from "../../doubles/openwrt/root.ts";
import { day, flash, prepared } from "./hotspots/prepared.ts";
import { archiveOf } from "./hotspots/signed.ts";

const louder = { ...day, radios: [{ band: "2.4 GHz" as const, channel: 11, width: 20, power: 18 }] };

let root: OpenWrtRoot;
let point: OpenWrtPoint;

beforeAll(async () => {
  root = await OpenWrtRoot.make();
  point = await prepared(root);
  expect((await point.update(archiveOf(day))).result).toBe("applied");
  await point.timeKnown();
  point.clock({ day: 1, minute: 720 });
  await point.everyMinute();
  root.keep("applied");
}, 120_000);
beforeEach(() => root.reset("applied"));
afterAll(() => root.remove());

/** Returns what was started, stopped or reloaded in an update. */
async function callsOf(update: () => Promise<unknown>): Promise<string[]> {
  point.write("state/calls", "");
  await update();
  return point.read("state/calls").split("\n").filter(Boolean);
}

function changedSince(before: Record<string, string>): string[] {
  const now = flash(root);
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (path) => before[path] !== now[path],
  );
}

describe("a signed archive of what a point has, under another serial,", () => {
  test("changes that serial alone, and interrupts nobody", async () => {
    const before = flash(root);
    const radios = point.radios();
    const calls = await callsOf(async () => {
      expect((await point.update(archiveOf(day, { serial: 3 }))).result).toBe("applied");
    });
    expect(calls).toEqual([]);
    expect(point.radios()).toEqual(radios);
    expect(changedSince(before)).toEqual(["etc/hotspot/serial", "etc/openwisp/checksum"]);
    expect(point.read("etc/hotspot/serial")).toMatch(/^3 /);
  });

  test("makes what the point skipped one of before, whoever kept it", async () => {
    await point.update(archiveOf(day, { serial: 3 }));
    expect((await point.update(archiveOf(louder, { serial: 2 }))).log).toContain(
      "its serial 2 is of before: the point had 3",
    );
  });

  test("interrupts nobody when the server says again and again that it was not told", async () => {
    const archive = archiveOf(day, { serial: 3 });
    await point.update(archive);
    const before = flash(root);
    expect(await callsOf(() => point.update(archive))).toEqual([]);
    expect(changedSince(before)).toEqual([]);
  });

  test("changes nothing either where the server cannot be reached afterwards", async () => {
    const before = flash(root);
    const again = () => point.update(archiveOf(day, { serial: 3 }), { reachable: false });
    expect(await callsOf(again)).toEqual([]);
    expect(changedSince(before)).toEqual(["etc/hotspot/serial"]);
  });

  test.each([
    ["went back to it", () => point.update(archiveOf(louder, { serial: 2 }), { reachable: false })],
    ["lost a script", () => point.shell("rm /usr/sbin/hotspot-radio")],
    ["lost the mode of one", () => point.shell("chmod 644 /usr/sbin/hotspot-radio")],
    ["lost its radios", () => point.shell("rm /etc/config/wireless")],
    ["has another script", () => point.write("usr/sbin/hotspot-radio", "x")],
    ["did not come to an end", () => point.write("etc/hotspot/changing", "")],
    ["has one more file of the agent's", () => point.write("etc/openwisp/remote/etc/x", "")],
  ])("is put into effect, all of it, on a point that %s", async (_, happen) => {
    const scripts = () => Object.entries(flash(root)).filter(([path]) => /^(usr|etc\/init)/.test(path));
    const before = scripts();
    await happen();
    expect(await callsOf(() => point.update(archiveOf(day, { serial: 4 })))).toContain("cron restart");
    expect(scripts()).toEqual(before);
    expect((await point.shell("ls /etc/hotspot/changing")).exitCode).toBe(1);
    expect(point.radios().radio0).toEqual({ channel: 6, dBm: 14 });
  });
});

test("the newest, taken back once, is put into effect by the same content under a newer serial", async () => {
  await point.update(archiveOf(louder, { serial: 2 }), { reachable: false });
  expect((await point.update(archiveOf(louder, { serial: 3 }))).result).toBe("applied");
  expect(point.read("etc/config/wireless")).toContain("option txpower '18'");
});

test("a new firmware, which has none of the scripts, has the point ask for its configuration again", async () => {
  const archive = archiveOf(day);
  expect(point.wants(archive)).toBe(false);
  // Kept by sysupgrade: /etc/config, what the agent has in /etc/openwisp, and lib/upgrade/keep.d/hotspot.
  await point.shell(`cd /usr/sbin && mv openwisp-update-config.upstream openwisp-update-config
mv openwisp-uci-autoname.upstream openwisp-uci-autoname
cp hotspot-update /tmp && rm -f hotspot-* /etc/init.d/hotspot-radio /etc/hotplug.d/ntp/* /etc/hotplug.d/dhcp/*
mv /tmp/hotspot-update .`);
  await point.restart();
  expect(point.wants(archive)).toBe(true);
  expect((await point.update(archive)).result).toBe("applied");
  expect(point.read("usr/sbin/hotspot-radio")).toContain("Brings each radio");
  await point.restart();
  expect(point.wants(archive)).toBe(false);
});

test("an update that is cut after any of its steps lets nothing of before in, and the next one brings all", async () => {
  const { steps, cut, untouched } = await cutsCampaign({ stride: 41, from: 27 });
  expect(steps).toBeGreaterThan(150);
  expect(cut).toBeGreaterThan(2);
  expect(untouched).toBeLessThan(cut);
}, 600_000);
