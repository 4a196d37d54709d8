import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { communeSchema } from "../components/commune/declaration.ts";
import { listCommunes, loadCommune } from "../components/commune/load.ts";
import { readDeclaration } from "../components/foundation/declaration/load.ts";
import { checkout } from "../local/paths.ts";

const stacks = join(checkout, "stacks");
const examples = [
  "bucket",
  "databases",
  "full",
  "large",
  "monitored",
  "node-loss",
  "own-login",
  "retired",
  "restored",
].map((name) => join(stacks, "examples", `${name}.yaml`));

/** Every field that a declaration can have, as the editors' schema tells it. */
function fields(schema: z.core.JSONSchema.BaseSchema, path: readonly string[] = []): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    [...path, name],
    ...(typeof field === "object" ? fields(field, [...path, name]) : []),
  ]);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

describe("the declarations in stacks/", () => {
  test.each(listCommunes(stacks))("%s is valid", (id) => {
    expect(loadCommune(stacks, id)).toMatchObject({ ok: true });
  });

  test("are of communes, which the examples are not", () => {
    expect(listCommunes(stacks)).toContain("villeurbanne");
    expect(listCommunes(stacks)).not.toContain("examples");
  });
});

describe("the examples", () => {
  test.each(examples)("%s is valid", (file) =>
    expect(readDeclaration(file, readFileSync(file), communeSchema)).toMatchObject({ ok: true }),
  );

  test("have every field that a declaration can have", () => {
    const written = examples.map((file) => load(readFileSync(file, "utf8")));
    const all = fields(z.toJSONSchema(communeSchema, { io: "input" }));
    expect(all.length).toBeGreaterThan(50);
    const missing = all.filter((path) => written.every((each) => valueAt(each, path) === undefined));
    expect(
      missing.map((path) => path.join(".")),
      "are in no file of stacks/examples/: declare them in full.yaml",
    ).toEqual([]);
  });
});

test("two services cannot have the same name", () => {
  const folder = mkdtempSync(join(tmpdir(), "stacks-"));
  mkdirSync(join(folder, "bron"));
  const text = `id: bron
name: Bron
insee: "69029"
domain: bron.test
population: 42000
contact: a@bron.test
nextcloud: {}
mastodon: { subdomain: cloud }
`;
  writeFileSync(join(folder, "bron", "commune.yaml"), text);
  const loaded = loadCommune(folder, "bron");
  rmSync(folder, { recursive: true });
  expect(loaded.ok ? "valid" : loaded.error.message).toContain(
    'commune.yaml:8:24 mastodon.subdomain: "cloud" is already the name of nextcloud',
  );
});
