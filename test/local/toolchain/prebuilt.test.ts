import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { buildToolchain, builtLine, type ToolchainProgress } from "../../../local/toolchain/index.ts";
import { keyOf } from "../../../local/toolchain/key.ts";
import { licencesText, licensesOf } from "../../../local/toolchain/licences.ts";
import {
  type Checksums,
  type Prebuilt,
  readPrebuilt,
  releasedKey,
} from "../../../local/toolchain/prebuilt.ts";
import { allPrograms, goModule, type ProgramGroup } from "../../../local/toolchain/programs.ts";
import {
  checksumsOf,
  isSame,
  verificationText,
  verify,
  withPrograms,
} from "../../../local/toolchain/verify.ts";
import { FakeGo } from "./fake-go.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let go: FakeGo;
let known: ProgramGroup[];
const seen: ToolchainProgress[] = [];
const { signal } = new AbortController();

beforeEach(() => {
  go = new FakeGo();
  known = [go.group("one", ["a", "b"]), go.group("two", ["c"], true)];
  seen.length = 0;
  vi.stubEnv("PATH", go.path);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(go.root, { recursive: true, force: true });
});

/** Text of a program as the double of Go compiles it. */
const compiled = (program: string) => `program ./${program}`;

/** Checksums of the programs, as a release with the present sources has them. */
const checksums = (): Checksums => ({
  go: "1.26.8",
  groups: Object.fromEntries(
    known.map((group) => [
      group.name,
      {
        key: keyOf(go.module(), group, "1.26.8"),
        programs: Object.fromEntries(
          Object.keys(group.programs).map((program) => [program, sha256(compiled(program))]),
        ),
      },
    ]),
  ),
});

/** A package of programs, each with what the double of Go would have made, unless another text is given. */
function installed(texts: Readonly<Record<string, string>> = {}, own = checksums()): Prebuilt {
  const folder = join(go.root, "package");
  mkdirSync(join(folder, "bin"), { recursive: true });
  for (const program of ["a", "b", "c"])
    writeFileSync(join(folder, "bin", program), texts[program] ?? compiled(program));
  return { checksums: checksums(), installed: { folder, checksums: own } };
}

const build = (prebuilt: Prebuilt) =>
  buildToolchain({
    ...{ module: go.module(), known, cache: go.cache, prebuilt },
    report: (progress) => seen.push(progress),
  });

describe("the package of programs", () => {
  it("is taken in the place of compiling, on a machine without Go, and once", async () => {
    vi.stubEnv("PATH", join(go.root, "nowhere"));
    const toolchain = await build(installed());
    expect(readFileSync(toolchain.bin("c"), "utf8")).toBe("program ./c");
    expect(go.builds).toEqual([]);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ total: 3, done: 3, cached: 0, taken: 3 });
    expect(builtLine(seen[0] ?? expect.fail())).toBe("3 programs, 3 of @commune-cloud/programs-linux-x64");
    rmSync(join(go.root, "package"), { recursive: true });
    await build({ checksums: checksums() });
    expect(seen.at(-1)).toMatchObject({ done: 3, cached: 3, taken: 0 });
    expect(builtLine(seen.at(-1) ?? expect.fail())).toBe("3 programs, built from pinned sources (cached)");
  });

  it("runs nothing that differs from the checksums of the toolkit, and names each", async () => {
    await expect(build(installed({ a: "evil", c: "evil too" }))).rejects.toThrow(
      new RegExp(`bin/a has SHA-256 ${sha256("evil")}, not ${sha256(compiled("a"))}\n.*bin/c has`),
    );
    expect(go.builds).toEqual([]);
    expect(existsSync(join(go.cache, checksums().groups.one?.key ?? "", "bin", "a"))).toBe(false);
    // It does not take another's word for what is right either.
    const own = checksums();
    if (own.groups.one) own.groups.one.programs.a = sha256("evil");
    await expect(build(installed({ a: "evil" }, own))).rejects.toThrow(/bin\/a has SHA-256/);
  });

  it("leaves to the compiler what it does not have, or has of other sources", async () => {
    const own = checksums();
    if (own.groups.one) own.groups.one.key = "one-of-another-release";
    const toolchain = await build(installed({ a: "older", b: "older" }, own));
    expect(go.builds).toEqual(["./a", "./b"]);
    expect(readFileSync(toolchain.bin("a"), "utf8")).toBe(compiled("a"));
    expect(builtLine(seen.at(-1) ?? expect.fail())).toBe(
      "3 programs, 1 of @commune-cloud/programs-linux-x64, 2 built from pinned sources",
    );
  });

  it("is of no use to a group of which it lacks a program", async () => {
    const prebuilt = installed();
    rmSync(join(go.root, "package", "bin", "b"));
    await build(prebuilt);
    expect(go.builds).toEqual(["./a", "./b"]);
  });

  it("is of no use where sources were changed since the release", async () => {
    const prebuilt = installed();
    writeFileSync(join(go.root, "module", "two", "main.go"), "package main // changed\n");
    await build(prebuilt);
    expect(go.builds).toEqual(["./c"]);
  });

  it("is read with its checksums, and says when these are broken", () => {
    const file = join(go.root, "checksums.json");
    expect(readPrebuilt(file, undefined)).toBeUndefined();
    writeFileSync(file, JSON.stringify(checksums()));
    expect(readPrebuilt(file, join(go.root, "nowhere"))).toEqual({ checksums: checksums() });
    const { folder } = installed().installed ?? expect.fail();
    writeFileSync(join(folder, "checksums.json"), JSON.stringify(checksums()));
    expect(readPrebuilt(file, folder)?.installed).toEqual({ folder, checksums: checksums() });
    writeFileSync(join(folder, "checksums.json"), "{}");
    expect(() => readPrebuilt(file, folder)).toThrow(/package\/checksums\.json is no list of checksums/);
  });
});

