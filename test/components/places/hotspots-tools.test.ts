import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { weeklyHoursOf } from "../../../components/foundation/declaration/weekly-hours.ts";
import {
  type Content,
  manifestOf,
  memberLines,
  membersOf,
  tar,
} from "../../../components/places/hotspots/archive.ts";
import { deviceConfiguration } from "../../../components/places/hotspots/device.ts";
import type { DeviceConfiguration } from "../../../components/places/hotspots/netjson.ts";
import { signingKey } from "../../../components/places/hotspots/signature.ts";
import { joinPackages, packagesText, renderUci } from "../../../components/places/hotspots/uci.ts";
import { planOf, points } from "../../programs/hotspots/mounted.ts";
import { nftRuleset } from "./hotspots/firewall.ts";
import { dnsmasqConfiguration, hostapdConfigurations } from "./hotspots/openwrt.ts";
import { passages } from "./hotspots/passages.ts";
import { debianRoot, netjsonconfig } from "./hotspots/tools.ts";

let root: string;
let python: string;
let work: string;

beforeAll(async () => {
  [root, python] = await Promise.all([debianRoot(), netjsonconfig()]);
  work = mkdtempSync(join(tmpdir(), "hotspots-tools-"));
}, 600_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

const open = fc
  .constantFrom("24/7", "Mo-Fr 08:00-20:00", "Tu-Sa 10:00-12:00,14:00-18:00")
  .map((text) => weeklyHoursOf(text).spans);
const radio24 = fc.record({
  band: fc.constant("2.4 GHz" as const),
  channel: fc.constantFrom(1, 6, 11, 13),
  width: fc.constantFrom(20, 40),
  power: fc.integer({ min: 0, max: 200 }).map((tenths) => tenths / 10),
});
const radio5 = fc.record({
  band: fc.constant("5 GHz" as const),
  channel: fc.constantFrom(36, 52, 100, 116, 140),
  width: fc.constantFrom(20, 40, 80),
  power: fc.integer({ min: 0, max: 270 }).map((tenths) => tenths / 10),
});
const file = fc.record({
  path: fc.constantFrom("/etc/a", "/usr/sbin/b", "/etc/hotspot/c"),
  mode: fc.constantFrom("0644", "0755", "0600"),
  contents: fc.string({ unit: "binary-ascii", maxLength: 2000 }).map((text) => text.replaceAll("\r", "")),
});

/** Configurations in ASCII: netjsonconfig 1.3.1 cuts others short in archives, by as many bytes as letters have more. */
const configurations = fc
  .record({
    uuid: fc.uuid(),
    open,
    radios: fc.tuple(fc.option(radio24), fc.option(radio5)),
    name: fc.constantFrom("Bron Wi-Fi", "a", "#1 & <2>", "x".repeat(28)),
    timezone: fc.constantFrom("Europe/Paris", "Indian/Reunion", "America/Martinique"),
    vlan: fc.option(fc.integer({ min: 1, max: 4094 }), { nil: undefined }),
    resolvers: fc.uniqueArray(fc.constantFrom("80.67.169.12", "9.9.9.9", "2001:910:800::12"), {
      minLength: 1,
    }),
    captivePortal: fc.constantFrom(undefined, "https://hotspots.bron.test/captive-portal"),
    pollingInterval: fc.integer({ min: 30, max: 3600 }),
    files: fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 3 }),
  })
  .map(({ uuid, open: hours, radios, ...network }) =>
    deviceConfiguration(
      { uuid, open: hours, radios: radios.filter((each) => each !== null) },
      { ...network, commune: "Bron", quietHours: weeklyHoursOf("Mo-Su 22:00-24:00").spans },
    ),
  );

