import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { Refusal } from "../refusal.ts";

/**
 * Addresses that Mastodon calls no server at, unless ALLOWED_PRIVATE_ADDRESSES excepts them.
 * Source: app/lib/private_address_check.rb of v4.6.5, with Ruby's private, loopback and link-local ranges.
 */
const privateRanges = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"],
  ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  ...["::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:10::/28"],
  ...["2001:20::/28", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "3fff::/20", "ff00::/8"],
];

function listOf(ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", length] = range.split("/");
    const version = isIP(address);
    if (version === 0) {
      throw new Refusal(`IPAddr::InvalidAddressError: invalid address: ${range} (ALLOWED_PRIVATE_ADDRESSES)`);
    }
    const family = version === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, length === undefined ? (version === 4 ? 32 : 128) : Number(length), family);
  }
  return list;
}

/** Returns a test of addresses: private and not excepted. Throws Refusal for a wrong exception. */
export function privateAddressRule(exceptions: string[]): (address: string) => boolean {
  const forbidden = listOf(privateRanges);
  const excepted = listOf(exceptions);
  return (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
    const family = isIP(plain) === 4 ? "ipv4" : "ipv6";
    return forbidden.check(plain, family) && !excepted.check(plain, family);
  };
}

/**
 * Makes this process call no server at a private address. All of fedify's calls go through the global
 * fetch, and follow redirects one call at a time.
 */
export function guardFetch(exceptions: string[]): void {
  const isPrivate = privateAddressRule(exceptions);
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
    if (addresses.some(isPrivate)) {
      throw new Error(
        `Mastodon::PrivateNetworkAddressError: ${host} is at a private address (${addresses.join(", ")}); ALLOWED_PRIVATE_ADDRESSES does not except it.`,
      );
    }
    return original(input, init);
  };
}
