import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { images } from "../../../components/image/catalogue.ts";
import { recipes } from "../../../local/images/images.ts";
import { sources } from "../../../local/images/workshop.ts";

describe("the map from upstream images to local ones", () => {
  const names = recipes.flatMap((recipe) => recipe.names);

  it("has every image that the program declares", () => {
    for (const { reference } of Object.values(images)) expect(names).toContain(reference);
  });

  it("gives each name once, fully qualified and with a tag", () => {
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^docker\.io\/[a-z0-9-]+\/[a-z0-9-]+:[\w.-]+$/);
  });

  it("calls Nextcloud a double, and nothing else", () => {
    for (const { names: own, double } of recipes) {
      expect(double, own[0]).toBe(own.some((name) => name.includes("nextcloud")));
    }
  });

  it("names sources that are in the checkout, and absolute paths in images", () => {
    for (const file of recipes.flatMap((recipe) => recipe.files)) {
      expect(file.path).toMatch(/^\//);
      if (file.source !== undefined) expect(existsSync(join(sources, file.source)), file.source).toBe(true);
    }
  });

  it("shares one package layer between the versions of the double", () => {
    const layers = recipes.filter(({ double }) => double).map(({ layer }) => JSON.stringify(layer));
    expect(layers.length).toBeGreaterThan(1);
    expect(new Set(layers).size).toBe(1);
  });
});