describe("netjsonconfig", () => {
  const script = [
    "import base64, gzip, json, sys",
    "from netjsonconfig import OpenWrt",
    "def both(config):",
    "    device = OpenWrt(config)",
    "    text = device.render()",
    "    return [text, base64.b64encode(gzip.decompress(device.generate().getvalue())).decode()]",
    "json.dump([both(config) for config in json.load(sys.stdin)], sys.stdout)",
  ].join("\n");
  const rendered = async (configs: DeviceConfiguration[]) => {
    const { stdout } = await execa(python, ["-c", script], { input: JSON.stringify(configs) });
    return JSON.parse(stdout) as [string, string][];
  };

  test("renders a hundred generated configurations to the same text, and packs the same archive", async () => {
    const sample = fc.sample(configurations, { numRuns: 100, seed: 6 });
    const theirs = await rendered(sample);
    expect(theirs).toHaveLength(100);
    for (const [index, device] of sample.entries()) {
      const [text = "", packed = ""] = theirs[index] ?? [];
      expect(renderUci(device)).toBe(text);
      const ours = tar(membersOf({ uci: packagesText(device), files: device.files }));
      expect(ours.equals(Buffer.from(packed, "base64"))).toBe(true);
    }
  });

  test("accepts what a real commune's points get, whatever its name", async () => {
    const plan = planOf(
      points(1),
      { vlan: 30, languages: ["fr", "en", "es", "pt", "ar"] },
      { name: "L'Haÿ" },
    );
    const device = deviceConfiguration(
      { uuid: "any", open: [], radios: [] },
      {
        name: "L’Haÿ Wi-Fi",
        commune: "L'Haÿ",
        timezone: "Europe/Paris",
        vlan: undefined,
        resolvers: ["80.67.169.12"],
        captivePortal: undefined,
        quietHours: [],
        pollingInterval: 120,
        files: plan.files,
      },
    );
    const [[text] = []] = await rendered([device]);
    expect(renderUci(device)).toBe(text);
  });
});

/** The archive's content of the first point of a small commune. */
function content(): { uuid: string; own: Content } {
  const plan = planOf(points(1), { vlan: 30 });
  const [first] = plan.points;
  if (!first) throw new Error("no point");
  return { uuid: first.uuid, own: { uci: joinPackages(first.own, plan.shared), files: plan.files } };
}

