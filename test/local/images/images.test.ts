import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { everyImage } from "../../../components/commune/images.ts";
import { images } from "../../../components/foundation/image/catalogue.ts";
import { serviceNames } from "../../../components/services/index.ts";
import { catalogue } from "../../../components/tenants/applications/list.ts";
import { recipesOf } from "../../../local/images/recipe.ts";
import { everyReference, recipes } from "../../../local/recipes.ts";

describe("the map from upstream images to local ones", () => {
  // Only what nobody has run needs these: the local cluster has them from their registries, or not at all.
  const neverRun = [
    ...catalogue().flatMap(({ isNeverRun, images }) => (isNeverRun ? images : [])),
    ...[images.postgis, images.pgbouncer, images.pgbouncerExporter],
  ];
  const made = [...everyImage].filter((image) => !neverRun.includes(image));

  it("has every image that the program declares, but for those of applications that nobody has run", () => {
    for (const { reference } of made) expect(everyReference).toContain(reference);
    for (const { reference } of neverRun) expect(everyReference).not.toContain(reference);
  });

  it("gives what is asked for and nothing else, once, however it is spelled", () => {
    const [debian, postgres] = ["docker.io/library/debian:13-slim", "postgres:17.12-trixie"];
    const given = recipesOf(
      [postgres, debian, `docker.io/library/${postgres}`, "debian:trixie-slim"],
      recipes,
    );
    expect(given.map(({ names: [name] }) => name)).toEqual([debian, `docker.io/library/${postgres}`]);
    expect(recipesOf([], recipes)).toEqual([]);
    expect(recipesOf(everyReference, recipes)).toEqual(recipes);
  });

  it("refuses what nobody makes here before anything is built, all of it at once", () => {
    expect(() => recipesOf(["postgres:17.12-trixie", "nextcloud:12-fpm", "ghcr.io/a/b:1"], recipes)).toThrow(
      "docker.io/library/nextcloud:12-fpm, ghcr.io/a/b:1: no registry gave these images, and there is no recipe here.",
    );
  });

  it("gives each name once, fully qualified and with a tag", () => {
    expect(new Set(everyReference).size).toBe(everyReference.length);
    for (const name of everyReference)
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
