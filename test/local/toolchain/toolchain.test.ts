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
import { compareVersions, executableOf, linkerFlags } from "../../../local/toolchain/go.ts";
import { buildToolchain, progressLine, type ToolchainProgress } from "../../../local/toolchain/index.ts";
import { keyOf } from "../../../local/toolchain/key.ts";
import { Pace } from "../../../local/toolchain/pace.ts";
import {
  allPrograms,
  goModule,
  kubernetesVersion,
  type ProgramGroup,
  pulumiVersion,
} from "../../../local/toolchain/programs.ts";
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

const build = (known: ProgramGroup[], options: { signal?: AbortSignal } = {}) =>
  buildToolchain({
    module: go.module(),
    known,
    cache: go.cache,
    report: (progress) => seen.push(progress),
    ...options,
  });

describe("building the toolchain", () => {
  it("builds every program once, in the order that they are needed in, and tells how far it is", async () => {
    const two = [go.group("one", ["b", "a"]), go.group("two", ["c"])];
    const toolchain = await build(two);
    expect(readFileSync(toolchain.bin("c"), "utf8")).toBe("program ./c");
    expect(go.builds).toEqual(["./b", "./a", "./c"]);
    const packages = { compiled: 0, needed: 4 };
    expect(seen[0]).toMatchObject({ total: 3, done: 0, cached: 0, fetched: 1, packages });
    expect(seen.at(-1)).toMatchObject({ done: 3, cached: 0, packages: { compiled: 4, needed: 4 } });
    await build(two);
    expect(go.builds).toHaveLength(3);
    expect(seen.at(-1)).toMatchObject({ total: 3, done: 3, cached: 3, packages: { needed: 0 } });
  });

  it("names a program that it does not have", async () => {
    const toolchain = await build([go.group("one", ["a"])]);
    expect(() => toolchain.bin("z")).toThrow(/z is no program of the toolchain/);
  });

  it("builds again what is truncated, missing or was never finished, and nothing else", async () => {
    const one = go.group("one", ["a", "b", "c", "d"]);
    const toolchain = await build([one]);
    truncateSync(toolchain.bin("a"), 3);
    rmSync(toolchain.bin("b"));
    rmSync(join(dirname(dirname(toolchain.bin("c"))), "c.size"));
    await build([one]);
    expect(go.builds.slice(4)).toEqual(["./a", "./b", "./c"]);
    expect(readFileSync(toolchain.bin("a"), "utf8")).toBe("program ./a");
  });

  it("keeps what an interrupted build has finished, and nothing of the rest", async () => {
    go.write('case $package in *slow) exec sleep 20;; esac; printf x > "$output"');
    const one = go.group("one", ["quick", "slow"]);
    const interrupted = new AbortController();
    const running = build([one], { signal: interrupted.signal });
    await vi.waitFor(() => expect(go.builds).toEqual(["./quick"]));
    interrupted.abort(new Error("interrupted"));
    await expect(running).rejects.toThrow("interrupted");
    expect(readdirSync(go.cache)).toEqual([expect.stringMatching(/^one-/)]);
    go.write('printf x > "$output"');
    const toolchain = await build([one]);
    expect(go.builds).toEqual(["./quick", "./slow"]);
    expect(readdirSync(dirname(toolchain.bin("slow"))).sort()).toEqual(["quick", "slow"]);
  });

  it("keeps what is built and shows the compiler's last lines when a program fails", async () => {
    go.write(
      'case $package in *bad) echo "main.go:3: undefined: x" >&2; exit 1;; esac; printf x > "$output"',
    );
    const one = go.group("one", ["good", "bad"]);
    await expect(build([one])).rejects.toThrow(
      /building programs of .*module failed\. Go's last lines:\nmain\.go:3: undefined: x$/,
    );
    go.write('printf x > "$output"');
    await build([one]);
    expect(go.builds).toEqual(["./good", "./bad"]);
  });

  it("says that sources cannot be fetched, with what Go said", async () => {
    go.write("true", undefined, 'echo "go: x@v1.0.0: Get https://proxy.test/x: no such host" >&2; exit 1');
    await expect(build([go.group("one", ["a"])])).rejects.toThrow(
      /^sources of Go modules cannot be fetched .*\. Go's last lines:\ngo: x@v1\.0\.0: Get .*: no such host$/,
    );
  });

  it("says that the disk is full", async () => {
    go.write('echo "write x: no space left on device" >&2; exit 1');
    await expect(build([go.group("one", ["a"])])).rejects.toThrow(/^the disk is full: the programs cannot/);
  });

  it("says that Go is missing, or too old", async () => {
    go.write("true", "go1.26.5");
    const known = [go.group("one", ["a"])];
    const old = () =>
      buildToolchain({ module: go.module("1.26.6"), known, cache: go.cache, report: () => undefined });
    await expect(old()).rejects.toThrow("Go 1.26.5 is too old: install Go 1.26.6 or newer");
    vi.stubEnv("PATH", join(go.root, "nowhere"));
    await expect(old()).rejects.toThrow("Go is not installed, or not on PATH: install Go 1.26.6 or newer");
  });
});

