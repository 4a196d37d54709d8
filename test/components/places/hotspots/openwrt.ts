import { type Section, sections } from "./uci.ts";

/**
 * Returns what OpenWrt writes for hostapd, for the options that points use: one file per radio that is on, its first
 * network then the other. Written from openwrt/package/network/config/wifi-scripts, hostapd.sh; it is not that script.
 */
export function hostapdConfigurations(uci: string): string[] {
  const all = sections(uci, "wireless");
  return all
    .filter(({ type, options }) => type === "wifi-device" && options.disabled === "0")
    .map(({ name: radio, options }) => {
      const networks = all.filter((each) => each.options.device === radio);
      const first = [
        "driver=nl80211",
        `country_code=${options.country}`,
        "ieee80211d=1",
        `hw_mode=${options.band === "2g" ? "g" : "a"}`,
        `channel=${options.channel}`,
        "ieee80211n=1",
        "ieee80211ax=1",
      ];
      return `${[...first, ...networks.flatMap((network, index) => networkLines(network, index))].join("\n")}\n`;
    });
}

function networkLines({ options }: Section, index: number): string[] {
  return [
    `${index === 0 ? "interface" : "bss"}=${options.ifname}`,
    `ssid=${options.ssid}`,
    "bridge=br-pub",
    `ap_isolate=${options.isolate}`,
    `ignore_broadcast_ssid=${options.hidden ?? "0"}`,
    `owe_transition_ifname=${options.owe_transition_ifname}`,
    ...(options.encryption === "owe"
      ? ["wpa=2", "wpa_key_mgmt=OWE", "rsn_pairwise=CCMP", `ieee80211w=${options.ieee80211w}`]
      : ["auth_algs=1"]),
  ];
}

/** Returns OpenWrt's file for dnsmasq, for the options that points use. Written from its init script; it is not that. */
export function dnsmasqConfiguration(uci: string): string {
  const all = sections(uci, "dhcp");
  const server = all.find(({ type }) => type === "dnsmasq");
  const pool = all.find(({ type }) => type === "dhcp");
  const [, first = "", last = ""] = ["", Number(pool?.options.start), Number(pool?.options.limit)].map(
    String,
  );
  const address = (offset: number) => `10.234.${Math.floor(offset / 256)}.${offset % 256}`;
  return `${[
    "no-resolv",
    "domain-needed",
    "quiet-dhcp",
    "stop-dns-rebind",
    ...(server?.lists.server ?? []).map((each) => `server=${each}`),
    `dhcp-range=set:pub,${address(Number(first))},${address(Number(first) + Number(last) - 1)},255.255.252.0,${pool?.options.leasetime}`,
    "dhcp-option=set:pub,114,http://10.234.0.1",
  ].join("\n")}\n`;
}
