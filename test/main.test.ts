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
import { execa } from "execa";
import yaml from "js-yaml";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import * as z from "zod";
import { bundle } from "../components/foundation/program/bundle.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import { checkout } from "../local/paths.ts";

let folder: string;

/** Options that the language host gives to Node. */
const { runtime } = z
  .object({ runtime: z.object({ options: z.object({ nodeargs: z.string() }) }) })
  .parse(yaml.load(readFileSync(join(checkout, "Pulumi.yaml"), "utf8")));
const nodeArguments = runtime.options.nodeargs.split(" ");

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
  const args = [...nodeArguments, "--input-type=module", "--eval", script];
  const { stdout } = await execa("node", args, { cwd: folder });
  return JSON.parse(stdout);
}

const program = () => node('(await import("./main.js")).default');
const main = () => join(folder, ".local", "program", "main", "index.mjs");
const compiled = () => statSync(main()).mtimeMs;

describe("the compiled program", () => {
  it("has the outputs of index.ts, and is made again when a file has changed", async () => {
    mkdirSync(join(folder, "parts"));
    write("index.ts", 'import { word } from "./parts/word.ts";\nexport default { said: await word() };\n');
    write("parts/word.ts", 'export const word = async (): Promise<string> => "bonjour";\n');
    expect(await program()).toEqual({ said: "bonjour" });
    const first = compiled();
    expect(await program()).toEqual({ said: "bonjour" });
    expect(compiled()).toBe(first);
    write("parts/word.ts", 'export const word = async (): Promise<string> => "bonsoir";\n');
    expect(await program()).toEqual({ said: "bonsoir" });
    expect(compiled()).toBeGreaterThan(first);
  });

  it("is made again when one of its files was written while it was made", async () => {
    write("index.ts", "export default { said: 1 };\n");
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(folder, "index.ts"), later, later);
    expect(await program()).toEqual({ said: 1 });
    const first = compiled();
    expect(await program()).toEqual({ said: 1 });
    expect(compiled()).toBeGreaterThan(first);
  });

  it("finds the programs for pods made, as they are bundled without it, and is made again when one has changed", async () => {
    const bundled = "components/foundation/program/bundle.ts";
    for (const part of ["components/foundation/program", "programs/greeter"])
      mkdirSync(join(folder, part), { recursive: true });
    for (const file of [bundled, "components/foundation/toolkit.ts"])
      copyFileSync(join(checkout, file), join(folder, file));
    write(
      "index.ts",
      `import { bundleProgram } from "./${bundled}";\nexport default { text: bundleProgram("greeter") };\n`,
    );
    for (const word of ["bonjour", "bonsoir"]) {
      write("programs/greeter/main.ts", `const word: string = "${word}";\nconsole.log(word);\n`);
      const { text } = bundle("greeter", folder);
      expect(await program()).toEqual({ text });
      expect(readFileSync(main(), "utf8")).not.toContain("console.log(word);");
    }
  });

  it("leaves commands the programs for pods, as long as no file of them has changed", async () => {
    const bundled = "components/foundation/program/bundle.ts";
    for (const part of ["components/foundation/program", "programs/greeter"])
      mkdirSync(join(folder, part), { recursive: true });
    for (const file of [bundled, "components/foundation/toolkit.ts"])
      copyFileSync(join(checkout, file), join(folder, file));
    write("index.ts", `import { bundleProgram } from "./${bundled}";\nexport default { bundleProgram };\n`);
    write("programs/greeter/main.ts", 'console.log("bonjour");\n');
    await program();
    const left = join(folder, ".local/program/programs/greeter.json");
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
      write("scripts/greet.ts", `export const say = (): void => console.log("${word}");\n`);
    const asked = async () => (await execa("node", ["scripts/commune.js"], { cwd: folder })).stdout;
    const modules = () => readdirSync(join(folder, ".local/program/commands"));
    greet("bonjour");
    expect(await asked()).toBe("bonjour");
    const first = modules();
    expect(first).toContain("commune.mjs");
    expect(first.length).toBeGreaterThan(1);
    expect(await asked()).toBe("bonjour");
    expect(modules()).toEqual(first);
    greet("bonsoir");
    expect(await asked()).toBe("bonsoir");
    // What a command that runs may still load stays for a day.
    expect(modules()).toEqual(expect.arrayContaining(first));
    const longAgo = new Date(Date.now() - 2 * 24 * 3_600_000);
    for (const name of first) utimesSync(join(folder, ".local/program/commands", name), longAgo, longAgo);
    greet("au revoir");
    expect(await asked()).toBe("au revoir");
    expect(modules().filter((name) => first.includes(name))).toEqual(["commune.mjs"]);
  });

  it("loads what a declaration asks for, and nothing else, from modules beside it", async () => {
    mkdirSync(join(folder, "parts"));
    write(
      "index.ts",
      'const load = { asked: () => import("./parts/asked.ts"), other: () => import("./parts/other.ts") };\nconst { said } = await load.asked();\nexport default { said, never: String(load.other) };\n',
    );
    write("parts/asked.ts", 'export const said: string = "bonjour";\n');
    write("parts/other.ts", 'throw new Error("loaded");\n');
    expect(await program()).toMatchObject({ said: "bonjour" });
    expect(readFileSync(main(), "utf8")).not.toMatch(/bonjour|"loaded"/);
  });

  it("reads files of the toolkit from where they are written", async () => {
    mkdirSync(join(folder, "components/foundation"), { recursive: true });
    const file = "components/foundation/toolkit.ts";
    copyFileSync(join(checkout, file), join(folder, file));
    write(
      "index.ts",
      `import { toolkitFile } from "./${file}";\nexport default { found: toolkitFile("stacks") };\n`,
    );
    expect(await program()).toEqual({ found: join(folder, "stacks") });
    expect(toolkitFile("charts/app")).toBe(join(checkout, "charts/app"));
  });

  it("that cannot be made says where", async () => {
    write("index.ts", 'import { word } from "./word.ts";\nexport default { word };\n');
    write("word.ts", "export const = 1;\n");
    await expect(program()).rejects.toThrow(/word\.ts:1:13: ERROR/);
  });
});