describe("a verification", () => {
  const anew = () => ({ module: go.module(), known, cache: go.cache, report: () => undefined, signal });
  const verified = () => verify(anew(), { checksums: checksums() });

  it("compiles all of it, whatever the cache has, and finds the same bytes", async () => {
    await build({ checksums: checksums() });
    const found = await verified();
    expect(go.builds).toEqual(["./a", "./b", "./c", "./a", "./b", "./c"]);
    expect(isSame(found)).toBe(true);
    expect(verificationText(found)).toMatch(
      /^ {2}a {2}[0-9a-f]{12} {2}same bytes\n[\s\S]*\n\n3 programs, compiled by Go 1\.26\.8 from [\s\S]*: the same bytes\.$/,
    );
  });

  it("names each that differs: from source, and in the cache", async () => {
    const toolchain = await build({ checksums: checksums() });
    writeFileSync(toolchain.bin("c"), "changed in the cache");
    go.write('case $package in *b) printf other;; *) printf "program %s" "$package";; esac > "$output"');
    const found = await verified();
    expect(isSame(found)).toBe(false);
    const text = verificationText(found);
    expect(text).toContain(
      `b  ${sha256(compiled("b")).slice(0, 12)}  DIFFERS: ${sha256("other").slice(0, 12)} from source`,
    );
    expect(text).toContain(
      `same bytes; DIFFERS: ${sha256("changed in the cache").slice(0, 12)} in the cache`,
    );
    expect(text).toContain("2 of 3 programs differ: b, c. Do not run them");
  });

  it("says of which programs it compared nothing", async () => {
    const then = checksums();
    writeFileSync(join(go.root, "module", "two", "main.go"), "package main // changed\n");
    const found = await verify(anew(), { checksums: then });
    expect(found.programs.map(({ program }) => program)).toEqual(["a", "b"]);
    expect(isSame(found)).toBe(false);
    expect(verificationText(found)).toMatch(/\nNot compared, since their sources changed: two\.$/);
  });

  it("compiles nothing that it could not compare", async () => {
    await expect(verify(anew(), undefined)).rejects.toThrow(/there is no .*checksums\.json/);
    await expect(verify(anew(), { checksums: { ...checksums(), go: "1.26.7" } })).rejects.toThrow(
      /compiled by Go 1\.26\.7, and here is Go 1\.26\.8, whose bytes differ/,
    );
    const { groups } = checksums();
    for (const group of Object.values(groups)) group.key = "another";
    await expect(verify(anew(), { checksums: { go: "1.26.8", groups } })).rejects.toThrow(
      /sources of every program are others/,
    );
    expect(go.builds).toEqual([]);
  });

  it("has the checksums that a release writes", async () => {
    const written = await withPrograms(anew(), (fileOf) => checksumsOf(anew(), "1.26.8", fileOf));
    expect(written).toEqual(checksums());
  });
});

describe("licences of programs", () => {
  it("are each there once, below the names of the modules that it is of", () => {
    const text = licencesText([
      { name: "x v1", texts: ["MIT"] },
      { name: "y v2", texts: ["Apache", "NOTICE of y"] },
      { name: "z v3", texts: ["MIT"] },
    ]);
    expect(text.split(`\n${"=".repeat(80)}\n\n`)).toEqual([
      "x v1\nz v3\n\nMIT\n",
      "y v2\n\nApache\n",
      "y v2\n\nNOTICE of y\n",
    ]);
  });

  it("are those of every module of others that a program is compiled of", async () => {
    vi.unstubAllEnvs();
    const found = await licensesOf(goModule, ["./namespace"]);
    const names = found.map(({ name }) => name.split(" ")[0]);
    expect(names).toContain("the");
    expect(found[0]?.texts.join()).toContain("Redistribution and use in source and binary forms");
    expect(names.filter((name) => name?.startsWith("commune.cloud"))).toEqual([]);
  });
});

it("this toolkit's checksums are of the sources that it has: whoever takes the programs compiles nothing", () => {
  const prebuilt = readPrebuilt() ?? expect.fail("no checksums: npm run package:programs");
  const others = allPrograms.filter((group) => releasedKey(prebuilt, goModule, group) === undefined);
  expect(others.map(({ name }) => name)).toEqual([]);
});
