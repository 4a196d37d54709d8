/** The part of NetJSON DeviceConfiguration that hotspots use. Source: https://netjson.org/rfc.html, netjsonconfig 1.3.1 (OpenWrt schema). */
export interface DeviceConfiguration extends OwnConfiguration, SharedConfiguration {
  type: "DeviceConfiguration";
  interfaces: Interface[];
}

/** Configuration that one hotspot alone has. */
export interface OwnConfiguration {
  general: { hostname: string; timezone: string } & Record<string, Scalar>;
  ntp: { enabled: boolean; enable_server: boolean; server: string[] };
  radios: Radio[];
  interfaces: Interface[];
  hotspot: Section[];
}

/** Configuration that all hotspots of a commune share; UCI packages that NetJSON has no words for are lists of sections. */
export interface SharedConfiguration {
  interfaces: Interface[];
  files: DeviceFile[];
  dhcp: Section[];
  firewall: Section[];
  opennds: Section[];
  openwisp: Section[];
}

export type Scalar = string | number | boolean;

/** One UCI section: its type and name, and its options; an array becomes one `list` line per value. */
export interface Section {
  config_name: string;
  config_value: string;
  [option: string]: Scalar | readonly Scalar[];
}

export interface Radio {
  name: string;
  protocol: "802.11n" | "802.11ac" | "802.11ax";
  band: "2g" | "5g";
  channel: number;
  /** MHz. */
  channel_width: number;
  /** Transmit power before the antenna, whole dBm. */
  tx_power: number;
  country: string;
  disabled: boolean;
  /** Options of OpenWrt that NetJSON has no words for: it passes them on. */
  su_beamformer: boolean;
  mu_beamformer: boolean;
  he_su_beamformer: boolean;
  he_mu_beamformer: boolean;
}

export type Interface = Vlan | Bridge | Wireless;

/** A tagged network on a port; `network` is its logical name. */
export interface Vlan {
  type: "8021q";
  name: string;
  vid: number;
  network: string;
  addresses: [{ proto: "dhcp"; family: "ipv4" }];
}

export interface Bridge {
  type: "bridge";
  name: string;
  network: string;
  bridge_members: string[];
  addresses: [{ proto: "static"; family: "ipv4"; address: string; mask: number }];
}

export interface Wireless {
  type: "wireless";
  name: string;
  wireless: {
    radio: string;
    mode: "access_point";
    ssid: string;
    hidden?: boolean;
    isolate: boolean;
    network: string[];
    owe_transition_ifname?: string;
    encryption: { protocol: "none" } | { protocol: "owe"; cipher: "ccmp"; ieee80211w: "2" };
  };
}

/** A file beside the UCI packages: absolute path, octal mode, text. */
export interface DeviceFile {
  path: string;
  mode: string;
  contents: string;
}