describe("keys", () => {
  it("change with go.mod, go.sum, what replaces others, the Go version and the linker's variables", () => {
    const module = go.module();
    const one = go.group("one", ["a"]);
    const key = () => keyOf(module, one, "1.26.8");
    const seenKeys = new Set([key(), keyOf(module, one, "1.26.9")]);
    seenKeys.add(keyOf({ ...module, variables: { "main.version": "v1" } }, one, "1.26.8"));
    for (const file of ["go.sum", "go.mod", "without/lego.go"]) {
      writeFileSync(join(module.folder, file), "changed\n");
      seenKeys.add(key());
    }
    expect(seenKeys.size).toBe(6);
    writeFileSync(join(module.folder, "main.go"), "package main // of no group\n");
    expect(seenKeys).toContain(key());
  });

  it("cover the sources of our own programs, not their tests", () => {
    const module = go.module();
    const one = go.group("one", ["a"], true);
    const key = keyOf(module, one, "1.26.8");
    writeFileSync(join(module.folder, "one", "main_test.go"), "package main\n");
    expect(keyOf(module, one, "1.26.8")).toBe(key);
    writeFileSync(join(module.folder, "one", "main.go"), "package main // changed\n");
    expect(keyOf(module, one, "1.26.8")).not.toBe(key);
  });
});

describe("the table of programs", () => {
  const programs = allPrograms.flatMap((group) => Object.entries(group.programs));

  it("has each program once, by the name that Go gives it", () => {
    expect(new Set(programs.map(([program]) => program)).size).toBe(programs.length);
    const files = programs.map(([, goPackage]) => executableOf(goPackage));
    expect(new Set(files).size).toBe(files.length);
    expect(executableOf("go.etcd.io/etcd/server/v3")).toBe("server");
  });

  it("names packages that are in the checkout, with their sources in the key, or a tool of go.mod", () => {
    const tools = readFileSync(join(goModule.folder, "go.mod"), "utf8");
    for (const { programs: own, sources } of allPrograms) {
      for (const goPackage of Object.values(own)) {
        if (sources === undefined) expect(tools).toContain(`\t${goPackage}\n`);
        else {
          expect(existsSync(join(goModule.folder, goPackage, "main.go")), goPackage).toBe(true);
          expect(join(goPackage)).toMatch(new RegExp(`^${sources}(/|$)`));
        }
      }
    }
  });

  it("names the versions that clients parse, which are those of go.mod", () => {
    const goMod = readFileSync(join(goModule.folder, "go.mod"), "utf8");
    const required = (path: string) => new RegExp(`^\\t${path} v(\\S+)`, "m").exec(goMod)?.[1];
    expect(required("k8s.io/kubernetes")).toBe(kubernetesVersion);
    expect(required("k8s.io/client-go => k8s.io/client-go")).toBe(kubernetesVersion.replace(/^1/, "0"));
    expect(required("github.com/pulumi/pulumi/pkg/v3")).toBe(pulumiVersion);
    const [major, minor] = kubernetesVersion.split(".");
    const flags = linkerFlags(goModule);
    expect(flags).toContain(`sdk/v3/go/common/version.Version=v${pulumiVersion} `);
    expect(flags).toContain(`version.gitMajor=${major} -X k8s.io/component-base/version.gitMinor=${minor} `);
  });
});

