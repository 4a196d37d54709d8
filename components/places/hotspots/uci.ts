import type {
  Bridge,
  DeviceConfiguration,
  Interface,
  OwnConfiguration,
  Radio,
  Scalar,
  Section,
  SharedConfiguration,
  Vlan,
  Wireless,
} from "./netjson.ts";

type Options = Record<string, Scalar | readonly Scalar[]>;

/** One `config <type> '<name>'` of a UCI package. */
interface UciSection {
  type: string;
  name: string;
  options: Options;
}

/** A UCI package: the name of its file below /etc/config/, and its text. */
export interface UciPackage {
  name: string;
  text: string;
}

/**
 * POSIX rules of the time zones of French communes. Source: netjsonconfig 1.3.1, backends/openwrt/timezones.py,
 * which takes them from OpenWrt.
 */
const timezones: Record<string, string> = {
  "Europe/Paris": "CET-1CEST,M3.5.0,M10.5.0/3",
  "America/Guadeloupe": "AST4",
  "America/Martinique": "AST4",
  "America/Cayenne": "GFT3",
  "Indian/Reunion": "RET-4",
  "Indian/Mayotte": "EAT-3",
};

/** Packages of a device in netjsonconfig's order: those that NetJSON knows, then the others by name. */
export const packageOrder = [
  "system",
  "network",
  "wireless",
  "dhcp",
  "firewall",
  "hotspot",
  "opennds",
  "openwisp",
];

/**
 * The packages in which no two points are alike, in the spelling of netjsonconfig 1.3.1 for OpenWrt 21 and newer.
 * Values must be free of quotes, line breaks and runs of spaces: UCI's quoting is not written there either.
 */
export function ownPackages({ general, ntp, radios, interfaces, hotspot }: OwnConfiguration): UciPackage[] {
  return [
    packageOf("system", [
      { type: "system", name: "system", options: systemOptions(general) },
      { type: "timeserver", name: "ntp", options: { ...ntp } },
    ]),
    packageOf("wireless", [...radios.map(radioSection), ...interfaces.flatMap(wirelessSections)]),
    packageOf("hotspot", hotspot.map(extraSection)),
  ];
}

/** The packages that all points of a commune have, in the same spelling. */
export function sharedPackages(device: SharedConfiguration): UciPackage[] {
  const { interfaces, dhcp, firewall, opennds, openwisp } = device;
  return [
    packageOf("network", interfaces.flatMap(networkSections)),
    packageOf("dhcp", dhcp.map(extraSection)),
    packageOf("firewall", firewall.map(extraSection)),
    packageOf("opennds", opennds.map(extraSection)),
    packageOf("openwisp", openwisp.map(extraSection)),
  ];
}

function packageOf(name: string, sections: readonly UciSection[]): UciPackage {
  return { name, text: sections.map(sectionText).join("\n") };
}

/** Returns the text that `netjsonconfig --method render` prints: every package, then every file. */
export function renderUci(device: DeviceConfiguration): string {
  const files = device.files.map(
    ({ path, mode, contents }) => `# path: ${path}\n# mode: ${mode}\n\n${contents}\n\n`,
  );
  const listed = files.length === 0 ? "" : `\n# ---------- files ---------- #\n\n${files.join("")}`;
  return packagesText(device) + listed.replaceAll("\n\n\n", "\n\n");
}

/** All UCI packages of a device as one text. */
export function packagesText(device: DeviceConfiguration): string {
  return textOf(inOrder([...ownPackages(device), ...sharedPackages(device)]));
}

/** Puts the texts of a device's own packages and of the shared ones together. */
export function joinPackages(own: string, shared: string): string {
  return textOf(inOrder([...packagesIn(own), ...packagesIn(shared)]));
}

function inOrder(packages: readonly UciPackage[]): UciPackage[] {
  return packages.toSorted((one, other) => packageOrder.indexOf(one.name) - packageOrder.indexOf(other.name));
}