describe("signify", () => {
  test("verifies what is signed of an archive, and not what was changed", async () => {
    const { uuid, own } = content();
    const key = signingKey("07".repeat(32));
    const manifest = manifestOf(uuid, 7, memberLines(membersOf(own)));
    const folder = mkdtempSync(join(root, "tmp", "signify-"));
    const verify = async (text: string) => {
      writeFileSync(join(folder, "manifest"), text);
      const inside = (name: string) => join("/tmp", folder.slice(join(root, "tmp").length), name);
      const words = ["-V", "-p", inside("hotspots.pub"), "-m", inside("manifest"), "-x", inside("signature")];
      return (await execa("chroot", [root, "signify-openbsd", ...words], { reject: false, all: true })).all;
    };
    try {
      writeFileSync(join(folder, "hotspots.pub"), key.publicKey);
      writeFileSync(join(folder, "signature"), key.sign(manifest));
      expect(await verify(manifest)).toContain("Signature Verified");
      expect(await verify(manifest.replace("serial 7", "serial 8"))).toContain(
        "signature verification failed",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("Debian's parsers", () => {
  test("hostapd reads both networks of each radio, and finds an error where there is one", async () => {
    const configs = hostapdConfigurations(content().own.uci);
    expect(configs).toHaveLength(1);
    const parse = async (text: string) => {
      const path = join(root, "tmp", "hostapd.conf");
      writeFileSync(path, text);
      // It stops at the radio, which is not there; it has read the file by then.
      const { all } = await execa("chroot", [root, "timeout", "10", "hostapd", "/tmp/hostapd.conf"], {
        all: true,
        reject: false,
      });
      return all;
    };
    for (const text of configs) {
      expect(text).toMatch(/^owe_transition_ifname=owe0$/m);
      expect(text).toMatch(/^wpa_key_mgmt=OWE$/m);
      expect(await parse(text)).not.toMatch(/errors? found in configuration file|unknown configuration item/);
      expect(await parse(`${text}ignore_broadcast_ssid=x9\nno_such_item=1\n`)).toMatch(
        /unknown configuration item 'no_such_item'(.|\n)*errors? found in configuration file/,
      );
    }
  });

  test("dnsmasq --test accepts addresses and resolvers", async () => {
    const text = dnsmasqConfiguration(content().own.uci);
    expect(text).toContain("server=80.67.169.12");
    const parse = async (config: string) => {
      const path = join(root, "tmp", "dnsmasq.conf");
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, config);
      return execa("chroot", [root, "dnsmasq", "--test", "--conf-file=/tmp/dnsmasq.conf"], {
        all: true,
        reject: false,
      });
    };
    const { all, exitCode } = await parse(text);
    expect(all).toContain("syntax check OK");
    expect(exitCode).toBe(0);
    expect((await parse(`${text}no-such-option\n`)).exitCode).not.toBe(0);
  });

  test("nft loads the firewall, and a guest reaches the Internet, the point's page and nothing inside", async () => {
    const devices = { pub: "br-pub", wan: "eth0.30" };
    const { uci } = content().own;
    expect(await passages(root, nftRuleset(uci, devices), devices)).toEqual({
      "guest to the Internet, 443": "open",
      "guest to the Internet, 25": "refused",
      "guest to the town hall, 443": "refused",
      "guest to the point, 53": "open",
      "guest to the point, 2050": "open",
      "guest to the point, 22": "refused",
      "guest to the point's other address, 22": "refused",
      "outside to the point, 22": "refused",
      "outside to a guest, 80": "refused",
    });
    // It can fail: without the rule about private addresses, the town hall's machines are there for anybody.
    const open = uci.replace(/config rule 'pub_private'\n(\t.*\n)*/, "");
    expect(await passages(root, nftRuleset(open, devices), devices)).toMatchObject({
      "guest to the town hall, 443": "open",
    });
  });

  test("openNDS's own library shows the page and its button from our theme", async () => {
    const { files } = content().own;
    const theme = files.find(({ path }) => path.endsWith("theme_hotspot.sh"));
    writeFileSync(join(root, "usr/lib/opennds/theme_hotspot.sh"), theme?.contents ?? "");
    // What openNDS 10.3.1 itself sent with a client's first request.
    const facts =
      "hid=062115, clientip=10.234.0.50, clientmac=02:00:00:00:00:01, client_type=cpd_can, cpi_query=, gatewayname=Bron, gatewayurl=http%3a%2f%2fstatus.client, version=10.3.1, gatewayaddress=10.234.0.1:2050, gatewaymac=a6e5071fadc3, originurl=http%3a%2f%2f198.51.100.7%2f, clientif=br-pub, themespec=/usr/lib/opennds/theme_hotspot.sh";
    const query = `%3ffas%3d${Buffer.from(facts).toString("base64")}`;
    const script = [
      "set -eu",
      'mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/tmp" && mount --bind /dev "$1/dev"',
      'mkdir -p "$1/tmp/ndscids" && touch "$1/tmp/ndscids/ndsinfo"',
      'chroot "$1" timeout 60 /usr/lib/opennds/libopennds.sh "$2" curl 3 /usr/lib/opennds/theme_hotspot.sh',
    ].join("\n");
    const isolation = ["--mount", "--pid", "--net", "--fork", "--kill-child", "sh", "-c", script, "sh"];
    const { stdout } = await execa("unshare", [...isolation, root, query]);
    expect(stdout).toContain("<h1>Wi-Fi public de Bron</h1>");
    expect(stdout).toMatch(/<input type="hidden" name="fas" value="[A-Za-z0-9+/=]{50,}">/);
    expect(stdout).toContain("<button>Accéder à Internet</button>");
    // openNDS cuts what is longer.
    expect(Buffer.byteLength(stdout)).toBeLessThan(10_240);
  });
});
