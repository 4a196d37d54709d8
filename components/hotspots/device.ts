import type { Span } from "../declaration/weekly-hours.ts";
import { themePath } from "./device-files.ts";
import type { DeviceConfiguration, DeviceFile, Interface, Radio, Section, Wireless } from "./netjson.ts";
import { periodText, quietPeriods } from "./schedule.ts";

/** Radio bands, as people call them. */
export type Band = "2.4 GHz" | "5 GHz";

/** A point as a device needs to know it. */
export interface AccessPoint {
  uuid: string;
  /** When its radios may emit. */
  open: readonly Span[];
  /** The radios that may emit; every other one is switched off. */
  radios: readonly AccessPointRadio[];
}

export interface AccessPointRadio {
  band: Band;
  channel: number;
  /** MHz. */
  width: number;
  /** Before the antenna, whole dBm. */
  power: number;
}

/** What all points of a commune have in common. */
export interface Network {
  /** Name of the open network, at most 28 bytes, without quotes. */
  name: string;
  commune: string;
  timezone: string;
  vlan: number | undefined;
  resolvers: readonly string[];
  /** Where devices learn that nothing stands before the Internet; absent where openNDS shows its page first. */
  captivePortal: string | undefined;
  /** When points that are not open all week are turned down. */
  quietHours: readonly Span[];
  /** Seconds between two questions for a new configuration. */
  pollingInterval: number;
  files: readonly DeviceFile[];
}

/**
 * Bands in the order in which OpenWrt numbers the radios of a device with one radio for each. A device that
 * numbers them otherwise is told in its firmware.
 */
const bands = ["2.4 GHz", "5 GHz"] as const;

const uciBands = { "2.4 GHz": "2g", "5 GHz": "5g" } as const;

/** A channel for a radio that is off: UCI has no radio without one. */
const idleChannels = { "2.4 GHz": 1, "5 GHz": 100 } as const;

/** Private addresses of the network's devices: each point routes its own. */
const gateway = "10.234.0.1";
const prefixLength = 22;

/** What must not be reached from the public network: whatever else hangs on the commune's cables. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"];

/** The configuration of one point, as NetJSON. Pure: equal points and networks always give equal ones. */
export function deviceConfiguration(point: AccessPoint, network: Network): DeviceConfiguration {
  return {
    type: "DeviceConfiguration",
    general: {
      hostname: `wifi-${point.uuid.slice(0, 8)}`,
      timezone: network.timezone,
      // In memory, in KiB: nothing is sent anywhere and nothing survives a restart.
      log_size: 64,
      cronloglevel: 9,
    },
    ntp: { enabled: true, enable_server: false, server: ["0.fr.pool.ntp.org", "1.fr.pool.ntp.org"] },
    radios: radios(point),
    interfaces: interfaces(point, network),
    dhcp: dhcp(network),
    firewall: firewall(network),
    hotspot: [schedule(point, network)],
    opennds: [portal(network)],
    openwisp: [
      {
        config_name: "controller",
        config_value: "http",
        interval: network.pollingInterval,
        // It asks ten times at most, and stops for ever at this many answers of 404, which some ingress controllers
        // give for a server that restarts: never.
        checksum_max_retries: 11,
      },
    ],
    files: [...network.files],
  };
}

function radioName(band: Band): string {
  return `radio${bands.indexOf(band)}`;
}

/** Every radio that a device may have, so that one which is no longer declared goes off. */
function radios(point: AccessPoint): Radio[] {
  return bands.map((band) => {
    const radio = point.radios.find((each) => each.band === band);
    const common = {
      name: radioName(band),
      protocol: "802.11ax",
      band: uciBands[band],
      country: "FR",
    } as const;
    return radio
      ? {
          ...common,
          channel: radio.channel,
          channel_width: radio.width,
          tx_power: Math.floor(radio.power),
          disabled: false,
        }
      : { ...common, channel: idleChannels[band], channel_width: 20, tx_power: 1, disabled: true };
  });
}

function interfaces(point: AccessPoint, { vlan, name }: Network): Interface[] {
  return [
    ...(vlan === undefined
      ? []
      : [
          {
            type: "8021q" as const,
            name: "eth0",
            vid: vlan,
            network: "wan",
            addresses: [{ proto: "dhcp" as const, family: "ipv4" as const }] as [
              { proto: "dhcp"; family: "ipv4" },
            ],
          },
        ]),
    {
      type: "bridge",
      name: "br-pub",
      network: "pub",
      bridge_members: [],
      addresses: [{ proto: "static", family: "ipv4", address: gateway, mask: prefixLength }],
    },
    ...point.radios.flatMap(({ band }) => networks(band, name)),
  ];
}