/** Packages as one text. */
export function textOf(packages: readonly UciPackage[]): string {
  return packages.map(({ name, text }) => `package ${name}\n\n${text}`).join("\n");
}

/** The packages of one text. */
export function packagesIn(text: string): UciPackage[] {
  return text
    .split(/(?:^|\n)package /)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n\n");
      return { name: part.slice(0, end), text: part.slice(end + 2) };
    });
}

/** A package as the file of a device: the blank line between two of them stays with the first, as netjsonconfig cuts it. */
export function fileText({ name, text }: UciPackage): string {
  return name === packageOrder.at(-1) ? text : `${text}\n`;
}

function sectionText({ type, name, options }: UciSection): string {
  let text = `config ${type} '${name}'\n`;
  for (const key of Object.keys(options).sort()) text += optionText(key, options[key] ?? "");
  return text;
}

function optionText(key: string, value: Scalar | readonly Scalar[]): string {
  if (typeof value === "object") return value.map((each) => `\tlist ${key} '${each}'\n`).join("");
  if (value === "") return "";
  return `\toption ${key} '${typeof value === "boolean" ? Number(value) : value}'\n`;
}

function systemOptions({ timezone, ...general }: DeviceConfiguration["general"]): Options {
  const rule = timezones[timezone];
  if (rule === undefined) throw new RangeError(`${timezone} is no time zone of a French commune.`);
  return { ...general, timezone: rule, zonename: timezone };
}

function networkSections(each: Interface): UciSection[] {
  switch (each.type) {
    case "8021q":
      return vlanSections(each);
    case "bridge":
      return bridgeSections(each);
    case "wireless":
      return [];
  }
}

function vlanSections({ name, vid, network, addresses: [{ proto }] }: Vlan): UciSection[] {
  const device = `${name}.${vid}`;
  return [
    {
      type: "device",
      name: `device_${network}`,
      options: { ifname: name, name: device, type: "8021q", vid },
    },
    { type: "interface", name: network, options: { device, proto } },
  ];
}

function bridgeSections({ name, network, bridge_members, addresses: [address] }: Bridge): UciSection[] {
  const members = bridge_members.length === 0 ? { bridge_empty: true } : { ports: bridge_members };
  return [
    { type: "device", name: `device_${network}`, options: { name, type: "bridge", ...members } },
    {
      type: "interface",
      name: network,
      options: {
        device: name,
        proto: address.proto,
        ipaddr: address.address,
        netmask: netmask(address.mask),
      },
    },
  ];
}

/** The dotted form of a prefix length. */
function netmask(length: number): string {
  return [0, 8, 16, 24].map((before) => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - before)))).join(".");
}

const modes = { "802.11n": "HT", "802.11ac": "VHT", "802.11ax": "HE" } as const;

function radioSection({ name, protocol, channel_width, tx_power, ...options }: Radio): UciSection {
  return {
    type: "wifi-device",
    name,
    options: {
      ...options,
      type: "mac80211",
      htmode: `${modes[protocol]}${channel_width}`,
      txpower: tx_power,
    },
  };
}

function wirelessSections(each: Interface): UciSection[] {
  if (each.type !== "wireless") return [];
  return [{ type: "wifi-iface", name: `wifi_${uciName(each.name)}`, options: wirelessOptions(each) }];
}

function wirelessOptions({ name, wireless }: Wireless): Options {
  const { radio, network, encryption, mode: _, ...options } = wireless;
  const protection = encryption.protocol === "owe" ? { ieee80211w: encryption.ieee80211w } : {};
  return {
    ...options,
    ...protection,
    device: radio,
    ifname: name,
    mode: "ap",
    network: network.map(uciName).join(" "),
    encryption: encryption.protocol,
  };
}

function extraSection({ config_name, config_value, ...options }: Section): UciSection {
  return { type: config_name, name: uciName(config_value), options };
}

function uciName(name: string): string {
  return name.replace(/[.-]/g, "_");
}
