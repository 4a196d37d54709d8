import { afterEach, expect, test, vi } from "vitest";
import { runTasks } from "../../local/listing.ts";

const { isTTY, columns } = process.stdout;
afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(process.stdout, { isTTY, columns });
});

test.each([0, undefined])("a terminal that is %s letters wide is told whole lines", async (width) => {
  let told = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    told += String(text);
    return true;
  });
  vi.spyOn(console, "log").mockImplementation((text) => {
    told += `${text}\n`;
  });
  Object.assign(process.stdout, { isTTY: true, columns: width });
  await runTasks([
    {
      title: "two communes",
      task: async (_context, task) => {
        task.output = "villeurbanne: a Deployment is made";
      },
    },
  ]);
  expect(told).toContain("two communes");
  expect(told).toContain("villeurbanne: a Deployment is made");
});
