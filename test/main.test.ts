import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundle } from "../components/foundation/program/bundle.ts";
import { checkout } from "../local/paths.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "main-"));
  for (const file of ["main.js", "compile.js", "preload.js"])
    copyFileSync(join(checkout, file), join(folder, file));
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  write("package.json", '{ "type": "module" }');
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string) {
  writeFileSync(join(folder, file), text);
}

/** Runs an expression under node as the language host runs the SDK, and reads what it prints. */
async function node(expression: string): Promise<unknown> {
  const script = `console.log(JSON.stringify(${expression}))`;
  const args = ["--import", "./preload.js", "--input-type=module", "--eval", script];
  const { stdout } = await execa("node", args, { cwd: folder });
  return JSON.parse(stdout);
}

const program = () => node('(await import("./main.js")).default');
const compiled = () => statSync(join(folder, ".local", "program", "main.mjs")).mtimeMs;

describe("the compiled program", () => {
  it("has the outputs of index.ts, from where index.ts is, and is made again when a file has changed", async () => {
    mkdirSync(join(folder, "parts"));
    write(
      "index.ts",
      'import { word } from "./parts/word.ts";\nexport const said: string = await word();\nexport const here = import.meta.url;\n',
    );
    write("parts/word.ts", 'export const word = async (): Promise<string> => "bonjour";\n');
    const here = pathToFileURL(join(folder, "index.ts")).href;
    expect(await program()).toEqual({ said: "bonjour", here });
    const first = compiled();
    expect(await program()).toEqual({ said: "bonjour", here });
    expect(compiled()).toBe(first);
    write("parts/word.ts", 'export const word = async (): Promise<string> => "bonsoir";\n');
    expect(await program()).toEqual({ said: "bonsoir", here });
    expect(compiled()).toBeGreaterThan(first);
  });

  it("is made again when one of its files was written while it was made", async () => {
    write("index.ts", "export const said = 1;\n");
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(folder, "index.ts"), later, later);
    expect(await program()).toEqual({ said: 1 });
    const first = compiled();
    expect(await program()).toEqual({ said: 1 });
    expect(compiled()).toBeGreaterThan(first);
  });

  it("has the programs for pods in it, as they are bundled without it, and is made again when one has changed", async () => {
    const bundled = "components/foundation/program/bundle.ts";
    for (const part of ["components/foundation/program", "programs/greeter"])
      mkdirSync(join(folder, part), { recursive: true });
    copyFileSync(join(checkout, bundled), join(folder, bundled));
    write(
      "index.ts",
      `import { bundleProgram } from "./${bundled}";\nexport const text = bundleProgram("greeter");\n`,
    );
    for (const word of ["bonjour", "bonsoir"]) {
      write("programs/greeter/main.ts", `const word: string = "${word}";\nconsole.log(word);\n`);
      const { text } = bundle("greeter", folder);
      expect(await program()).toEqual({ text });
      expect(readFileSync(join(folder, ".local/program/main.mjs"), "utf8")).toContain("console.log(word);");
    }
  });

  it("leaves commands the programs for pods, as long as no file of them has changed", async () => {
    const bundled = "components/foundation/program/bundle.ts";
    for (const part of ["components/foundation/program", "programs/greeter"])
      mkdirSync(join(folder, part), { recursive: true });
    copyFileSync(join(checkout, bundled), join(folder, bundled));
    write("index.ts", `export { bundleProgram } from "./${bundled}";\n`);
    write("programs/greeter/main.ts", 'console.log("bonjour");\n');
    await program();
    const left = join(folder, ".local/program/programs.json");
    writeFileSync(left, readFileSync(left, "utf8").replace("bonjour", "left by compile.js"));
    const asked = async () => {
      const script = `import { bundleProgram } from "./${bundled}"; console.log(bundleProgram("greeter"));`;
      return (
        await execa("node", ["--import", "tsx", "--input-type=module", "--eval", script], { cwd: folder })
      ).stdout;
    };
    expect(await asked()).toContain("left by compile.js");
    write("programs/greeter/main.ts", 'console.log("bonsoir");\n');
    expect(await asked()).toContain("bonsoir");
  });

  it("has commands beside it, a module a verb, which are made again when a file has changed", async () => {
    mkdirSync(join(folder, "scripts"));
    copyFileSync(join(checkout, "scripts/commune.js"), join(folder, "scripts/commune.js"));
    write("scripts/commune.ts", 'const { say } = await import("./greet.ts");\nsay();\n');
    const greet = (word: string) =>
      write("scripts/greet.ts", `export const say = (): void => console.log("${word}", import.meta.url);\n`);
    const asked = async () => (await execa("node", ["scripts/commune.js"], { cwd: folder })).stdout;
    const modules = () => readdirSync(join(folder, ".local/program/commands"));
    const here = pathToFileURL(join(folder, "scripts/greet.ts")).href;
    greet("bonjour");
    expect(await asked()).toBe(`bonjour ${here}`);
    const first = modules();
    expect(first).toContain("commune.mjs");
    expect(first.length).toBeGreaterThan(1);
    expect(await asked()).toBe(`bonjour ${here}`);
    expect(modules()).toEqual(first);
    greet("bonsoir");
    expect(await asked()).toBe(`bonsoir ${here}`);
    // What a command that runs may still load stays for a day.
    expect(modules()).toEqual(expect.arrayContaining(first));
    const longAgo = new Date(Date.now() - 2 * 24 * 3_600_000);
    for (const name of first) utimesSync(join(folder, ".local/program/commands", name), longAgo, longAgo);
    greet("au revoir");
    expect(await asked()).toBe(`au revoir ${here}`);
    expect(modules().filter((name) => first.includes(name))).toEqual(["commune.mjs"]);
  });

  it("whose check loads neither a TypeScript compiler nor npm, as a preview does not", async () => {
    const watch = `import module from "node:module";
process.on("exit", () => {
  // A stand-in has no file.
  const files = Object.values(module.createRequire(process.cwd() + "/").cache).flatMap(({ filename }) => filename ?? []);
  const count = (part) => files.filter((file) => file.includes(part)).length;
  console.log(JSON.stringify({ sdk: count("/@pulumi/kubernetes/") > 0, unused: count("/arborist/lib/") + count("/typescript/lib/") }));
});`;
    const args = ["--import", `data:text/javascript,${encodeURIComponent(watch)}`, "scripts/commune.js"];
    const { stdout } = await execa("node", [...args, "check", "albigny-sur-saone"], { cwd: checkout });
    expect(JSON.parse(stdout.split("\n").at(-1) ?? "")).toEqual({ sdk: true, unused: 0 });
  });

  it("that cannot be made says where", async () => {
    write("index.ts", 'export { word } from "./word.ts";\n');
    write("word.ts", "export const = 1;\n");
    await expect(program()).rejects.toThrow(/word\.ts:1:13: ERROR/);
  });
});

