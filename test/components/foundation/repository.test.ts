import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { schemaLine } from "../../../components/foundation/declaration/schema-line.ts";
import {
  repositoryAbove,
  repositoryFile,
  repositoryProblem,
} from "../../../components/foundation/repository.ts";
import { toolkitFile } from "../../../components/foundation/toolkit.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "repository-"));
  mkdirSync(join(root, "stacks", "bron"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

test("a repository is the nearest folder upwards with a project of Pulumi and declarations", () => {
  const below = join(root, "stacks", "bron");
  expect(repositoryAbove(below)).toBeUndefined();
  expect(repositoryProblem(below)).toBe(
    `no repository of communes: neither ${below} nor a folder above it has Pulumi.yaml and stacks/. Go to yours, or make one: npx commune new <folder>\nNothing was changed.`,
  );
  writeFileSync(join(root, "Pulumi.yaml"), "");
  expect(repositoryAbove(below)).toBe(root);
  expect(repositoryAbove(root)).toBe(root);
  expect(repositoryProblem(below)).toBeUndefined();
});

test("this checkout is one, and its own toolkit", () => {
  expect(repositoryFile("stacks/bron")).toBe(toolkitFile("stacks/bron"));
});

test("a declaration's schema is beside the declarations, else in the package", () => {
  const stacks = join(root, "stacks");
  const line = () => schemaLine("commune", stacks, 1);
  expect(line()).toBe(
    "# yaml-language-server: $schema=../../node_modules/commune-cloud/stacks/commune.schema.json",
  );
  writeFileSync(join(stacks, "commune.schema.json"), "{}");
  expect(line()).toBe("# yaml-language-server: $schema=../commune.schema.json");
});