/**
 * An open network and its encrypted twin, hidden, that name each other: devices that know OWE take the twin by
 * themselves (Wi-Fi Alliance, OWE transition mode).
 */
function networks(band: Band, name: string): Wireless[] {
  const radio = radioName(band);
  const [open, encrypted] = [`pub${bands.indexOf(band)}`, `owe${bands.indexOf(band)}`];
  const common = { radio, mode: "access_point", isolate: true, network: ["pub"] } as const;
  const owe = { protocol: "owe", cipher: "ccmp", ieee80211w: "2" } as const;
  return [
    {
      type: "wireless",
      name: open,
      wireless: {
        ...common,
        network: ["pub"],
        ssid: name,
        owe_transition_ifname: encrypted,
        encryption: { protocol: "none" },
      },
    },
    {
      type: "wireless",
      name: encrypted,
      wireless: {
        ...common,
        network: ["pub"],
        ssid: `${name} OWE`,
        hidden: true,
        owe_transition_ifname: open,
        encryption: owe,
      },
    },
  ];
}

function dhcp({ resolvers, captivePortal }: Network): Section[] {
  return [
    {
      // The agent names what OpenWrt leaves without a name: the first dnsmasq is dnsmasq1.
      config_name: "dnsmasq",
      config_value: "dnsmasq1",
      domainneeded: true,
      logqueries: false,
      noresolv: true,
      quietdhcp: true,
      rebind_protection: true,
      server: [...resolvers],
    },
    {
      config_name: "dhcp",
      config_value: "pub",
      interface: "pub",
      start: 10,
      limit: 1000,
      leasetime: "1h",
      // openNDS adds the address of its own captive portal API itself: option 114, RFC 8910.
      ...(captivePortal === undefined ? {} : { dhcp_option: [`114,${captivePortal}`] }),
      dhcpv6: "disabled",
      ra: "disabled",
    },
  ];
}

function firewall({ captivePortal }: Network): Section[] {
  const accept = (name: string, proto: readonly string[], dest_port: string): Section => ({
    config_name: "rule",
    config_value: `pub_${name}`,
    name: `pub-${name}`,
    src: "pub",
    proto,
    dest_port,
    target: "ACCEPT",
  });
  return [
    {
      config_name: "zone",
      config_value: "pub",
      name: "pub",
      network: ["pub"],
      input: "REJECT",
      output: "ACCEPT",
      forward: "REJECT",
    },
    {
      config_name: "rule",
      config_value: "pub_private",
      name: "pub-private",
      src: "pub",
      dest: "*",
      dest_ip: privateRanges,
      proto: ["all"],
      target: "REJECT",
    },
    {
      config_name: "rule",
      config_value: "pub_mail",
      name: "pub-mail",
      src: "pub",
      dest: "wan",
      proto: ["tcp"],
      dest_port: "25",
      target: "REJECT",
    },
    accept("dns", ["tcp", "udp"], "53"),
    accept("dhcp", ["udp"], "67"),
    ...(captivePortal === undefined ? [accept("portal", ["tcp"], "2050")] : []),
    { config_name: "forwarding", config_value: "pub_wan", src: "pub", dest: "wan" },
  ];
}

/** One section of this name, as openNDS 10.3 and 11 both read it. Times in minutes. */
function portal({ commune, captivePortal }: Network): Section {
  return {
    config_name: "opennds",
    config_value: "setup",
    enabled: captivePortal === undefined,
    gatewayinterface: "br-pub",
    gatewayname: commune.replace(/['"\\]/g, "’"),
    login_option_enabled: 3,
    themespec_path: themePath,
    allow_preemptive_authentication: false,
    dhcp_default_url_enable: true,
    sessiontimeout: 1440,
    preauthidletimeout: 30,
    authidletimeout: 120,
    maxclients: 250,
    debuglevel: 0,
    max_log_entries: 1,
    users_to_router: ["allow tcp port 53", "allow udp port 53", "allow udp port 67"],
  };
}

/** What the script hotspot-radio reads. */
function schedule({ radios: emitting, open }: AccessPoint, { quietHours }: Network): Section {
  const [kept] = bands.filter((band) => emitting.some((radio) => radio.band === band));
  return {
    config_name: "schedule",
    config_value: "schedule",
    radio: emitting.map(({ band }) => radioName(band)),
    period: emitting.flatMap(({ band, power }) =>
      quietPeriods({ power: Math.floor(power), kept: band === kept }, open, quietHours).map((period) =>
        periodText(radioName(band), period),
      ),
    ),
  };
}
