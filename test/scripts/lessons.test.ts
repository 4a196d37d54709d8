import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commune } from "../../scripts/program.ts";
import { lesson, notice, page } from "../components/schools/lessons/lesson.ts";

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

/** Returns what the command prints, and its exit code. */
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