it("compares versions number by number", () => {
  expect(compareVersions("1.26.10", "1.26.9")).toBeGreaterThan(0);
  expect(compareVersions("1.27", "1.26.9")).toBeGreaterThan(0);
  expect(compareVersions("1.26", "1.26.0")).toBe(0);
});

describe("progress", () => {
  const packages = { compiled: 30, needed: 100 };

  it("is one line", () => {
    const progress = {
      ...{ total: 22, done: 12, cached: 3, taken: 0, fetched: 7 },
      ...{ packages, minutesLeft: undefined },
    };
    expect(progressLine(progress)).toBe("12 of 22 programs, 30 of 100 packages (3 cached)");
    expect(progressLine({ ...progress, minutesLeft: 4 })).toBe(
      "12 of 22 programs, 30 of 100 packages, about 4 min left (3 cached)",
    );
    const nothing = { compiled: 0, needed: 0 };
    const all = {
      ...{ total: 22, done: 22, cached: 22, taken: 0, fetched: 0 },
      ...{ packages: nothing, minutesLeft: undefined },
    };
    expect(progressLine(all)).toBe("22 of 22 programs (22 cached)");
    const fetching = { ...all, done: 0, cached: 0, fetched: 7 };
    expect(progressLine(fetching)).toBe("0 of 22 programs, sources of 7 modules fetched");
  });

  const minute = 60_000;
  const needed = new Map(["a", "b", "c", "d"].map((name) => [name, 60_000_000]));

  it("tells the rest by the size of sources, and soon by the pace of this build", () => {
    const file = join(go.root, "pace.json");
    writeFileSync(file, JSON.stringify({ bytesPerMillisecond: 1000 }));
    const began = Date.now();
    const pace = new Pace(file, needed, began);
    expect(pace.minutesLeft(began)).toBe(4);
    // Half as fast: 1.5 packages were due, one is done.
    pace.compiled("a");
    expect(pace.minutesLeft(began + 2 * minute)).toBe(5);
    pace.compiled("b");
    pace.compiled("not needed");
    expect(pace.packages).toEqual({ compiled: 2, needed: 4 });
    for (const name of ["c", "d"]) pace.compiled(name);
    expect(pace.minutesLeft(began + 8 * minute)).toBeUndefined();
    pace.keep(began + 8 * minute);
    expect(new Pace(file, needed, began).minutesLeft(began)).toBe(8);
  });

  it("does not take a build of seconds for a measure, nor a broken file", () => {
    const file = join(go.root, "pace.json");
    writeFileSync(file, "{");
    new Pace(file, needed).keep();
    expect(readFileSync(file, "utf8")).toBe("{");
    expect(new Pace(file, needed).minutesLeft()).toBeGreaterThan(0);
  });
});

describe("placing the Pulumi CLI", () => {
  const place = () => join(go.root, "home", "versions", "3.259.0", "bin", "pulumi");
  const environment = () => ({ PULUMI_HOME: join(go.root, "home") });

  beforeEach(() => vi.stubEnv("COMMUNE_CACHE", go.root));

  const toolchain = async () =>
    buildToolchain({
      module: go.module(),
      known: [go.group("p", ["pulumi"])],
      cache: join(go.root, "toolchain"),
      report: () => undefined,
    });

  it("puts a link where npx pulumi looks, once and again", async () => {
    const built = await toolchain();
    placePulumi(built, environment());
    placePulumi(built, environment());
    expect(readFileSync(place(), "utf8")).toBe("program ./pulumi");
  });

  it("repairs its own broken link, and leaves another's installation alone", async () => {
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
