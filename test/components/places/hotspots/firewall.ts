import { type Section, sections } from "./uci.ts";

/**
 * Returns what firewall4 writes for nft, for OpenWrt's own zone `wan` and the zone, rules and forwarding that points
 * add: the same chains in the same order. Written from firewall4's templates (ruleset.uc, rule.uc, of 17 March 2025);
 * it is not that program, which is in no registry.
 *
 * @param device name of the network interface of each zone.
 */
export function nftRuleset(uci: string, device: { pub: string; wan: string }): string {
  const all = sections(uci, "firewall");
  const zone = all.find(({ type }) => type === "zone");
  if (zone?.options.name !== "pub") throw new Error("the zone pub is not there");
  const rules = all.filter(({ type }) => type === "rule");
  const forwardings = all.filter(({ type }) => type === "forwarding");
  const input = rules.filter(({ options }) => options.dest === undefined).map(ruleText);
  const forward = [
    ...rules.filter(({ options }) => options.dest !== undefined).map(ruleText),
    ...forwardings.map(({ options }) => `jump accept_to_${options.dest}`),
  ];
  return `
table inet fw4 {
  chain input {
    type filter hook input priority filter; policy drop;
    iif "lo" accept
    ct state vmap { established : accept, related : accept }
    iifname "${device.pub}" jump input_pub
    iifname "${device.wan}" jump input_wan
    jump handle_reject
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state vmap { established : accept, related : accept }
    iifname "${device.pub}" jump forward_pub
    iifname "${device.wan}" jump forward_wan
    jump handle_reject
  }
  chain handle_reject {
    meta l4proto tcp reject with tcp reset
    reject with icmpx type port-unreachable
  }
  chain input_pub {
    ${input.join("\n    ")}
    ${verdict(zone.options.input)}
  }
  chain forward_pub {
    ${forward.join("\n    ")}
    ${verdict(zone.options.forward)}
  }
  chain input_wan {
    jump handle_reject
  }
  chain forward_wan {
    oifname "${device.wan}" drop
  }
  chain accept_to_wan {
    meta nfproto ipv4 oifname "${device.wan}" ct state invalid drop
    oifname "${device.wan}" accept
  }
  chain srcnat {
    type nat hook postrouting priority srcnat; policy accept;
    meta nfproto ipv4 oifname "${device.wan}" masquerade
  }
}
`;
}

/** A rule of a chain of its zone. */
function ruleText({ options, lists }: Section): string {
  const protocols = lists.proto ?? [];
  const matches = [
    ...(protocols.includes("all") ? [] : [`meta l4proto { ${protocols.join(", ")} }`]),
    ...(lists.dest_ip ? [`ip daddr { ${lists.dest_ip.join(", ")} }`] : []),
    ...(options.dest_port === undefined ? [] : [`th dport ${options.dest_port}`]),
  ];
  return `${[...matches, "counter", verdict(options.target)].join(" ")} comment "!fw4: ${options.name}"`;
}

/** Verdict on a packet that is the same whichever way it goes. */
function verdict(word: string | undefined): string {
  switch (word) {
    case "REJECT":
      return "jump handle_reject";
    case "ACCEPT":
      return "accept";
    default:
      throw new Error(`${word} is not translated here`);
  }
}
