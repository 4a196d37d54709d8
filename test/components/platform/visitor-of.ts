import { visitorMap } from "../../../components/platform/exposure/sidecar-proxy.ts";

/** The patterns of the map, in their order; nginx reads them as PCRE does, which is the same of these. */
const patterns = [...visitorMap().matchAll(/"~(\S+)" \$(\w+);/g)].map(([, pattern = "", name = ""]) => ({
  pattern: new RegExp(pattern),
  name,
}));

/** An address as nginx has it in `$binary_remote_addr`: four bytes, or sixteen. */
function binary(address: string): string {
  if (!address.includes(":")) return String.fromCharCode(...address.split(".").map(Number));
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address) ?? [];
  if (mapped !== undefined) return `${"\0".repeat(10)}\xff\xff${binary(mapped)}`;
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string) =>
    text === "" ? [] : text.split(":").map((each) => Number.parseInt(each, 16));
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last].map((each) => String.fromCharCode(each >> 8, each & 255)).join("");
}

/** Returns the visitor for whom nginx counts a request from an address. */
export function visitor(address: string): string {
  const text = binary(address);
  for (const { pattern, name } of patterns) {
    const found = pattern.exec(text);
    if (found) return found.groups?.[name] ?? "";
  }
  return text;
}
