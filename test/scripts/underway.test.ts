import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkout } from "../../local/paths.ts";
import { auditCommand } from "../../scripts/audit.ts";
import { tellDone } from "../../scripts/engine.ts";
import { underway } from "../../scripts/underway.ts";

let told: string;
let printed: string;
const { isTTY } = process.stderr;
beforeEach(() => {
  [told, printed] = ["", ""];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    told += String(text);
    return true;
  });
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.stderr.isTTY = isTTY;
  process.exitCode = undefined;
});

test("a terminal is told one line a step, and nobody else anything", () => {
  process.stderr.isTTY = true;
  underway("bron: its state is read");
  expect(told).toBe("… bron: its state is read\n");
  process.stderr.isTTY = false;
  underway("bron: its objects are counted");
  expect(told).toBe("… bron: its state is read\n");
});

test("what a command answers stands alone on standard output, also as JSON at a terminal", async () => {
  process.stderr.isTTY = true;
  const [stacks, objects] = [join(checkout, "stacks"), async () => []];
  const ask = (command: ReturnType<typeof auditCommand>) =>
    command.parseAsync(["albigny-sur-saone", "--json"], { from: "user" });
  await ask(auditCommand(stacks, objects));
  expect(JSON.parse(printed)).toMatchObject({ commune: "albigny-sur-saone" });
  expect(told).toMatch(/^… albigny-sur-saone: [^\n]+\n$/);
});

test("of an update each resource that it has changed is told, and neither its preview nor what stays", () => {
  process.stderr.isTTY = true;
  const event = (op: string, planning?: boolean) => ({
    resOutputsEvent: {
      metadata: {
        op,
        urn: "urn:pulumi:bron::commune-cloud::commune:index:Commune$kubernetes:core/v1:ConfigMap::bron-map",
        type: "kubernetes:core/v1:ConfigMap",
      },
      ...(planning && { planning }),
    },
  });
  for (const each of [event("update", true), event("same"), event("read"), {}, event("update")])
    tellDone(each);
  expect(told).toBe("… kubernetes:core/v1:ConfigMap bron-map is changed\n");
});
