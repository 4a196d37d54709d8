import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { visitorMap } from "../../../components/platform/exposure/sidecar-proxy.ts";
import { checkout } from "../../../local/paths.ts";
import { visitor } from "./visitor-of.ts";

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
  expect(lines(front).join("\n")).toContain(lines(visitorMap()).join("\n"));
});