describe("Node as the language host starts it", () => {
  it("has nothing in the place of a package", async () => {
    const cached =
      'Object.keys((await import("node:module")).default.createRequire(process.cwd() + "/").cache)';
    expect(await node(cached)).toEqual([]);
  });

  it("shows where an error was thrown, in a module that names its files", async () => {
    write("thrown.ts", 'export const thrown = (): Error => new Error("here");\n');
    write(
      "index.ts",
      'import { thrown } from "./thrown.ts";\nexport default { stack: () => thrown().stack };\n',
    );
    const stack = String(await node('(await import("./main.js")).default.stack()'));
    const [, line] = /^Error: here\n +at .*\/main\/index\.mjs:(\d+):\d+\)?$/.exec(stack) ?? [];
    const above = readFileSync(main(), "utf8").split("\n").slice(0, Number(line));
    expect(above.at(-1)).toContain('new Error("here")');
    expect(above.findLast((text) => text.startsWith("// "))).toBe("// thrown.ts");
  });
});

test("files beside modules are found from the toolkit's folder: a compiled module is in another one", async () => {
  const { stdout } = await execa("git", ["ls-files", "*.ts"], { cwd: checkout });
  const found = stdout
    .split("\n")
    .filter((file) => !/^(test|bench)\//.test(file) && !file.endsWith("/toolkit.ts"))
    .filter((file) =>
      /new URL\([^)]*import\.meta\.url|import\.meta\.dirname/.test(
        readFileSync(join(checkout, file), "utf8"),
      ),
    );
  expect(found).toEqual([]);
});
