import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compareVersions, linkerFlags } from "../../../local/toolchain/go.ts";
import {
  buildToolchain,
  progressLine,
  pruneToolchain,
  type ToolchainProgress,
} from "../../../local/toolchain/index.ts";
import { keyOf } from "../../../local/toolchain/key.ts";
import { type GoModule, modules } from "../../../local/toolchain/modules.ts";
import { placePulumi } from "../../../local/toolchain/pulumi.ts";
import { FakeGo } from "./fake-go.ts";

let go: FakeGo;
const seen: ToolchainProgress[] = [];

beforeEach(() => {
  go = new FakeGo();
  seen.length = 0;
  vi.stubEnv("PATH", go.path);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(go.root, { recursive: true, force: true });
});

const build = (modules: GoModule[], signal?: AbortSignal) =>
  buildToolchain({
    modules,
    cache: go.cache,
    report: (progress) => seen.push(progress),
    ...(signal && { signal }),
  });

describe("building the toolchain", () => {
  it("builds every program once, two at a time, and tells how far it is", async () => {
    go.write('sleep 0.2; printf x > "$output"');
    const two = [go.module("one", ["a", "b"]), go.module("two", ["c"])];
    const toolchain = await build(two);
    expect(readFileSync(toolchain.bin("c"), "utf8")).toBe("x");
    expect(go.builds.sort()).toEqual(["./a", "./b", "./c"]);
    expect(go.concurrency).toBe(2);
    expect(seen[0]).toEqual({ total: 3, done: 0, cached: 0, current: [] });
    expect(seen.at(-1)).toEqual({ total: 3, done: 3, cached: 0, current: [] });
    await build(two);
    expect(go.builds).toHaveLength(3);
    expect(seen.at(-1)).toEqual({ total: 3, done: 3, cached: 3, current: [] });
  });

  it("names a program that it does not have", async () => {
    const toolchain = await build([go.module("one", ["a"])]);
    expect(() => toolchain.bin("z")).toThrow(/z is no program of the toolchain/);
  });

  it("builds again what is truncated, missing or was never finished, and nothing else", async () => {
    const one = go.module("one", ["a", "b", "c", "d"]);
    const toolchain = await build([one]);
    truncateSync(toolchain.bin("a"), 3);
    rmSync(toolchain.bin("b"));
    rmSync(join(dirname(dirname(toolchain.bin("c"))), "c.size"));
    await build([one]);
    expect(go.builds.slice(4).sort()).toEqual(["./a", "./b", "./c"]);
    expect(readFileSync(toolchain.bin("a"), "utf8")).toBe("program ./a");
  });

  it("goes on where an interrupted build stopped", async () => {
    go.write('case $package in *slow) exec sleep 20;; esac; printf x > "$output"');
    const one = go.module("one", ["quick", "slow"]);
    const interrupted = new AbortController();
    const running = build([one], interrupted.signal);
    await vi.waitFor(() => expect(go.builds).toEqual(["./quick"]));
    await vi.waitFor(() => expect(seen.at(-1)?.done).toBe(1));
    interrupted.abort(new Error("interrupted"));
    await expect(running).rejects.toThrow("interrupted");
    go.write('printf x > "$output"');
    const toolchain = await build([one]);
    expect(go.builds).toEqual(["./quick", "./slow"]);
    expect(readdirSync(dirname(toolchain.bin("slow"))).sort()).toEqual(["quick", "slow"]);
  });

  it("keeps what is built, stops the other build and shows the compiler's last lines when one fails", async () => {
    go.write(
      'case $package in *bad) echo "main.go:3: undefined: x" >&2; exit 1;; *slow) exec sleep 20;; esac; printf x > "$output"',
    );
    const started = Date.now();
    await expect(build([go.module("one", ["bad", "slow"])])).rejects.toThrow(
      /building bad in .*one failed\. The compiler's last lines:\nmain\.go:3: undefined: x$/,
    );
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it("says that the disk is full", async () => {
    go.write('echo "write x: no space left on device" >&2; exit 1');
    await expect(build([go.module("one", ["a"])])).rejects.toThrow(/^the disk is full: a cannot be built\./);
  });

  it("says that Go is missing, or too old", async () => {
    const one = go.module("one", ["a"], { go: "1.26.6" });
    go.write("true", "go1.26.5");
    await expect(build([one])).rejects.toThrow("Go 1.26.5 is too old: install Go 1.26.6 or newer");
    vi.stubEnv("PATH", join(go.root, "nowhere"));
    await expect(build([one])).rejects.toThrow(
      "Go is not installed, or not on PATH: install Go 1.26.6 or newer",
    );
  });

  it("prunes what was built for other versions", async () => {
    const one = go.module("one", ["a"], { own: true });
    const old = await build([one]);
    writeFileSync(join(one.folder, "main.go"), "package main // changed\n");
    const current = await build([one]);
    expect(current.bin("a")).not.toBe(old.bin("a"));
    expect(await pruneToolchain({ modules: [one], cache: go.cache })).toHaveLength(1);
    expect([existsSync(old.bin("a")), existsSync(current.bin("a"))]).toEqual([false, true]);
  });
});

describe("keys", () => {
  it("change with go.mod, go.sum, the Go version and the linker's variables", () => {
    const one = go.module("one", ["a"]);
    const key = keyOf(one, "1.26.8");
    expect(keyOf(one, "1.26.9")).not.toBe(key);
    expect(keyOf({ ...one, variables: { "main.version": "v1" } }, "1.26.8")).not.toBe(key);
    writeFileSync(join(one.folder, "main.go"), "package main // not ours: pinned by go.sum\n");
    expect(keyOf(one, "1.26.8")).toBe(key);
    writeFileSync(join(one.folder, "go.sum"), "example.test/x v1.0.0 h1:x=\n");
    expect(keyOf(one, "1.26.8")).not.toBe(key);
  });

  it("cover the sources of our own modules, not their tests", () => {
    const one = go.module("one", ["a"], { own: true });
    const key = keyOf(one, "1.26.8");
    writeFileSync(join(one.folder, "main_test.go"), "package main\n");
    expect(keyOf(one, "1.26.8")).toBe(key);
    writeFileSync(join(one.folder, "main.go"), "package main // changed\n");
    expect(keyOf(one, "1.26.8")).not.toBe(key);
  });
});

describe("the table of modules", () => {
  it("has every module's go.mod, and each program once", () => {
    for (const { folder } of modules) expect(existsSync(join(folder, "go.mod")), folder).toBe(true);
    const programs = modules.flatMap((module) => Object.keys(module.programs));
    expect(new Set(programs).size).toBe(programs.length);
  });

  it("names the versions that clients parse", () => {
    const flags = Object.fromEntries(modules.map((module) => [module.name, linkerFlags(module)]));
    expect(flags.pulumi).toBe("-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0");
    expect(flags.kubernetes).toContain("-X k8s.io/component-base/version.gitMinor=36 ");
  });
});

it("compares versions number by number", () => {
  expect(compareVersions("1.26.10", "1.26.9")).toBeGreaterThan(0);
  expect(compareVersions("1.27", "1.26.9")).toBeGreaterThan(0);
  expect(compareVersions("1.26", "1.26.0")).toBe(0);
});

it("tells progress in one line", () => {
  const progress = { total: 22, done: 12, cached: 3, current: ["traefik", "pulumi"] };
  expect(progressLine(progress)).toBe("12 of 22 programs: building traefik, pulumi (3 cached)");
});

describe("placing the Pulumi CLI", () => {
  const place = () => join(go.root, "home", "versions", "3.259.0", "bin", "pulumi");
  const environment = () => ({ PULUMI_HOME: join(go.root, "home") });

  beforeEach(() => vi.stubEnv("COMMUNE_CACHE", go.root));

  const toolchain = async () =>
    buildToolchain({
      modules: [go.module("p", ["pulumi"])],
      cache: join(go.root, "toolchain"),
      report: () => undefined,
    });

  it("puts a link where npx pulumi looks, once and again", async () => {
    const built = await toolchain();
    placePulumi(built, environment());
    placePulumi(built, environment());
    expect(readFileSync(place(), "utf8")).toBe("program ./pulumi");
  });

  it("mends its own broken link, and leaves another's installation alone", async () => {
    const built = await toolchain();
    placePulumi(built, environment());
    rmSync(place());
    symlinkSync(join(go.root, "toolchain", "pulumi-old", "bin", "pulumi"), place());
    placePulumi(built, environment());
    expect(readFileSync(place(), "utf8")).toBe("program ./pulumi");
    rmSync(place());
    writeFileSync(place(), "official");
    placePulumi(built, environment());
    expect(readFileSync(place(), "utf8")).toBe("official");
  });
});
