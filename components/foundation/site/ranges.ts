import { isIP } from "node:net";

/** Returns the prefix length of a range, in bits; undefined if it is no range (`10.20.0.0/16`). */
export function prefixOf(range: string): number | undefined {
  const [, address = "", bits = ""] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(range) ?? [];
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return bits !== "" && Number(bits) <= most ? Number(bits) : undefined;
}
