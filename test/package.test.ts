import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { bundleProgram } from "../components/foundation/program/bundle.ts";
import { checkout } from "../local/paths.ts";
import manifest from "../package.json" with { type: "json" };
import { installPacked, type Packed } from "./packed.ts";
import { askProvider } from "./provider/engine.ts";

/** A folder that was empty: the package is installed there, and a repository made of it. */
const repository = mkdtempSync(join(tmpdir(), "commune-package-"));
const toolkit = join(repository, "node_modules", manifest.name);

const page = readFileSync(join(checkout, "docs", "toolkit.md"), "utf8");
/** The programs that docs/toolkit.md shows; its excerpts export nothing. */
const programs = [...page.matchAll(/```ts\n([^`]*)```/g)]
  .map(([, code = ""]) => code)
  .filter((code) => code.includes("export const"));

let packed: Packed;

/** Runs a program without an engine and prints the types of its registrations. */
const runner = `
import pulumi from "@pulumi/pulumi";
const [stack, config, program] = process.argv.slice(2);
const seen = [];
await pulumi.runtime.setMocks({
  newResource: ({ type, name, id, inputs }) => {
    if (!id) seen.push(type);
    const metadata = { ...inputs.metadata, uid: "11111111-2222-4333-8444-555555555555", managedFields: [{ time: "2026-11-26T00:00:00Z" }] };
    return { id: id || name, state: { ...inputs, metadata, outputs: {}, secretOutputNames: [], base64: Buffer.alloc(32).toString("base64") } };
  },
  call: ({ token }) => { throw new Error(token); },
}, "elsewhere", stack, false, "organization");
pulumi.runtime.setAllConfig(JSON.parse(config));
await pulumi.runtime.runInPulumiStack(async () => { await import(program); return {}; });
await pulumi.runtime.disconnect();
console.log(JSON.stringify(seen));
`;

/** Runs a program of the repository for a stack, and returns the types of what it registers. */
async function registered(program: string, stack: string, config: Record<string, string>): Promise<string[]> {
  const { stdout } = await execa("node", ["runner.js", stack, JSON.stringify(config), program], {
    cwd: repository,
  });
  return z.array(z.string()).parse(JSON.parse(stdout));
}

/** Runs `npx commune …` as npm has installed it. */
const commune = (words: readonly string[], cwd = repository) =>
  execa(join(repository, "node_modules", ".bin", "commune"), words, { cwd, all: true, reject: false });

beforeAll(async () => {
  packed = await installPacked(repository);
  const { typescript, "@types/node": node } = manifest.devDependencies;
  const beside = [`typescript@${typescript}`, `@types/node@${node}`];
  await commune(["new", "."]);
  await execa(
    "npm",
    ["install", "--save-dev", ...beside, "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"],
    { cwd: repository },
  );
  writeFileSync(join(repository, "runner.js"), runner);
  for (const [index, code] of programs.entries()) writeFileSync(join(repository, `program${index}.ts`), code);
  writeFileSync(
    join(repository, "tsconfig.json"),
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
}, 1_200_000);

afterAll(() => rmSync(repository, { recursive: true, force: true }));

test("the package is what docs/toolkit.md lists: compiled, with neither tests nor pictures", () => {
  const paths = packed.files.map(({ path }) => path);
  const [, table = ""] = page.split("| in the package | content |\n");
  const rows = (table.split("\n\n")[0] ?? "").split("\n").map((row) => row.split("|")[1] ?? "");
  const listed = rows.flatMap((row) => [...row.matchAll(/`([^`]+?)\/?`/g)].map(([, name]) => name));
  expect(new Set(paths.map((path) => path.split("/")[0]))).toEqual(new Set(listed));
  expect(paths.filter((path) => /(?<!\.d)\.ts$|\.png$|(^|\/)golden\/|\.test\./.test(path))).toEqual([]);
  expect(paths.filter((path) => path.startsWith("test/") && !path.startsWith("test/doubles/"))).toEqual([]);
  const [, archive, unpacked] = /at most (\d+) MB, or (\d+) MB unpacked/.exec(page) ?? [];
  expect(packed.size).toBeLessThan(Number(archive) * 1e6);
  expect(packed.unpackedSize).toBeLessThan(Number(unpacked) * 1e6);
  // What pods, machines and browsers run is no TypeScript, and is there all the same.
  const others = (folder: string) =>
    readdirSync(join(folder, "components"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(?:ts|js)$/.test(entry.name))
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
      .sort();
  expect(others(checkout).length).toBeGreaterThan(80);
  expect(others(toolkit)).toEqual(others(checkout));
  expect(readdirSync(join(toolkit, "components", "places", "map"))).toContain("browser.js");
});

test("docs/api.md names all that other programs import, with the docstring of each component's arguments", () => {
  const surface = readFileSync(join(checkout, "components", "index.ts"), "utf8");
  const names = [...surface.matchAll(/^export (?:type )?\{([^}]+)\}/gm)].flatMap(([, list = ""]) =>
    list.split(",").flatMap((each) => /(\w+)\s*$/.exec(each)?.[1] ?? []),
  );
  expect(names.length).toBeGreaterThan(60);
  const made = readFileSync(join(toolkit, "docs", "api.md"), "utf8");
  const [, ...sections] = made.split(/^### /m);
  expect(sections.map((section) => /^\w+/.exec(section)?.[0]).sort()).toEqual([...names].sort());
  const commune = sections.find((section) => section.startsWith("CommuneArgs"));
  for (const [, field] of readFileSync(join(checkout, "components", "commune", "args.ts"), "utf8").matchAll(
    /^ {2}(\w+)\??:/gm,
  ))
    expect(commune).toMatch(new RegExp(`\`${field}\\??\` \\|.*\\| [^-].+ \\|`));
  expect(Math.max(...made.split("\n").map(({ length }) => length))).toBeLessThan(3000);
});

