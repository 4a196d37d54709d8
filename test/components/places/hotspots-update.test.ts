import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archive } from "../../../components/places/hotspots/archive.ts";
import { readObservation } from "../../../programs/hotspots/observation.ts";
import { OpenWrtPoint } from "../../doubles/openwrt/point.ts";
import { OpenWrtRoot } from "../../doubles/openwrt/root.ts";
import { commandNames, hostile, packed } from "./hotspots/hostile.ts";
import { day, flash, prepared } from "./hotspots/prepared.ts";
import { archiveOf, membersFor, signed, uuid } from "./hotspots/signed.ts";

const floor = "etc/hotspot/serial";

let root: OpenWrtRoot;
let point: OpenWrtPoint;

beforeAll(async () => {
  root = await OpenWrtRoot.make();
}, 120_000);
afterAll(() => root.remove());

describe("without the updater, openwisp-config", () => {
  // What the double has to know: it happened to the real agents.
  test.each([
    ["1.2.1", commandNames[0], "PWNED;:"],
    ["1.3.0a", commandNames[1], "PWNED2"],
  ] as const)("%s runs a command that an archive has as a name", async (version, path = "", mark) => {
    point = await OpenWrtPoint.make(root, version);
    expect(
      (await point.update(packed([...signed(membersFor(day)), { path, contents: "config x 'y'\n" }]))).result,
    ).toBe("applied");
    expect(
      Object.keys(flash(root)).filter(
        (name) => name.includes(mark.replace(";:", "")) && !name.includes("openwisp"),
      ),
    ).not.toEqual([]);
  });
});

describe("a prepared point, given what nobody signed,", () => {
  let before: ReturnType<typeof flash>;
  beforeAll(async () => {
    point = await prepared(root);
    expect((await point.update(archiveOf(day))).result).toBe("applied");
    before = flash(root);
  });

  test.each(Object.entries(hostile))(
    "refuses %s, says why and stays as it was",
    async (_, { refusal, make }) => {
      const good = signed(membersFor({ ...day, radios: [] }), { serial: 2 });
      const { result, log } = await point.update(make(good));
      expect(log).toMatch(/^hotspot-update: refused: /m);
      expect(log).toMatch(refusal);
      expect(result).toBe("error");
      expect(flash(root)).toEqual(before);
    },
  );
});

