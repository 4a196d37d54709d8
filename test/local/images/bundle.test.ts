import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundle } from "../../../local/images/bundle.ts";
import { keysOf } from "../../../local/images/key.ts";
import type { Recipe } from "../../../local/images/recipe.ts";

let folder: string;

const recipeIn = (sources: string): Recipe => ({
  names: ["docker.io/library/example:1"],
  double: true,
  sources,
  files: [{ path: "/opt/main.mjs", bundle: "example/main.ts" }],
  config: {},
});

function write(name: string, text: string, root = folder) {
  writeFileSync(join(root, name), text);
}

function checkout() {
  const root = mkdtempSync(join(tmpdir(), "images-bundle-"));
  mkdirSync(join(root, "example", "node_modules", "old"), { recursive: true });
  write("example/main.ts", 'import { word } from "./word.ts";\nimport old from "old";\nold(word);\n', root);
  write("example/word.ts", 'export const word: string = "hello";\n', root);
  write("example/node_modules/old/package.json", '{ "name": "old", "main": "index.js" }', root);
  const commonJs =
    'const os = require("os"); module.exports = (text) => console.log(text, typeof os.cpus, __dirname);';
  write("example/node_modules/old/index.js", commonJs, root);
  return root;
}

beforeEach(() => {
  folder = checkout();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a bundled entry", () => {
  it("runs as one file elsewhere, CommonJS packages included", async () => {
    const text = await bundle("example/main.ts", folder);
    const elsewhere = mkdtempSync(join(tmpdir(), "images-bundle-run-"));
    write("main.mjs", text, elsewhere);
    const { stdout } = await execa(process.execPath, [join(elsewhere, "main.mjs")]);
    rmSync(elsewhere, { recursive: true });
    expect(stdout).toBe(`hello function ${elsewhere}`);
  });

  it("is the same text in another checkout", async () => {
    const other = checkout();
    const texts = await Promise.all([folder, other].map((root) => bundle("example/main.ts", root)));
    rmSync(other, { recursive: true });
    expect(texts[0]).toBe(texts[1]);
  });

  it("changes the layer's key with an imported module, not with one that nothing imports", async () => {
    const before = await keysOf(recipeIn(folder));
    write("example/unused.ts", "export const unused = 1;\n");
    expect(await keysOf(recipeIn(folder))).toEqual(before);
    write("example/word.ts", 'export const word: string = "bye";\n');
    const after = await keysOf(recipeIn(folder));
    expect(after.files).not.toBe(before.files);
    expect(after.image).not.toBe(before.image);
  });

  it("that cannot be made is one sentence with the place", async () => {
    write("example/word.ts", 'export { word } from "no-such-package";\n');
    await expect(bundle("example/main.ts", folder)).rejects.toThrow(
      /^bundling example\/main.ts of a local image failed: Could not resolve "no-such-package" \(example\/word\.ts:1\)$/,
    );
  });
});