describe("the SDK behind preload.js", () => {
  it("has no TypeScript compiler until it serializes a function", async () => {
    write(
      "probe.cjs",
      `const pulumi = require("@pulumi/pulumi");
const loaded = () => Object.values(require.cache).filter(({ filename }) => /\\/(typescript|arborist)\\//.test(filename)).length;
module.exports = async () => {
  const before = loaded();
  const { text } = await pulumi.runtime.serializeFunction(() => 6 * 7);
  return { before, text, after: loaded() };
};
`,
    );
    const { before, text, after } = (await node('await (await import("./probe.cjs")).default()')) as {
      before: number;
      text: string;
      after: number;
    };
    expect({ before, after }).toEqual({ before: 0, after: 1 });
    expect(text).toContain("6 * 7");
  });

  it("starts without what another version of it may not have", async () => {
    rmSync(join(folder, "node_modules"));
    const sdk = join(folder, "node_modules", "@pulumi", "pulumi");
    mkdirSync(sdk, { recursive: true });
    writeFileSync(join(sdk, "package.json"), '{ "name": "@pulumi/pulumi", "main": "index.js" }');
    writeFileSync(join(sdk, "index.js"), "exports.log = {};\n");
    expect(await node('Object.keys((await import("@pulumi/pulumi")).default)')).toEqual(["log"]);
  });

  it("shows where in a TypeScript file an error was thrown", async () => {
    write(
      "index.ts",
      'interface Nothing {\n  said: string;\n}\n\nexport const stack = () => new Error("here").stack;\nexport type { Nothing };\n',
    );
    const stack = await node('(await import("./main.js")).default.stack()');
    expect(stack).toMatch(/Error: here\n +at .*\/index\.ts:5:28/);
  });
});
