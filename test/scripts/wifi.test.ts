import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { CommanderError } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mapCommand } from "../../scripts/map.ts";
import { wifiCommand } from "../../scripts/wifi.ts";
import { untar } from "../programs/hotspots/agent.ts";

let printed: string;

/** Runs `commune wifi` on the checkout's own stacks and gives its exit code. */
async function wifi(...words: string[]): Promise<number> {
  return wifiWith("", ...words);
}

/** Runs `commune wifi` with something on its input and gives its exit code. */
async function wifiWith(input: string, ...words: string[]): Promise<number> {
  process.exitCode = undefined;
  const output = {
    writeErr: (text: string) => {
      printed += text;
    },
  };
  const command = wifiCommand(undefined, Readable.from([input]))
    .exitOverride()
    .configureOutput(output);
  for (const below of command.commands) below.exitOverride().configureOutput(output);
  try {
    await command.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return Number(code);
}

beforeEach(() => {
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += `${text}\n`;
  });
});
afterEach(() => vi.restoreAllMocks());

describe("commune wifi", () => {
  test("check: tells every quarter and every zone, and what the figures are not", async () => {
    expect(await wifi("check", "villeurbanne")).toBe(0);
    expect(printed).toMatch(/^gratte-ciel +5 +1 +\d\.\d %$/m);
    expect(printed).toMatch(/^ilot-florian +-65 dBm +-6\d\.\d dBm +\d\.\d dB$/m);
    expect(printed).toContain("No survey.");
    expect(printed).toContain("villeurbanne: every hotspot complies.");
  });

  test("prepare: an archive for the device alone, with its key and what verifies, or what to do", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wifi-prepare-"));
    const output = join(folder, "point.tar.gz");
    const prepare = (input: string, hotspot = "parc-vaillant-couturier") =>
      wifiWith(input, "prepare", "villeurbanne", hotspot, "--output", output);
    try {
      expect(await prepare("no JSON")).toBe(2);
      expect(printed).toContain("pulumi stack output hotspots --json --show-secrets -s villeurbanne | ");
      printed = "";
      const url = "https://hotspots.villeurbanne.test";
      const publicKey = "untrusted comment: hotspots public key\nRWQ\n";
      expect(await prepare(JSON.stringify({ url, publicKey, keys: {} }))).toBe(1);
      const [, uuid = ""] = /\(([0-9a-f-]{36})\)/.exec(printed) ?? [];
      expect(printed).toContain("Run: pulumi up -s villeurbanne");
      printed = "";
      const stack = JSON.stringify({ url, publicKey, keys: { [uuid]: "00ff" }, statusToken: "t" });
      expect(await prepare(stack, "parc-vaillant-couturie")).toBe(2);
      expect(printed).toContain('Did you mean "parc-vaillant-couturier"?');
      printed = "";
      expect(await prepare(stack)).toBe(0);
      expect(printed).not.toContain("00ff");
      expect(statSync(output).mode & 0o777).toBe(0o600);
      const files = untar(gunzipSync(readFileSync(output)));
      expect(files["etc/config/openwisp"]).toContain("\toption key '00ff'\n");
      expect(files["etc/hotspots.pub"]).toBe(publicKey);
      expect(files["usr/sbin/hotspot-update"]).toMatch(/^#!\/bin\/sh\n/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("plan: places that comply", async () => {
    expect(await wifi("plan", "villeurbanne", "cyprian", "--points", "2", "--json")).toBe(0);
    const plan = JSON.parse(printed);
    expect(plan).toMatchObject({ quarter: "cyprian", points: [{ channel: expect.any(Number) }, {}] });
    const [first] = plan.points;
    printed = "";
    // A point that is there already is moved to the planned place, with the planned power.
    const [longitude, latitude] = first.position;
    const code = await wifi(
      ...["simulate", "villeurbanne", "--move", `parc-vaillant-couturier=${longitude},${latitude}`],
      ...["--power", "parc-vaillant-couturier=4"],
    );
    expect([code, printed]).toEqual([0, expect.stringContaining("Everything would comply.")]);
  });

  test("simulate: more power, a closed point, a new zone", async () => {
    expect(await wifi("simulate", "villeurbanne", "--power", "place-cyprian=20")).toBe(1);
    expect(printed).toContain("(place-cyprian) 20 dBm and 3 dBi less 0.5 dB are 22.5 dBm sent");
    printed = "";
    expect(await wifi("simulate", "villeurbanne", "--close", "place-cyprian")).toBe(1);
    expect(printed).toContain("(cyprian) has no point that is open 24/7");
    printed = "";
    expect(await wifi("simulate", "villeurbanne", "--zone", "4.8796,45.7715,60,-75", "--json")).toBe(1);
    const { before, after } = JSON.parse(printed);
    expect(before.findings).toEqual([]);
    expect(after.zones.map(({ id }: { id: string }) => id)).toContain("new-zone-1");
  });

  test("device: what one point is given, as OpenWrt has it and as NetJSON", async () => {
    expect(await wifi("device", "villeurbanne", "place-cyprian")).toBe(0);
    expect(printed).toContain("option ssid 'Villeurbanne Wi-Fi'");
    expect(printed).toContain("# path: /usr/sbin/hotspot-radio");
    printed = "";
    expect(await wifi("device", "villeurbanne", "place-cyprian", "--json")).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      type: "DeviceConfiguration",
      radios: [
        { name: "radio0", channel: 1, tx_power: 14, country: "FR", disabled: false },
        { name: "radio1", disabled: true },
      ],
    });
  });

  test.each([
    [["check", "vileurbanne"], 'Did you mean "villeurbanne"?'],
    [["plan", "villeurbanne", "cyprain"], 'Did you mean "cyprian"?'],
    [["plan", "villeurbanne", "cyprian", "--points", "many"], "is no number of points"],
    [["simulate", "villeurbanne", "--close", "place-cyprain"], 'Did you mean "place-cyprian"?'],
    [["device", "villeurbanne", "place-cyprain"], 'Did you mean "place-cyprian"?'],
    [["simulate", "villeurbanne", "--power", "rize=strong"], "is not hotspot=dBm"],
    [["simulate", "villeurbanne", "--move", "place-cyprian=45.77,4.88"], "Longitude comes first."],
    [["simulate", "villeurbanne", "--zone", "4.88,45.77"], "is not longitude,latitude,metres,dBm"],
  ])("%s is wrong usage", async (words, message) => {
    expect([await wifi(...words), printed]).toEqual([2, expect.stringContaining(message)]);
  });

  test("has nothing to check without places", async () => {
    expect([await wifi("check", "lyon"), printed]).toEqual([
      1,
      expect.stringContaining("has no places.geojson"),
    ]);
  });
});

test("commune map is for a commune with places", async () => {
  const command = mapCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  await expect(command.parseAsync(["lyon"], { from: "user" })).rejects.toThrow("lyon has no places.geojson");
});
