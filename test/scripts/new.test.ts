import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import yaml from "js-yaml";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { loadFederation } from "../../components/federation/members.ts";
import { repositoryAbove } from "../../components/foundation/repository.ts";
import manifest from "../../package.json" with { type: "json" };
import { newCommand } from "../../scripts/new.ts";

let root: string;
let complaint: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "new-"));
  complaint = "";
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

async function make(...words: string[]): Promise<number> {
  const command = newCommand()
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        complaint += text;
      },
    });
  try {
    await command.parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
}

const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

describe("commune new", () => {
  test("makes a repository that is found, with this version of the toolkit, exact, as its one package", async () => {
    expect(await make(join(root, "metropole"))).toBe(0);
    const folder = join(root, "metropole");
    expect(repositoryAbove(join(folder, "stacks"))).toBe(folder);
    expect(JSON.parse(read("metropole", "package.json"))).toEqual({
      private: true,
      type: "module",
      dependencies: { "commune-cloud": manifest.version },
    });
    expect(loadFederation(join(folder, "stacks"))).toMatchObject({ ok: true, declaration: { members: {} } });
    expect(yaml.load(read("metropole", "Pulumi.yaml"))).toMatchObject({
      main: "index.js",
      stackConfigDir: "stacks",
      runtime: { name: "nodejs", options: { typescript: false } },
    });
    expect(read("metropole", "index.js")).toBe('export { default } from "commune-cloud/program";\n');
    expect(read("metropole", ".gitignore")).not.toMatch(/^stacks/m);
  });

  test("keeps what npm install has written of the package: an archive, an address", async () => {
    const dependencies = { "commune-cloud": "file:../commune-cloud-0.1.0.tgz" };
    writeFileSync(join(root, "package.json"), JSON.stringify({ dependencies }));
    expect(await make(root)).toBe(0);
    expect(JSON.parse(read("package.json"))).toEqual({ private: true, type: "module", dependencies });
  });

  test("says what comes next, without what is done already", async () => {
    const folder = join(root, "metropole");
    const said = () => String(vi.mocked(console.log).mock.lastCall);
    expect(await make(folder)).toBe(0);
    expect(said()).toContain("metropole && npm install && git init && npx commune init <commune>\n");
    rmSync(folder, { recursive: true });
    for (const path of [".git", "node_modules/commune-cloud"])
      mkdirSync(join(folder, path), { recursive: true });
    expect(await make(folder)).toBe(0);
    expect(said()).toContain("metropole && npx commune init <commune>\n");
  });

  test("overwrites nothing, and writes nothing if it would", async () => {
    writeFileSync(join(root, "Pulumi.yaml"), "name: mine\n");
    expect(await make(root)).toBe(1);
    expect(complaint).toContain(`${root} has Pulumi.yaml already. Name a new folder. Nothing was changed.`);
    expect(readdirSync(root)).toEqual(["Pulumi.yaml"]);
  });

  test("with --example has the communes of the demo and of the tour, without the settings of anybody's stack", async () => {
    expect(await make(root, "--example")).toBe(0);
    expect(existsSync(join(root, "stacks", "villeurbanne", "commune.yaml"))).toBe(true);
    expect(read("stacks", "federation.yaml")).toContain("villeurbanne:");
    expect(readdirSync(join(root, "stacks")).filter((name) => name.startsWith("Pulumi."))).toEqual([]);
  });
});
