import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../local/paths.ts";

const project = mkdtempSync(join(tmpdir(), "commune-package-"));
const versions = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")).devDependencies as Record<
  string,
  string
>;
const peers = ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/random", "typescript", "@types/node"];

/** The programs that docs/toolkit.md shows; its excerpts export nothing. */
const programs = [
  ...readFileSync(join(checkout, "docs", "toolkit.md"), "utf8").matchAll(/```ts\n([^`]*)```/g),
]
  .map(([, code = ""]) => code)
  .filter((code) => code.includes("export const"));

/** Runs a program without an engine and counts what it registers, by kind. */
const runner = `
import pulumi from "@pulumi/pulumi";
const seen = [];
process.env.PULUMI_CONFIG = JSON.stringify({ "elsewhere:database-nextcloud-password": "x" });
await pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    seen.push(type);
    return { id: name, state: { ...inputs, base64: Buffer.alloc(32).toString("base64") } };
  },
  call: ({ token }) => { throw new Error(token); },
}, "elsewhere", "test", false);
pulumi.runtime.setAllConfig({ "elsewhere:database-nextcloud-password": "x" });
await pulumi.runtime.runInPulumiStack(async () => { await import(process.argv[2]); return {}; });
await pulumi.runtime.disconnect();
console.log(JSON.stringify(seen));
`;

beforeAll(async () => {
  const { stdout } = await execa(
    "npm",
    ["pack", "--ignore-scripts=false", "--json", "--pack-destination", project],
    { cwd: checkout },
  );
  const [archive] = readdirSync(project).filter((file) => file.endsWith(".tgz"));
  if (!archive) throw new Error(`npm pack made nothing: ${stdout}`);
  const dependencies = Object.fromEntries(peers.map((name) => [name, versions[name] ?? ""]));
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({
      name: "elsewhere",
      type: "module",
      dependencies: { ...dependencies, "commune-cloud": `file:${archive}` },
    }),
  );
  writeFileSync(join(project, "runner.js"), runner);
  for (const [index, code] of programs.entries()) writeFileSync(join(project, `program${index}.ts`), code);
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        module: "nodenext",
        target: "es2022",
        strict: true,
        esModuleInterop: true,
        skipLibCheck: true,
        types: ["node"],
      },
      include: ["program*.ts"],
    }),
  );
  await execa("npm", ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: project,
  });
}, 1_200_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

test("the package holds what is compiled, and neither tests nor stacks", async () => {
  const files = readdirSync(join(project, "node_modules", "commune-cloud"));
  expect(files).toEqual(expect.arrayContaining(["dist", "LICENSE", "README.md", "package.json"]));
  expect(files).not.toEqual(expect.arrayContaining(["test"]));
  expect(files).not.toEqual(expect.arrayContaining(["local"]));
  // What pods, machines and browsers run is no TypeScript, and is there all the same.
  const others = (folder: string) =>
    readdirSync(join(folder, "components"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(?:ts|js)$/.test(entry.name))
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
      .sort();
  const dist = join(project, "node_modules", "commune-cloud", "dist");
  expect(others(checkout).length).toBeGreaterThan(80);
  expect(others(dist)).toEqual(others(checkout));
  expect(readdirSync(join(dist, "components", "places", "map"))).toContain("browser.js");
});

test("the programs of docs/toolkit.md pass the compiler's strict checks", async () => {
  expect(programs).toHaveLength(2);
  const { stdout, exitCode } = await execa("npx", ["tsc"], { cwd: project, reject: false });
  expect(stdout).toBe("");
  expect(exitCode).toBe(0);
}, 600_000);

test("they register a commune, and one service alone", async () => {
  const registered = async (program: string) =>
    JSON.parse((await execa("node", ["runner.js", program], { cwd: project })).stdout) as string[];
  const commune = await registered("./program0.js");
  expect(commune).toContain("commune:index:Mastodon");
  expect(commune.filter((type) => type.startsWith("kubernetes:")).length).toBeGreaterThan(40);
  const alone = await registered("./program1.js");
  expect(alone).toContain("commune:index:Nextcloud");
  expect(alone).not.toContain("commune:index:Database");
}, 600_000);
