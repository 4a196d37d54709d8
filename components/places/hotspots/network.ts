import type { Span } from "../../foundation/declaration/weekly-hours.ts";
import { themePath } from "./device-files.ts";
import type { DeviceFile, Interface, Section, SharedConfiguration } from "./netjson.ts";

/** Settings that all hotspots of a commune share. */
export interface Network {
  /** Name of the open network, at most 28 bytes, without quotes. */
  name: string;
  commune: string;
  timezone: string;
  vlan: number | undefined;
  resolvers: readonly string[];
  /** Address at which devices learn that no page stands before the Internet; undefined if openNDS shows its page first. */
  captivePortal: string | undefined;
  /** Hours in which hotspots that are not open all week emit less. */
  quietHours: readonly Span[];
  /** Seconds between two questions for a new configuration. */
  pollingInterval: number;
  files: readonly DeviceFile[];
}

/** Private addresses of the network's devices: each point routes its own. */
const gateway = "10.234.0.1";
const prefixLength = 22;

/** Ranges that the public network must not reach: whatever else hangs on the commune's cables. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"];

/** Returns the configuration that all hotspots of a network share. */
export function sharedConfiguration(network: Network): SharedConfiguration {
  return {
    interfaces: cables(network),
    dhcp: dhcp(network),
    firewall: firewall(network),
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

function cables({ vlan }: Network): Interface[] {
  const tagged = { type: "8021q", name: "eth0", network: "wan" } as const;
  return [
    ...(vlan === undefined
      ? []
      : [{ ...tagged, vid: vlan, addresses: [{ proto: "dhcp", family: "ipv4" }] } satisfies Interface]),
    {
      type: "bridge",
      name: "br-pub",
      network: "pub",
      bridge_members: [],
      addresses: [{ proto: "static", family: "ipv4", address: gateway, mask: prefixLength }],
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
