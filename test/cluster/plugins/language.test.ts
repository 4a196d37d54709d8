import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa, type Options } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../../../local/paths.ts";
import { Bench } from "./bench.ts";

let bench: Bench;
let folder: string;

beforeAll(async () => {
  bench = await Bench.open("language");
  folder = join(bench.folder, "program");
  for (const part of ["program", "policy"]) {
    cpSync(join(import.meta.dirname, part), join(bench.folder, part), { recursive: true });
    symlinkSync(join(checkout, "node_modules"), join(bench.folder, part, "node_modules"));
  }
  await pulumi("stack", "init", "language");
  await pulumi("config", "set", "kubeconfig", bench.kubeconfig);
  await pulumi("config", "set", "namespace", bench.namespace);
  await pulumi("config", "set", "--secret", "given", "a secret setting");
});
afterAll(() => bench?.close());

async function pulumi(...args: readonly string[]): Promise<{ code: number | undefined; text: string }> {
  const { exitCode, all } = await start(...args);
  return { code: exitCode, text: String(all) };
}

function start(...args: readonly string[]) {
  const options = { cwd: folder, env: bench.environment, all: true, reject: false } satisfies Options;
  return execa(join(bench.folder, "bin", "pulumi"), [...args, "--non-interactive"], options);
}

const inMode = async (mode: string) => {
  await pulumi("config", "set", "mode", mode);
};

test("a TypeScript program runs with its arguments, configuration and output, and nothing warns of the plugins", async () => {
  await inMode("ok");
  const up = await pulumi("up", "--yes");
  expect(up.text).toContain("the program printed this");
  expect(up.text).not.toContain("$PATH");
  expect(up.code).toBe(0);
  const outputs = await pulumi("stack", "output", "--json", "--show-secrets");
  expect(JSON.parse(outputs.text)).toEqual({ given: "a secret setting", stack: "language", where: folder });
  const hidden = await pulumi("stack", "output", "--json");
  expect(hidden.text).not.toContain("a secret setting");
});

test("the engine learns which plugins the program needs", async () => {
  const { text } = await pulumi("about", "--json");
  const about = JSON.parse(text) as {
    plugins: { name: string; version: string }[];
    runtime: { version: string };
  };
  const versions = Object.fromEntries(about.plugins.map(({ name, version }) => [name, version]));
  const { devDependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  expect(versions).toMatchObject({
    kubernetes: devDependencies["@pulumi/kubernetes"],
    random: devDependencies["@pulumi/random"],
  });
  expect(about.runtime.version).toBe(process.version);
});

test("a program that throws is reported once; one that exits is reported with its code", async () => {
  await inMode("throw");
  const thrown = await pulumi("preview");
  expect(thrown.code).not.toBe(0);
  expect(thrown.text).toContain("the program threw");
  expect(thrown.text).not.toContain("non-zero exit code");
  await inMode("exit");
  const exited = await pulumi("preview");
  expect(exited.code).not.toBe(0);
  expect(exited.text).toContain("Program exited with non-zero exit code: 7");
});

test("node ends when the engine is killed, or asked to stop", async () => {
  await inMode("wait");
  for (const signal of ["SIGKILL", "SIGINT"] as const) {
    const engine = start("preview");
    const pid = await waitingProcess(engine);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    engine.kill(signal);
    await engine;
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 15_000 }).toBe(false);
  }
});

async function waitingProcess(engine: ReturnType<typeof start>): Promise<string> {
  let text = "";
  for await (const line of engine.iterable({ from: "all" })) {
    text += `${line}\n`;
    const [, pid] = /waiting in process (\d+)/.exec(text) ?? [];
    if (pid) return pid;
  }
  throw new Error(`The program did not start:\n${text}`);
}

test("a policy pack written in TypeScript is run by --policy-pack", async () => {
  await inMode("ok");
  const refused = await pulumi("preview", "--policy-pack", join(bench.folder, "policy"));
  expect(refused.text).toContain("language is a Secret");
  expect(refused.code).not.toBe(0);
});

test("a source-based plugin is run where it stands: the engine reads the schema of the components", async () => {
  const { text, code } = await pulumi("package", "get-schema", join(checkout, "provider"));
  expect(code, text).toBe(0);
  expect(JSON.parse(text.slice(text.indexOf("{")))).toMatchObject({
    name: "commune",
    resources: { "commune:index:Commune": { isComponent: true } },
  });
});

test("what the local language host does not do is refused by name", async () => {
  const { text, code } = await pulumi("install");
  expect(text).toContain(
    "not supported by the local plugin, install the official one (pulumi-language-nodejs)",
  );
  expect(code).not.toBe(0);
});
