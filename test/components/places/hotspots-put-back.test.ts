import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OpenWrtPoint } from "../../doubles/openwrt/point.ts";
import { OpenWrtRoot } from "../../doubles/openwrt/root.ts";
import { hostile, packed } from "./hotspots/hostile.ts";
import { day, flash, prepared } from "./hotspots/prepared.ts";
import { archiveOf, membersFor, signed } from "./hotspots/signed.ts";

let root: OpenWrtRoot;
let point: OpenWrtPoint;

beforeAll(async () => {
  root = await OpenWrtRoot.make();
  point = await prepared(root);
  expect((await point.update(archiveOf(day))).result).toBe("applied");
  root.keep("applied");
}, 120_000);
beforeEach(() => root.reset("applied"));
afterAll(() => root.remove());

/** All that the firmware came with, under the names that it has in the root, and a whole folder. */
const names = packed(["rom/etc/..", "etc/config"].map((path) => ({ path, contents: "x" })));
const louder = { ...day, radios: [{ band: "2.4 GHz" as const, channel: 11, width: 20, power: 18 }] };

test("without the updater, a name of an archive puts the factory's files in the place of a point's", async () => {
  // What the double has to know: BusyBox did so, with the agent's own commands.
  await point.shell("printf '#!/bin/sh\\nexit 1\\n' >/usr/sbin/openwisp-update-config");
  await point.shell("cp -p /usr/sbin/openwisp-uci-autoname.upstream /usr/sbin/openwisp-uci-autoname");
  expect((await point.update(names)).result).toBe("error");
  expect(point.read("etc/shadow")).toBe(point.read("rom/etc/shadow"));
  expect(point.read("etc/config/wireless")).toBe(point.read("rom/etc/config/wireless"));
});

describe("of an archive that is refused", () => {
  test("the agent lists no name and saves no file", async () => {
    await point.update(hostile["only that name"]?.make([]) ?? names);
    expect(point.read("tmp/openwisp/backup_file_list.conf")).not.toContain("rom");
    const good = signed(membersFor(louder), { serial: 2 });
    await point.update(packed([...good, { path: "etc/shadow", contents: "x" }]));
    expect(point.read("tmp/openwisp/backup_file_list.conf")).not.toContain("shadow");
  });

  test("nothing is put back where the agent did list it, and nothing by what it saved before", async () => {
    const own = point.read("usr/sbin/openwisp-uci-autoname.upstream");
    point.write("usr/sbin/openwisp-uci-autoname", own, 0o755);
    const before = flash(root);
    const { result, log } = await point.update(names);
    expect(result).toBe("error");
    expect(log).toContain("refused: it is not signed by the commune");
    const { "usr/sbin/openwisp-uci-autoname": _, ...rest } = before;
    expect(flash(root)).toMatchObject(rest);
    expect(point.read("tmp/openwisp/backup.tar.gz")).toBe("");
    // The next event of the agent puts ours back.
    expect(point.read("usr/sbin/openwisp-uci-autoname")).toBe(point.read("usr/sbin/hotspot-update"));
  });

  test("nothing is put back where the updater cannot start, as when there is no memory", async () => {
    await point.shell("chmod 000 /usr/sbin/openwisp-update-config");
    const before = flash(root);
    expect((await point.update(names)).result).toBe("error");
    expect(flash(root)).toEqual(before);
  });

  test("nothing is read or written again by what follows a refusal", async () => {
    await point.shell("rm /state/calls");
    await point.update(names);
    expect(point.read("state/calls")).toBe("");
  });
});

describe("a signed configuration after which the server cannot be reached", () => {
  test("is taken back, all of it, and only its serial stays", async () => {
    const before = flash(root);
    expect((await point.update(archiveOf(louder, { serial: 2 }), { reachable: false })).result).toBe("error");
    expect(point.read("etc/config/wireless")).toContain("option txpower '14'");
    const changed = Object.entries(flash(root)).filter(([path, text]) => before[path] !== text);
    // The agent keeps what it unpacked, and puts nothing of that back.
    expect(changed.map(([path]) => path).filter((path) => !path.startsWith("etc/openwisp/"))).toEqual([
      "etc/hotspot/changing",
      "etc/hotspot/serial",
    ]);
    expect((await point.update(archiveOf(louder, { serial: 2 }))).result).toBe("applied");
    expect(point.read("etc/config/wireless")).toContain("option txpower '18'");
  });
});

describe("after a power cut", () => {
  test("in the moment in which the agent writes the key, what the commune signs is let through, and nothing else", async () => {
    point.write("etc/hotspots.pub", "");
    await point.restart();
    expect((await point.shell("ls /state/stopped")).exitCode).toBe(1);
    expect((await point.update(names)).log).toContain("not signed by the commune");
    expect((await point.update(archiveOf(louder, { serial: 2 }))).result).toBe("applied");
    expect(point.read("etc/hotspots.pub")).toContain("hotspots public key");
  });

  test("in the moment in which it writes the updater, the one before goes on", async () => {
    const whole = point.read("usr/sbin/hotspot-update");
    point.write("usr/sbin/hotspot-update", whole.slice(0, whole.length / 2), 0o755);
    await point.restart();
    expect(point.read("usr/sbin/openwisp-update-config")).toBe(whole);
    expect((await point.update(names)).log).toContain("not signed by the commune");
    expect((await point.update(archiveOf(louder, { serial: 2 }))).result).toBe("applied");
    expect(point.read("usr/sbin/hotspot-update")).toBe(whole);
  });

  test("in that moment, an agent with its own updater is stopped", async () => {
    point.write("usr/sbin/hotspot-update", "#!/bin/sh\n", 0o755);
    await point.shell("cp -p /usr/sbin/openwisp-update-config.upstream /usr/sbin/openwisp-update-config");
    await point.restart();
    expect(await point.shell("ls /state/stopped")).toMatchObject({ exitCode: 0 });
  });
});