describe("a prepared point", () => {
  test("has the updater in its place before the first question, and lets a signed configuration through", async () => {
    point = await prepared(root);
    expect(point.read("usr/sbin/openwisp-update-config")).toBe(point.read("usr/sbin/hotspot-update"));
    expect(point.read("usr/sbin/openwisp-update-config.upstream")).toContain("env lua");
    expect((await point.update(archiveOf(day, { serial: 7 }))).result).toBe("applied");
    expect(point.read(floor)).toMatch(new RegExp(`^7 ${uuid} [0-9a-f]{64}\\n$`));
    expect(point.read("etc/config/wireless")).toContain("option txpower '14'");
    expect(readdirSync(join(root.folder, "tmp")).filter((name) => name.startsWith("tmp."))).toEqual([]);
  });

  test("refuses a configuration of before, also after a restart, and takes the newest again", async () => {
    point = await prepared(root);
    const older = archiveOf(day, { serial: 10 });
    const newer = archiveOf({ ...day, radios: [] }, { serial: 11 });
    for (const each of [older, newer, newer]) expect((await point.update(each)).result).toBe("applied");
    for (let times = 0; times < 2; times++) {
      expect(await point.update(older)).toMatchObject({
        result: "error",
        log: expect.stringContaining("its serial 10 is of before: the point had 11"),
      });
      await point.restart();
    }
    expect((await point.update(archiveOf(day, { serial: 11 }))).log).toContain(
      "that of another configuration",
    );
    expect((await point.update(newer)).result).toBe("applied");
  });

  test("refuses what is of before when the current failed in the middle of what came after it", async () => {
    point = await prepared(root);
    const older = archiveOf(day, { serial: 10 });
    expect((await point.update(older)).result).toBe("applied");
    expect(
      (await point.update(archiveOf({ ...day, radios: [] }, { serial: 11 }), { cutAfter: 120 })).result,
    ).toBe("cut");
    await point.restart();
    expect((await point.update(older)).log).toContain("is of before");
  });

  test("says so when its newest serial cannot be read, and takes nothing", async () => {
    point = await prepared(root);
    await point.update(archiveOf(day));
    point.write(floor, "");
    expect((await point.update(archiveOf(day, { serial: 2 }))).log).toContain(
      "is damaged: remove it by hand",
    );
  });

  test("gives files the modes that were signed, also where one was there with another", async () => {
    point = await prepared(root);
    await point.update(archiveOf(day));
    const members = membersFor(day).map((each) =>
      each.path === "usr/sbin/hotspot-purge" ? { ...each, mode: 0o700 } : each,
    );
    expect((await point.update(archive(signed(members, { serial: 2 })))).result).toBe("applied");
    expect(lstatSync(join(root.folder, "usr/sbin/hotspot-purge")).mode & 0o7777).toBe(0o700);
    // A mode in the archive that is not the signed one is nobody's.
    const lying = signed(members, { serial: 2 }).map((each) => ({ ...each, mode: 0o4777 }));
    expect((await point.update(packed(lying))).result).toBe("applied");
    expect(lstatSync(join(root.folder, "usr/sbin/hotspot-purge")).mode & 0o7777).toBe(0o700);
  });

  test("verifies again after an upgrade of the agent, and after its own updater is another", async () => {
    point = await prepared(root);
    const lua = point.read("usr/sbin/openwisp-update-config.upstream");
    point.write("usr/sbin/openwisp-update-config", lua.replace("env lua", "env lua # newer"), 0o755);
    await point.restart();
    expect(point.read("usr/sbin/openwisp-update-config.upstream")).toContain("# newer");
    expect(
      (await point.update(hostile["another key"]?.make(signed(membersFor(day))) ?? Buffer.alloc(0))).result,
    ).toBe("error");
    const changed = membersFor(day).map((each) =>
      each.path === "usr/sbin/hotspot-update"
        ? { ...each, contents: each.contents.replace(/exit\n$/, "# newer\nexit\n") }
        : each,
    );
    expect((await point.update(archive(signed(changed)))).result).toBe("applied");
    expect(point.read("usr/sbin/openwisp-update-config")).toMatch(/# newer\nexit\n$/);
    expect(point.read("usr/sbin/openwisp-update-config.upstream")).toContain("env lua # newer");
  });

  test("stops its agent when there is nothing to verify with", async () => {
    point = await prepared(root);
    await point.shell("rm /etc/hotspots.pub");
    await point.restart();
    expect(readdirSync(join(root.folder, "state"))).toContain("stopped");
  });
});

test("a radio never goes above what /etc/config/wireless has, whatever its week says, nor on where it is off there", async () => {
  point = await prepared(root);
  await point.update(archiveOf(day));
  await point.timeKnown();
  point.clock({ day: 1, minute: 720 });
  const noonWith = async (from: string, to: string) => {
    point.write("etc/config/wireless", point.read("etc/config/wireless").replace(from, to));
    await point.shell("rm -f /tmp/hotspot-radio*");
    await point.everyMinute();
    return point.radios().radio0;
  };
  expect(await noonWith("", "")).toEqual({ channel: 6, dBm: 14 });
  expect(await noonWith("txpower '14'", "txpower '2'")).toEqual({ channel: 6, dBm: 2 });
  expect(await noonWith("disabled '0'", "disabled '1'")).toBe("off");
  await point.shell("rm /etc/config/hotspot");
  expect(await noonWith("disabled '1'", "disabled '0'")).toBe("off");
});

describe("what a hotspot reports of its radios", () => {
  const told = () => {
    const form = new URLSearchParams(point.read("state/told"));
    return { key: form.get("key"), ...readObservation(form) };
  };
  const forget = () => rmSync(join(root.folder, "state/told"), { force: true });

  test("is what the kernel says, when it changes and every quarter of an hour, without the key as an argument", async () => {
    point = await prepared(root);
    await point.update(archiveOf(day));
    const silent = { key: "00ff", radios: { radio0: [], radio1: [] } };
    point.clock({ day: 1, minute: 720 }, 900_000);
    await point.everyMinute();
    expect(told()).toEqual(silent);
    await point.timeKnown();
    await point.everyMinute();
    const noon = { radio0: [{ channel: 6, dBm: 14 }], radio1: [] };
    const moment = { day: "1", time: 1200 };
    expect(told()).toEqual({ key: "00ff", radios: noon, moment });
    expect(point.read("state/asked")).toContain(
      `https://hotspots.bron.test/controller/report-radios/${uuid}/`,
    );
    expect(point.read("state/asked")).not.toContain("00ff");

    forget();
    await point.everyMinute();
    expect(point.read("state/told")).toBe("");
    // Somebody set another power by hand: the script does not see it, the kernel does. And there is a third radio.
    point.write("state/radios/radio0", "6 2000\n");
    point.write("state/radios/radio2", "40 1750\n");
    await point.everyMinute();
    const changed = { ...noon, radio0: [{ channel: 6, dBm: 20 }], phy2: [{ channel: 40, dBm: 17.5 }] };
    expect(told()).toEqual({ key: "00ff", radios: changed, moment });

    forget();
    point.write("state/offline", "");
    point.clock({ day: 1, minute: 735 }, 900_900);
    await point.everyMinute();
    expect(point.read("state/told")).toBe("");
    await point.shell("rm /state/offline");
    await point.everyMinute();
    expect(told().moment).toEqual({ day: "1", time: 1215 });
  });
});

test("a point of before gets the updater with its next configuration", async () => {
  point = await OpenWrtPoint.make(root, "1.2.1");
  point.write("etc/config/openwisp", `config controller 'http'\n\toption uuid '${uuid}'\n`);
  expect((await point.update(archiveOf(day))).result).toBe("applied");
  const forged = hostile["another key"]?.make(signed(membersFor(day))) ?? Buffer.alloc(0);
  expect((await point.update(forged)).log).toContain("refused: it is not signed by the commune");
  expect((await point.update(archiveOf({ ...day, radios: [] }, { serial: 2 }))).result).toBe("applied");
});