test("programs for pods are the checkout's, byte by byte: no pod restarts because of where the toolkit is", () => {
  const names = readdirSync(join(checkout, "programs"));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const file = join(toolkit, ".local", "program", "programs", `${name}.json`);
    expect(JSON.parse(readFileSync(file, "utf8")), name).toEqual({ text: bundleProgram(name), madeOf: {} });
  }
});

test("a repository has one dependency, in one version, and its declarations find their schema", async () => {
  expect(JSON.parse(readFileSync(join(repository, "package.json"), "utf8"))).toMatchObject({
    private: true,
    type: "module",
    dependencies: { [manifest.name]: `file:${packed.filename}` },
  });
  expect(readFileSync(join(repository, "index.js"), "utf8").split("\n")).toHaveLength(2);
  for (const file of [".forgejo/workflows/audit.yaml", ".gitlab-ci.yml"])
    expect(existsSync(join(repository, file)), file).toBe(true);
  const { all, exitCode } = await commune([
    ...["init", "bron", "--name", "Bron", "--insee", "69029", "--domain", "bron.test"],
    ...["--population", "42000", "--contact", "mairie@bron.test", "--services", "nextcloud"],
  ]);
  expect(exitCode, String(all)).toBe(0);
  for (const file of ["stacks/federation.yaml", "stacks/bron/commune.yaml"]) {
    const [, schema = ""] = /\$schema=(.*)/.exec(readFileSync(join(repository, file), "utf8")) ?? [];
    expect(existsSync(resolve(repository, file, "..", schema)), schema).toBe(true);
  }
});

test.each<[string, number, string]>([
  ["--help", 0, "Make a repository for the declarations of communes"],
  ["check", 0, "bron: valid"],
  ["size bron", 0, "GiB"],
  ["dns bron --address 192.0.2.7", 0, "cloud.bron.test"],
  ["schema --check", 0, "up to date"],
  ["docs", 0, ".local/docs/index.html"],
  ["new .", 1, "Nothing was changed."],
])("commune %s", async (words, exitCode, said) => {
  const ran = await commune(words.split(" "));
  expect(ran.all).toContain(said);
  expect(ran.exitCode, ran.all).toBe(exitCode);
});

test("a verb finds the repository from a folder below it, and outside says where it looked", async () => {
  const below = await commune(["check"], join(repository, "stacks", "bron"));
  expect(below.all).toContain("bron: valid");
  const outside = await commune(["check"], tmpdir());
  expect(outside).toMatchObject({ exitCode: 1, stdout: "" });
  expect(outside.stderr).toContain(`neither ${tmpdir()} nor a folder above it has Pulumi.yaml and stacks/`);
});

test("its program registers the commune, as plain pulumi runs it", async () => {
  const settings = { "commune:data": "disposable" };
  const types = await registered("./index.js", "bron", settings);
  expect(types).toContain("commune:index:Nextcloud");
  expect(types.filter((type) => type.startsWith("kubernetes:")).length).toBeGreaterThan(40);
});

test("its provider registers a commune for a program in another language, asked as the engine asks", async () => {
  const answered = await askProvider(join(toolkit, "provider"), {
    ...{ stack: "bron", type: "commune:index:Commune", name: "bron" },
    inputs: {
      declaration: {
        ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", population: 42_000 },
        ...{ contact: "numerique@bron.test", nextcloud: {} },
      },
    },
  });
  expect(answered.schema).toMatchObject({ name: "commune", version: manifest.version });
  expect(answered.urn).toMatch(/\bcommune:index:Commune::bron$/);
  expect(answered.outputs).toMatchObject({ addresses: { nextcloud: "https://cloud.bron.test" } });
  const [first, ...others] = answered.registered;
  expect(first).toMatchObject({ type: "commune:index:Commune", name: "bron" });
  expect(others.every(({ parent }) => parent !== "")).toBe(true);
  const types = others.map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(["commune:index:Nextcloud", "commune:index:Database"]));
  expect(types.filter((type) => type.startsWith("kubernetes:")).length).toBeGreaterThan(30);
}, 600_000);

test("the programs of docs/toolkit.md pass the compiler's strict checks", async () => {
  expect(programs).toHaveLength(2);
  const { stdout, exitCode } = await execa("npx", ["tsc"], { cwd: repository, reject: false });
  expect(stdout).toBe("");
  expect(exitCode).toBe(0);
}, 600_000);

test("they register a commune, and one service alone", async () => {
  const commune = await registered("./program0.js", "test", {});
  expect(commune).toContain("commune:index:Mastodon");
  expect(commune.filter((type) => type.startsWith("kubernetes:")).length).toBeGreaterThan(40);
  const alone = await registered("./program1.js", "test", { "elsewhere:database-nextcloud-password": "x" });
  expect(alone).toContain("commune:index:Nextcloud");
  expect(alone).not.toContain("commune:index:Database");
}, 600_000);
