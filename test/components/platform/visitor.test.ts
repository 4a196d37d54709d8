import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { visitorMap } from "../../../components/platform/exposure/visitor.ts";
import { checkout } from "../../../local/paths.ts";

/** The patterns of the map, in their order; nginx reads them as PCRE does, which is the same of these. */
const patterns = [...visitorMap.matchAll(/"~(\S+)" \$(\w+);/g)].map(([, pattern = "", name = ""]) => ({
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

function visitor(address: string): string {
  const text = binary(address);
  for (const { pattern, name } of patterns) {
    const found = pattern.exec(text);
    if (found) return found.groups?.[name] ?? "";
  }
  return text;
}

test.each([
  ["2001:db8::1", "2001:db8::a:b:c:d", true],
  ["2001:db8:0:1::1", "2001:db8:0:1:ff:ee:dd:cc", true],
  ["2001:db8:a0a:a0a::1", "2001:db8:a0a:a0a::2", true],
  ["2001:db8:0:1::1", "2001:db8:0:2::1", false],
  ["2001:db8::1", "2001:db8:0:0:1::", true],
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.2", false],
  ["::ffff:192.0.2.1", "::ffff:192.0.2.2", false],
  ["::ffff:192.0.2.1", "192.0.2.1", true],
])("%s and %s are one visitor to nginx: %s", (one, other, same) => {
  expect(visitor(one) === visitor(other)).toBe(same);
});

test("applications of associations count visitors in the same way", () => {
  const front = readFileSync(join(checkout, "charts/app/templates/_front.tpl"), "utf8");
  const lines = (text: string) => text.split("\n").map((line) => line.trim());
  expect(lines(front).join("\n")).toContain(lines(visitorMap).join("\n"));
});
