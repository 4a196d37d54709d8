import { afterEach, expect, test, vi } from "vitest";
import { checkCommand } from "../../scripts/check.ts";
import { objectsOf } from "../../scripts/objects.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("the communes of this checkout are valid and break no rule", async () => {
  let printed = "";
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += `${text}\n`;
  });
  await checkCommand(undefined, objectsOf).parseAsync([], { from: "user" });
  expect(printed).toBe(
    "albigny-sur-saone: valid\nlyon: valid\nvilleurbanne: valid\n\nNothing was changed.\n",
  );
  expect(process.exitCode ?? 0).toBe(0);
});
