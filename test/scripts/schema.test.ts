import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkout } from "../../local/paths.ts";
import { wholeProgram } from "../../scripts/program.ts";
import { schemaCommand } from "../../scripts/schema.ts";

let root: string;
let printed: string;

async function schema(folder: string, ...words: string[]): Promise<number> {
  process.exitCode = undefined;
  await schemaCommand(wholeProgram, folder).parseAsync(words, { from: "user" });
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return code;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "schema-"));
  mkdirSync(join(root, "stacks"));
  mkdirSync(join(root, "docs", "fr"), { recursive: true });
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += `${text}\n`;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

// Each loads every command, or writes all schemas.
describe("commune schema", { timeout: 60_000 }, () => {
  it("has nothing to write in this checkout", async () => {
    expect(await schema(checkout, "--check")).toBe(0);
    expect(printed).toBe("The schema and the reference are up to date.\n");
  });

  it("writes what is missing, keeps the hand-written start of the page, and is then content", async () => {
    writeFileSync(join(root, "docs", "declaration.md"), "# By hand\n");
    expect(await schema(root, "--check")).toBe(1);
    expect(printed).toContain("stacks/commune.schema.json: not up to date");
    expect(await schema(root)).toBe(0);
    expect(readFileSync(join(root, "docs", "declaration.md"), "utf8")).toMatch(/^# By hand\n\n<!--/);
    expect(await schema(root, "--check")).toBe(0);
  });

  it("notices a page that was changed by hand below the mark", async () => {
    cpSync(join(checkout, "docs", "declaration.md"), join(root, "docs", "declaration.md"));
    await schema(root);
    const page = join(root, "docs", "declaration.md");
    writeFileSync(page, readFileSync(page, "utf8").replace("**required**", "optional"));
    printed = "";
    expect(await schema(root, "--check", "--json")).toBe(1);
    expect(JSON.parse(printed)).toEqual({ stale: ["docs/declaration.md"] });
  });

  it("describes every field of a commune, with its default", () => {
    const page = readFileSync(join(checkout, "docs", "declaration.md"), "utf8");
    expect(page).toMatch(/\| `nextcloud\.quotaPerUser` \| size from [^|]+ \| `5 GiB` \| [^|]+ \|/);
    for (const line of page.split("\n").filter((line) => line.startsWith("| `"))) {
      const [, field, kind, , meaning] = line.split(/(?<!\\)\|/).map((text) => text.trim());
      expect({ field, kind: kind !== "", meaning: meaning !== "" }).toEqual({
        field,
        kind: true,
        meaning: true,
      });
    }
  });
});
