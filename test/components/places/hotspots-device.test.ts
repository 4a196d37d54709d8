import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { execa } from "execa";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Span, weeklyHoursOf } from "../../../components/foundation/declaration/weekly-hours.ts";
import { archive, manifestOf, memberLines, membersOf } from "../../../components/places/hotspots/archive.ts";
import { deviceConfiguration } from "../../../components/places/hotspots/device.ts";
import { deviceFiles } from "../../../components/places/hotspots/device-files.ts";
import { alwaysOff, periodText, weekOf } from "../../../components/places/hotspots/schedule.ts";
import { signingKey, verified } from "../../../components/places/hotspots/signature.ts";
import {
  joinPackages,
  ownPackages,
  packagesText,
  renderUci,
  sharedPackages,
  textOf,
} from "../../../components/places/hotspots/uci.ts";
import { untar } from "../../programs/hotspots/agent.ts";

const files = deviceFiles(
  { commune: "L'Haÿ <Sud>", languages: ["fr", "ar"], information: undefined, help: "Accueil" },
  "one year",
);
const point = {
  uuid: "5f3c1b1e-8a53-4f5e-9d0b-2f8f6a1c7e11",
  open: weeklyHoursOf("Mo-Fr 07:00-21:00").spans,
  radios: [
    { band: "2.4 GHz", channel: 6, width: 20, power: 14.5 },
    { band: "5 GHz", channel: 100, width: 40, power: 20 },
  ],
} as const;
const network = {
  name: "L’Haÿ Wi-Fi",
  commune: "L'Haÿ",
  timezone: "Europe/Paris",
  vlan: 30,
  resolvers: ["80.67.169.12"],
  captivePortal: undefined,
  quietHours: weeklyHoursOf("Mo-Su 20:00-24:00").spans,
  pollingInterval: 120,
  files,
} as const;
const device = deviceConfiguration(point, network);

describe("a point's configuration", () => {
  it("is what netjsonconfig rendered of the same NetJSON", () => {
    const known = join(import.meta.dirname, "../../upstream/netjsonconfig-1.3.1.hotspot.txt");
    expect(renderUci({ ...device, files: [] })).toBe(readFileSync(known, "utf8"));
  });

  it("can be cut in what the point has alone and what all have, and put together again", () => {
    const [own, shared] = [ownPackages(device), sharedPackages(device)];
    expect(joinPackages(textOf(own), textOf(shared))).toBe(packagesText(device));
    const other = deviceConfiguration({ ...point, uuid: "a".repeat(36), radios: [], open: [] }, network);
    expect(sharedPackages(other)).toEqual(shared);
    expect(ownPackages(other)).not.toEqual(own);
  });

  it("has the same network twice on each radio, open and encrypted, and clients apart from each other", () => {
    const wireless = packagesText(device);
    for (const radio of [0, 1]) {
      const section = (name: string) => new RegExp(`'wifi_${name}${radio}'\n(\t.*\n)*`).exec(wireless)?.[0];
      expect(section("pub")).toMatch(/encryption 'none'(.|\n)*isolate '1'(.|\n)*ssid 'L’Haÿ Wi-Fi'/);
      expect(section("pub")).toContain(`owe_transition_ifname 'owe${radio}'`);
      expect(section("owe")).toMatch(/encryption 'owe'(.|\n)*hidden '1'(.|\n)*ieee80211w '2'/);
      expect(section("owe")).toContain(`owe_transition_ifname 'pub${radio}'`);
    }
    expect(wireless.match(/option country 'FR'/g)).toHaveLength(2);
  });

  it("switches off what is not declared", () => {
    const one = packagesText(deviceConfiguration({ ...point, radios: [point.radios[1]] }, network));
    expect(one).toMatch(/'radio0'\n(\t.*\n)*\toption disabled '1'/);
    expect(one).toMatch(/'radio1'\n(\t.*\n)*\toption disabled '0'/);
    expect(one).not.toContain("'pub0'");
  });

  it("keeps no more than asked", () => {
    const records = expect.objectContaining({ path: "/etc/hotplug.d/dhcp/50-hotspot" });
    expect(files).toContainEqual(records);
    expect(
      deviceFiles({ commune: "x", languages: ["fr"], information: undefined, help: "y" }, "none"),
    ).not.toContainEqual(records);
    // It would run in the jail of dnsmasq, where it can write nothing.
    expect(packagesText(device)).not.toContain("dhcpscript");
    expect(packagesText(device)).toContain("option logqueries '0'");
    expect(packagesText(device)).not.toContain("log_ip");
  });

  it("without a page tells devices so over HTTPS, and openNDS does nothing", () => {
    const captivePortal = "https://hotspots.bron.test/captive-portal";
    const none = packagesText(deviceConfiguration(point, { ...network, captivePortal }));
    expect(none).toContain(`list dhcp_option '114,${captivePortal}'`);
    expect(none).toMatch(/config opennds 'setup'\n(\t.*\n)*\toption enabled '0'/);
    expect(none).not.toContain("option dest_port '2050'");
    expect(packagesText(device)).not.toContain("dhcp_option '");
    expect(packagesText(device)).toMatch(/config opennds 'setup'\n(\t.*\n)*\toption enabled '1'/);
  });
});

