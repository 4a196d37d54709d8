import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { everyImage } from "../../../components/commune/images.ts";
import { serviceNames } from "../../../components/services/index.ts";
import { neverRunImages } from "../../../components/tenants/applications/list.ts";
import { defaultRecipes, recipes } from "../../../local/images/recipes.ts";

describe("the map from upstream images to local ones", () => {
  const names = recipes.flatMap((recipe) => recipe.names);

  const made = everyImage.filter((image) => !neverRunImages.includes(image));

  it("has every image that the program declares, but for those of applications that nobody has run", () => {
    for (const { reference } of made) expect(names).toContain(reference);
    for (const { reference } of neverRunImages) expect(names).not.toContain(reference);
  });

  it("gives a declaration without versions those images and no other", () => {
    const references = made.map(({ reference }) => reference);
    const given = defaultRecipes.map(({ names: own }) => own.find((name) => references.includes(name)));
    expect(given.toSorted()).toEqual(references.toSorted());
  });

  it("gives each name once, fully qualified and with a tag", () => {
    expect(new Set(names).size).toBe(names.length);
    for (const name of names)
      expect(name).toMatch(/^((docker|ghcr)\.io\/[a-z0-9-]+|images\.internal)\/[a-z0-9-]+:[\w.-]+$/);
  });

  const applications = serviceNames;

  it("calls the applications doubles, and what is repackaged not", () => {
    for (const { names: own, double } of recipes) {
      const application = applications.some((each) => own.some((name) => name.includes(`/${each}`)));
      expect(double, own[0]).toBe(application);
    }
  });

  it("names sources that are in the checkout, and absolute paths in images", () => {
    for (const { sources, files } of recipes) {
      for (const file of files) {
        expect(file.path).toMatch(/^\//);
        const source = file.source ?? file.bundle;
        if (source !== undefined) expect(existsSync(join(sources, source)), source).toBe(true);
      }
    }
  });

  it("shares one package layer between the versions of a double", () => {
    for (const application of applications) {
      const own = recipes.filter(({ names: all }) => all.some((name) => name.includes(`/${application}:`)));
      const layers = own.map(({ layer }) => JSON.stringify(layer));
      expect(new Set(layers).size, application).toBe(Math.min(1, layers.length));
    }
    expect(recipes.filter(({ names: all }) => all[0]?.includes("/nextcloud:")).length).toBeGreaterThan(1);
  });
});
