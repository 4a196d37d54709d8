import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { everyImage } from "../components/commune/images.ts";
import { parseReference } from "../components/foundation/image/reference.ts";
import { offeredApplications } from "../components/tenants/applications/list.ts";
import { recipesOf } from "../local/images/recipe.ts";
import { recipes } from "../local/recipes.ts";
import { testedReferences, untested } from "./cluster/shared.ts";

const folder = join(import.meta.dirname, "cluster");
/** Text of the tests of the cluster, but for the list itself. */
const tests = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(({ name }) => name.endsWith(".ts") && name !== "shared.ts")
  .map(({ name, parentPath }) => readFileSync(join(parentPath, name), "utf8"))
  .join("\n");

/** The program refuses a commune whose images are not there; of one that no test runs nobody else would tell. */
describe("the cluster of the tests", () => {
  test.each(offeredApplications().map(({ name }) => name))(
    "has the images of %s just where a test speaks of it",
    (name) => {
      expect(untested.includes(name)).toBe(!new RegExp(`\\b${name}\\b`).test(tests));
    },
  );

  test("has of each image the version that is declared by default, and others where a test names them", () => {
    const usual = [...everyImage].map(({ reference }) => reference);
    const others = recipesOf(testedReferences, recipes).filter(
      ({ names }) => !names.some((name) => usual.includes(name)),
    );
    for (const { names } of others) {
      const [version = ""] = /\d[\d.]*/.exec(parseReference(names[0] ?? "").tag ?? "") ?? [];
      expect(tests.includes(version), names[0]).toBe(true);
    }
    expect(others.length).toBeGreaterThan(4);
  });
});
