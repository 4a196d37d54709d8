import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, describe, expect, it } from "vitest";
import { bundle, bundleProgram } from "../../../components/foundation/program/bundle.ts";
import {
  programChecksum,
  programConfigMap,
  programContainer,
  programUid,
} from "../../../components/foundation/program/manifests.ts";
import { checkout } from "../../../local/paths.ts";

const folders: string[] = [];

function project(word: string): string {
  const folder = mkdtempSync(join(tmpdir(), "program-"));
  folders.push(folder);
  mkdirSync(join(folder, "programs", "greeter"), { recursive: true });
  writeFileSync(
    join(folder, "programs/greeter/main.ts"),
    'import { word } from "./word.ts";\nconsole.log(word);\n',
  );
  writeFileSync(join(folder, "programs/greeter/word.ts"), word);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe("a bundled program", () => {
  it("is a module that Node can read, whatever names it has beside those of its beginning", async () => {
    for (const name of readdirSync(join(checkout, "programs"))) {
      const file = join(mkdtempSync(join(tmpdir(), "program-")), "main.mjs");
      folders.push(dirname(file));
      writeFileSync(file, bundleProgram(name));
      const { exitCode, stderr } = await execa("node", ["--check", file], { reject: false });
      expect([name, exitCode, stderr]).toEqual([name, 0, ""]);
    }
  });

  const word = 'export const word: string = "bonjour";\n';

  it("is one module that plain Node runs", async () => {
    const folder = project(word);
    const file = join(folder, "main.mjs");
    writeFileSync(file, bundleProgram("greeter", folder));
    expect((await execa(process.execPath, [file], { cwd: tmpdir() })).stdout).toBe("bonjour");
  });

  it("is the same text in another checkout, and another one when a source changes", () => {
    const [one, other, changed] = [project(word), project(word), project('export const word = "salut";\n')];
    const text = bundleProgram("greeter", one);
    expect(bundleProgram("greeter", other)).toBe(text);
    expect(bundleProgram("greeter", changed)).not.toBe(text);
    expect(programChecksum(bundleProgram("greeter", changed))).not.toEqual(programChecksum(text));
  });

  it("is the same text where the folder of packages is a link", () => {
    const linked = project('export { hex as word } from "@scure/base";\n');
    symlinkSync(join(checkout, "node_modules"), join(linked, "node_modules"));
    const text = bundleProgram("greeter", linked);
    // Of comments, those of a licence alone.
    expect(text).toContain("@scure/base/index.js:");
    expect(text).not.toContain(checkout);
    expect(text).not.toMatch(/^\/\/ \.\./m);
  });

  it("that cannot be made is one sentence with the place", () => {
    const folder = project('export { word } from "no-such-package";\n');
    expect(() => bundleProgram("greeter", folder)).toThrow(
      /^bundling programs\/greeter failed: Could not resolve "no-such-package" \(programs\/greeter\/word\.ts:1\)$/,
    );
  });

  it("has nothing of a service but how it is linked and what it shows everybody: no section, no plan, no component", () => {
    const { files } = bundle("federation", checkout);
    const service = (file: string) => /^components\/services\/[^/]+\/([^/]+)$/.exec(file)?.[1] ?? [];
    expect(new Set(files.flatMap(service))).toEqual(
      new Set(["driver.ts", "latest.ts", "link.ts", "reconciler-account.ts"]),
    );
    expect(files.filter((file) => /node_modules\/(@pulumi|js-yaml)/.test(file))).toEqual([]);
  });

  it("that needs at once what only the stack has is refused", () => {
    const folder = project('export { word } from "./service.ts";\n');
    writeFileSync(join(folder, "programs/greeter/service.ts"), word);
    expect(() => bundleProgram("greeter", folder)).toThrow(
      "programs/greeter imports ./service.ts, which no pod has.",
    );
  });

  it("that does not exist is named", () => {
    expect(() => bundleProgram("no-such-program", checkout)).toThrow(/programs\/no-such-program/);
  });
});

it("a program's pod runs it unprivileged, from the ConfigMap", () => {
  const config = programConfigMap({ name: "greeter", labels: {} }, "text");
  const resources = { cpu: 0.01, requestMiB: 32, limitMiB: 64 };
  const container = programContainer({ name: "greeter", resources, heapMiB: 32 });
  expect(config.data).toEqual({ "main.mjs": "text" });
  expect(container).toMatchObject({
    command: ["node", "--max-old-space-size=32", "/program/main.mjs"],
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
    volumeMounts: [{ name: "program", mountPath: "/program", readOnly: true }],
  });
  expect(programUid).toBe(1000);
});
