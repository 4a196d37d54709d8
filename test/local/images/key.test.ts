import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keysOf } from "../../../local/images/key.ts";
import type { Recipe } from "../../../local/images/recipe.ts";

let folder: string;
let recipe: Recipe;

const example: Omit<Recipe, "sources"> = {
  names: ["docker.io/library/example:1"],
  double: false,
  layer: { packages: ["hello"] },
  files: [{ path: "/etc/example", source: "tree" }],
  config: { Entrypoint: ["hello"] },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "images-key-"));
  recipe = { ...example, sources: folder };
  mkdirSync(join(folder, "tree"));
  writeFileSync(join(folder, "tree", "a"), "a");
  writeFileSync(join(folder, "build-layer.sh"), "true\n");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("cache keys of images", () => {
  it("are equal for equal recipes over equal files", async () => {
    const before = await keysOf(recipe);
    writeFileSync(join(folder, "tree", "a"), "a");
    expect(await keysOf(structuredClone(recipe))).toEqual(before);
  });

  it("change with a file, which leaves the package layer alone", async () => {
    const before = await keysOf(recipe);
    writeFileSync(join(folder, "tree", "a"), "b");
    const after = await keysOf(recipe);
    expect(after.files).not.toBe(before.files);
    expect(after.image).not.toBe(before.image);
    expect(after.packages).toBe(before.packages);
  });

  it("need few files open at once, however many a folder has", async () => {
    for (let index = 0; index < 2000; index++) writeFileSync(join(folder, "tree", `f${index}`), "");
    const open = () => readdirSync("/proc/self/fd").length;
    const before = open();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, open() - before);
    }, 1);
    await keysOf(recipe);
    clearInterval(watch);
    expect(most).toBeLessThan(500);
  });

  it("change with a file's name", async () => {
    const before = await keysOf(recipe);
    writeFileSync(join(folder, "tree", "b"), "");
    expect((await keysOf(recipe)).files).not.toBe(before.files);
  });

  it("change with the packages and with the script that installs them", async () => {
    const script = join(folder, "build-layer.sh");
    const before = await keysOf(recipe, script);
    const more = await keysOf({ ...recipe, layer: { packages: ["hello", "bash"] } }, script);
    expect(more.packages).not.toBe(before.packages);
    expect(more.base).toBe(before.base);
    writeFileSync(script, "false\n");
    expect((await keysOf(recipe, script)).packages).not.toBe(before.packages);
  });

  it("change with the configuration and the names, which leave every layer alone", async () => {
    const before = await keysOf(recipe);
    for (const change of [{ config: { Cmd: ["x"] } }, { names: ["docker.io/library/other:1"] }]) {
      const after = await keysOf({ ...recipe, ...change });
      expect(after).toEqual({ ...before, image: after.image });
      expect(after.image).not.toBe(before.image);
    }
  });
});
