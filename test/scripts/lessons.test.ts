import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { checkout } from "../../local/paths.ts";
import { commune } from "../../scripts/program.ts";
import { evil } from "../components/lessons/evil.ts";
import { lesson, notice, page } from "../components/lessons/lesson.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lessons-"));
  share("fractions", lesson(), notice);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function share(name: string, archive: Buffer, text: string): void {
  writeFileSync(join(folder, `${name}.ubz`), archive);
  writeFileSync(join(folder, `${name}.yaml`), text);
}

/** What the command prints, and its exit code. */
async function said(...words: string[]) {
  let printed = "";
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += text;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  const exitCode = await commune(["lessons", ...words]);
  process.exitCode = undefined;
  return { printed, exitCode };
}

describe("commune lessons", () => {
  it("check says which may be shared", async () =>
    expect(await said("check", folder)).toEqual({
      printed: "1 lesson may be shared, 0 may not. Nothing was changed.",
      exitCode: 0,
    }));

  it("check gives every reason with its place, and code 1", async () => {
    share("evil", lesson([], page("<script/>")), notice.replace("CC-BY-SA-4.0", "CC-BY-NC-4.0"));
    const { printed, exitCode } = await said("check", folder);
    expect(exitCode).toBe(1);
    expect(printed).toContain("evil.yaml:2:10: licence:");
    expect(printed).toContain("evil.ubz: page000.svg: has a script: a lesson holds no program");
    const { printed: json } = await said("check", folder, "--json");
    expect(JSON.parse(json)).toMatchObject({
      lessons: [{ file: "fractions.ubz", licence: "CC-BY-SA-4.0" }],
      refused: [
        { file: "evil.ubz", problems: [{ place: "evil.yaml:2:10" }, { place: "evil.ubz: page000.svg" }] },
      ],
    });
  });

  it("build writes the catalogue, or nothing when a lesson is refused", async () => {
    expect(await said("build", folder)).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(folder, "catalogue", "index.html"))).toBe(true);
    share("evil", lesson([], page("<script/>")), notice);
    expect((await said("build", folder, "--out", join(folder, "other"))).exitCode).toBe(1);
    expect(existsSync(join(folder, "other"))).toBe(false);
  });

  it("build replaces a catalogue, and no other folder", async () => {
    expect((await said("build", folder)).exitCode).toBe(0);
    expect((await said("build", folder)).exitCode).toBe(0);
    mkdirSync(join(folder, "precious"));
    const { printed, exitCode } = await said("build", folder, "--out", join(folder, "precious"));
    expect({ exitCode, printed }).toMatchObject({
      exitCode: 1,
      printed: expect.stringContaining("is not a catalogue"),
    });
    expect(existsSync(join(folder, "precious"))).toBe(true);
  });

  it("is told a folder that is none", async () =>
    expect((await said("check", join(folder, "nowhere"))).exitCode).toBe(2));
});

/** Runs the command in a process of its own; returns its exit code, what it found, and the most memory that it ever had. */
async function measured(path: string) {
  // What the process itself had: the kernel's other figure, of getrusage(2), begins with what the parent had.
  const told = `import { readFileSync } from "node:fs";
process.on("exit", () => console.error(readFileSync("/proc/self/status", "utf8")));`;
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [
      ...["--import", `data:text/javascript,${encodeURIComponent(told)}`],
      ...["scripts/commune.js", "lessons", "check", path, "--json"],
    ],
    { cwd: checkout, reject: false },
  );
  const { refused } = JSON.parse(stdout) as { refused: unknown[] };
  return {
    exitCode,
    refused: refused.length,
    mebibytes: Number(/^VmHWM:\s+(\d+) kB$/m.exec(stderr)?.[1]) / 1024,
  };
}

test("the whole malicious set and a long film take a process a few tens of mebibytes more than one lesson", async () => {
  const sober = await measured(folder);
  expect(sober).toMatchObject({ exitCode: 0, refused: 0 });
  evil.forEach(([, make], index) => {
    share(`evil-${index}`, make(), notice);
  });
  share("bomb", lesson([{ name: "videos/a.mp4", content: Buffer.alloc(2 ** 25) }]), notice);
  const film = Buffer.alloc(2 ** 27, randomBytes(2 ** 16));
  share("film", lesson([{ name: "videos/a.mp4", content: film, method: 0 }]), notice);
  const { exitCode, refused, mebibytes } = await measured(folder);
  expect({ exitCode, refused }).toEqual({ exitCode: 1, refused: evil.length + 1 });
  console.log(
    `${refused} malicious archives refused, a film of 128 MiB read: ${mebibytes.toFixed(0)} MiB at most, ${sober.mebibytes.toFixed(0)} MiB for one lesson`,
  );
  expect(mebibytes - sober.mebibytes).toBeLessThan(64);
}, 120_000);
