import { afterEach, expect, test, vi } from "vitest";
import { checkCommand } from "../../scripts/check.ts";
import { objectsOf } from "../../scripts/objects.ts";
import { stacksWith, tenantText } from "../components/tenants/stacks.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test("the communes of this checkout are valid, and advised of what is true of them", async () => {
  let printed = "";
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += `${text}\n`;
  });
  await checkCommand(undefined, objectsOf).parseAsync([], { from: "user" });
  expect(
    printed.replaceAll(/^(.+: advisory [a-z-]+) .*$/gm, "$1"),
  ).toBe(`albigny-sur-saone: advisory supported-software
albigny-sur-saone: advisory public-page-first
albigny-sur-saone: advisory offline-alternative
lyon: advisory supported-software
lyon: advisory several-supporters
lyon: advisory public-page-first
lyon: advisory offline-alternative
villeurbanne: advisory supported-software
villeurbanne: advisory several-supporters
albigny-sur-saone: valid
lyon: valid
villeurbanne: valid

Nothing was changed.
`);
  expect(process.exitCode ?? 0).toBe(0);
});

test("what the program refuses ends the check with its sentence, and is no failure that nobody awaits", async () => {
  vi.stubEnv("COMMUNE_HELM", "/nonexistent/helm");
  vi.stubEnv("COMMUNE_CACHE", stacksWith({}));
  const stacks = stacksWith({
    // What another test rendered is known without helm.
    "tenants/rendered-by-nobody.yaml": tenantText(
      "rendered-by-nobody",
      "applications: { dokuwiki: { access: public } }\n",
    ),
  });
  await expect(checkCommand(stacks, objectsOf).parseAsync([], { from: "user" })).rejects.toThrow(
    "Associations' applications are Helm charts, and the program /nonexistent/helm does not exist.",
  );
});