describe("an archive", () => {
  const members = membersOf({ uci: packagesText(device), files });

  it("is the same every time, and holds what it was made of", () => {
    const bytes = archive(members);
    expect(archive(members).equals(bytes)).toBe(true);
    const found = untar(gunzipSync(bytes));
    expect(Object.keys(found)).toEqual(members.map(({ path }) => path));
    for (const { path, contents } of members) expect(found[path]).toBe(contents);
  });

  it("is signed as a whole: another byte, name, mode, file, device or serial does not pass", () => {
    const key = signingKey("07".repeat(32));
    const signature = key.sign(manifestOf(point.uuid, 7, memberLines(members)));
    const passes = (others: typeof members, device: string = point.uuid, serial = 7) =>
      verified(manifestOf(device, serial, memberLines(others)), signature, key.publicKey);
    const withFirst = (change: Partial<(typeof members)[number]>) =>
      members.map((each, index) => (index ? each : { ...each, ...change }));
    expect(passes(members)).toBe(true);
    expect(passes(withFirst({ contents: `${members[0]?.contents} ` }))).toBe(false);
    expect(passes(withFirst({ path: "etc/passwd" }))).toBe(false);
    expect(passes(withFirst({ mode: 0o4755 }))).toBe(false);
    expect(passes(members.slice(1))).toBe(false);
    expect(passes(members, "any")).toBe(false);
    expect(passes(members, point.uuid, 8)).toBe(false);
    const message = manifestOf(point.uuid, 7, memberLines(members));
    expect(verified(message, signature, signingKey("08".repeat(32)).publicKey)).toBe(false);
    expect(verified(message, "", key.publicKey)).toBe(false);
  });
});

describe("the week of a radio", () => {
  const text = (power: number, kept: boolean, open: string, quiet: string) =>
    weekOf({ power, kept }, weeklyHoursOf(open).spans, weeklyHoursOf(quiet).spans).map((period) =>
      periodText("radio0", period),
    );

  it("is one period where the point is there around the clock, or the radio not declared", () => {
    expect(text(14, true, "24/7", "Mo-Su 22:00-24:00")).toEqual(["1234567,0000,2400,radio0,14"]);
    expect(alwaysOff.map((period) => periodText("radio1", period))).toEqual(["1234567,0000,2400,radio1,off"]);
  });

  it("keeps one radio at a quarter of its power, and no radio when the place is closed", () => {
    expect(text(14, true, "Mo-Fr 07:00-23:00", "Mo-Su 22:00-24:00")).toEqual([
      "12345,0000,0700,radio0,off",
      "12345,0700,2200,radio0,14",
      "12345,2200,2300,radio0,8",
      "12345,2300,2400,radio0,off",
      "67,0000,2400,radio0,off",
    ]);
    expect(text(14, false, "Mo-Fr 07:00-23:00", "Mo-Su 22:00-24:00")).toEqual([
      "12345,0000,0700,radio0,off",
      "12345,0700,2200,radio0,14",
      "12345,2200,2400,radio0,off",
      "67,0000,2400,radio0,off",
    ]);
    expect(text(3, true, "Mo 07:00-23:00", "Mo-Su 22:00-24:00")[2]).toBe("1,2200,2300,radio0,1");
    expect(text(0, true, "Mo 07:00-23:00", "Mo-Su 22:00-24:00")[1]).toBe("1,0700,2300,radio0,0");
  });

  const span = fc
    .tuple(fc.nat(10_079), fc.integer({ min: 1, max: 3000 }))
    .map(([from, length]): Span => ({ from, to: Math.min(10_080, from + length) }));
  const spans = fc.array(span, { maxLength: 4 });

  it("says for every minute of the week what hours and power come to", () => {
    fc.assert(
      fc.property(
        spans,
        spans,
        fc.boolean(),
        fc.array(fc.nat(10_079), { minLength: 20 }),
        (open, quiet, kept, minutes) => {
          const periods = weekOf({ power: 14, kept }, open, quiet);
          const has = (list: Span[], minute: number) =>
            list.some(({ from, to }) => minute >= from && minute < to);
          const edges = [...open, ...quiet].flatMap(({ from, to }) => [from, to - 1, to]);
          for (const minute of [...minutes, ...edges.filter((edge) => edge < 10_080)]) {
            const told = periods.filter(
              ({ days, from, to }) =>
                days.includes(Math.floor(minute / 1440) + 1) && from <= minute % 1440 && minute % 1440 < to,
            );
            const expected = !has(open, minute) ? "off" : has(quiet, minute) ? (kept ? 8 : "off") : 14;
            expect(told.map(({ level }) => level)).toEqual([expected]);
          }
        },
      ),
      { numRuns: 50, seed: 6 },
    );
  });
});

