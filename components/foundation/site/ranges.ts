import { isIP } from "node:net";

/** How many bits of a range are the same in all its addresses; nothing when it is no range (`10.20.0.0/16`). */
export function prefixOf(range: string): number | undefined {
  const [, address = "", bits = ""] = /^([\da-f.:]+)\/(\d{1,3})$/i.exec(range) ?? [];
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return bits !== "" && Number(bits) <= most ? Number(bits) : undefined;
}