describe("scripts on a point", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hotspot-scripts-"));
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "state"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const scriptOf = (path: string) => files.find((file) => file.path === path)?.contents ?? "";

  /** A program that a script finds first. What stands in for OpenWrt's is in these few lines. */
  function stub(name: string, text: string) {
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  async function run(path: string, args: string[] = [], environment: Record<string, string> = {}) {
    const { stdout } = await execa("sh", ["-eu", "-c", scriptOf(path), path, ...args], {
      env: {
        PATH: `${join(folder, "bin")}:${process.env.PATH}`,
        HOTSPOT_STATE: join(folder, "state"),
        HOTSPOT_RECORDS: join(folder, "records"),
        ...environment,
      },
    });
    return stdout;
  }

  it("bring radios to their level once the time is known, and again after a reload", async () => {
    const calls = join(folder, "calls");
    const schedule = textOf(ownPackages(device));
    const list = (name: string) =>
      [...schedule.matchAll(new RegExp(`list ${name} '(.*)'`, "g"))].map(([, value]) => value).join(" ");
    stub(
      "uci",
      `case $3 in hotspot.schedule.radio) echo ${list("radio")} ;; hotspot.schedule.period) echo '${list("period")}' ;; *.radio0.txpower) echo 14 ;; *) echo 20 ;; esac`,
    );
    stub("date", `[ "$1" = +%u ] && echo $DAY || echo $TIME`);
    stub("wifi", `echo wifi "$@" >>${calls}`);
    stub("iw", `echo iw "$@" >>${calls}`);
    stub("iwinfo", `echo phy-$3`);
    // A radio of netifd's is ready when somebody has waited for it once.
    stub(
      "ubus",
      `echo ubus "$@" >>${calls}\ngrep -q sleep ${calls} && pending=$NEVER || pending=true\necho '{"radio0":{"up":true,"pending":'$pending'},"radio1":{"up":true,"pending":'$pending'}}'`,
    );
    stub(
      "jsonfilter",
      `exec ${process.execPath} -e 'const all = JSON.parse(require("fs").readFileSync(0)); for (const word of process.argv.slice(1)) if (word !== "-e") console.log(word.split(".").slice(1).reduce((value, key) => value[key], all))' -- "$@"`,
    );
    stub("sleep", `echo sleep "$@" >>${calls}`);
    const at = async (day: string, time: string, NEVER = "false") => {
      writeFileSync(calls, "");
      await run("/usr/sbin/hotspot-radio", [], { DAY: day, TIME: time, NEVER });
      return readFileSync(calls, "utf8").trim().split("\n").filter(Boolean);
    };
    await run("/etc/hotplug.d/ntp/50-hotspot", [], { stratum: "16" });
    // The time is not known: both radios have hours, and stay off.
    expect(await at("1", "0800")).toEqual(["wifi down radio0", "wifi down radio1"]);
    stub("hotspot-radio", `echo hotspot-radio >>${calls}`);
    writeFileSync(calls, "");
    await run("/etc/hotplug.d/ntp/50-hotspot", [], { stratum: "3" });
    expect(readFileSync(calls, "utf8")).toBe("hotspot-radio\n");
    const full = ["wifi up radio0", "wifi up radio1"];
    expect(await at("1", "0800")).toEqual(full);
    expect(await at("1", "0859")).toEqual([]);
    expect(await at("1", "2030")).toEqual(["iw phy phy-radio0 set txpower fixed 800", "wifi down radio1"]);
    expect(await at("1", "1200")).toEqual(["iw phy phy-radio0 set txpower fixed 1400", "wifi up radio1"]);
    expect(await at("1", "2100")).toEqual(["wifi down radio0", "wifi down radio1"]);
    const status = "ubus call network.wireless status";
    const waited = [status, "sleep 1", status];
    // netifd would undo a power that is set before it has done: a level between follows when it has, or not yet.
    const late = await at("1", "2030", "true");
    expect([late[0], late.at(-1), late.length]).toEqual(["wifi up radio0", status, 42]);
    expect(await at("1", "2030")).toEqual([
      "wifi up radio0",
      ...waited,
      "iw phy phy-radio0 set txpower fixed 800",
    ]);
    expect(await at("1", "2100")).toEqual(["wifi down radio0"]);
    expect(await at("7", "1200")).toEqual([]);
    expect(await at("2", "0700")).toEqual(full);
    rmSync(join(folder, "state", "hotspot-radio1"));
    expect(await at("2", "0701")).toEqual([
      "wifi up radio1",
      ...waited,
      "iw phy phy-radio1 set txpower fixed 2000",
    ]);
  });

  it("silence radios that have hours as soon as the network has started, before cron and at every start", async () => {
    const start = scriptOf("/etc/init.d/hotspot-radio");
    const order = Number(/^START=(\d+)$/m.exec(start)?.[1]);
    // Of openwrt: /etc/init.d/network is 20, /etc/init.d/cron 50.
    expect(order).toBeGreaterThan(20);
    expect(order).toBeLessThan(50);
    const calls = join(folder, "calls");
    for (const name of ["ubus", "hotspot-radio"]) stub(name, `echo ${name} "$@" >>${calls}`);
    // As /etc/rc.common does it.
    writeFileSync(join(folder, "init"), start);
    await execa("sh", ["-euc", `. ${join(folder, "init")}\nstart`], {
      env: { PATH: `${join(folder, "bin")}:${process.env.PATH}` },
    });
    expect(readFileSync(calls, "utf8")).toBe("ubus -t 30 wait_for network.wireless\nhotspot-radio\n");
    expect(scriptOf("/etc/openwisp/post-reload-hook")).toContain("\n/etc/init.d/hotspot-radio enable\n");
  });

  it("write down a lease without the device's own name, and delete what is older than a year", async () => {
    const today = Math.floor(Date.now() / 86_400_000);
    const records = join(folder, "records");
    // As procd does it: read by a shell, with these in its environment and nothing as an argument.
    const path = join(folder, "50-hotspot");
    writeFileSync(path, scriptOf("/etc/hotplug.d/dhcp/50-hotspot"));
    const lease = (ACTION: string) =>
      execa("sh", ["-c", `. ${path}`], {
        extendEnv: false,
        env: {
          PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
          HOTSPOT_RECORDS: records,
          ACTION,
          MACADDR: "02:00:00:00:00:01",
          IPADDR: "10.234.0.10",
          HOSTNAME: "phone-of-ana",
        },
      });
    for (const action of ["add", "update", "remove", "neigh"]) await lease(action);
    const [name = ""] = readdirSync(records);
    expect(Math.abs(Number(name) - today)).toBeLessThanOrEqual(1);
    const lines = readFileSync(join(records, name), "utf8").trim().split("\n");
    expect(lines.map((line) => line.replace(/^\d+ /, ""))).toEqual([
      "add 02:00:00:00:00:01 10.234.0.10",
      "update 02:00:00:00:00:01 10.234.0.10",
      "remove 02:00:00:00:00:01 10.234.0.10",
    ]);
    for (const age of [365, 366, 400]) writeFileSync(join(records, String(today - age)), "x");
    writeFileSync(join(records, "notes"), "x");
    await run("/usr/sbin/hotspot-purge");
    expect(readdirSync(records).sort()).toEqual([String(today - 365), name, "notes"].sort());
  });

  it("are understood by the shell, whatever the commune is called", async () => {
    for (const { path, contents, mode } of files) {
      if (mode === "0755")
        await execa("sh", ["-n"], { input: contents }).catch((error) => expect.fail(`${path}: ${error}`));
    }
    const theme = scriptOf("/usr/lib/opennds/theme_hotspot.sh");
    const { stdout } = await execa("sh", ["-c", `${theme}\nfas=abc; header; generate_splash_sequence`]);
    expect(stdout).toContain("<h1>Wi-Fi public de L&#39;Haÿ &lt;Sud&gt;</h1>");
    expect(stdout.match(/name="fas" value="abc"/g)).toHaveLength(2);
    expect(stdout).toContain('<section lang="ar" dir="rtl">');
  });
});
