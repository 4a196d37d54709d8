import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkout } from "../../local/paths.ts";
import { checkCommand } from "../../scripts/check.ts";

const good = `name: Lyon
insee: "69123"
domain: lyon.test
population: 520000
contact: numerique@lyon.test
`;

let stacks: string;
let printed: string;

/** Runs `commune check` on the test's own stacks and gives its exit code. */
async function check(...words: string[]): Promise<number> {
  process.exitCode = undefined;
  const command = checkCommand(stacks)
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        printed += text;
      },
    });
  try {
    await command.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return Number(code);
}

function declare(folder: string, text: string) {
  mkdirSync(join(stacks, folder));
  writeFileSync(join(stacks, folder, "commune.yaml"), text);
}

beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "stacks-"));
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += `${text}\n`;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(stacks, { recursive: true });
});

describe("commune check", () => {
  it("says of each commune that it is valid", async () => {
    declare("lyon", `id: lyon\n${good}`);
    declare("bron", `id: bron\n${good}`);
    expect(await check()).toBe(0);
    expect(printed).toBe("bron: valid\nlyon: valid\n\nNothing was changed.\n");
  });

  it("lists every problem of every commune, and the valid ones too", async () => {
    declare("lyon", `id: lyon\n${good}nextclod: {}\n`);
    declare("bron", `id: bron\n${good}`);
    declare("givors", "id: givors\nname: 5\n");
    expect(await check()).toBe(1);
    expect(printed).toMatch(
      /lyon\/commune\.yaml:7:1 +nextclod: unknown section\. Did you mean "nextcloud"\?/,
    );
    expect(printed).toMatch(/givors\/commune\.yaml:2:7 +name: 5 is a number\./);
    expect(printed).toContain("bron: valid");
    expect(printed).toMatch(/\n\n6 problems\. Nothing was changed\.\n$/);
  });

  it("checks only what is named, once", async () => {
    declare("lyon", `id: lyon\n${good}`);
    declare("bron", "");
    expect(await check("lyon", "lyon")).toBe(0);
    expect(printed).toBe("lyon: valid\n\nNothing was changed.\n");
  });

  it("answers in JSON", async () => {
    declare("lyon", `id: lyon\n${good}nextclod: {}\n`);
    expect(await check("--json")).toBe(1);
    expect(JSON.parse(printed)).toEqual({
      communes: [
        {
          commune: "lyon",
          valid: false,
          problems: [
            {
              file: join(stacks, "lyon", "commune.yaml"),
              line: 7,
              column: 1,
              path: ["nextclod"],
              message: 'unknown section. Did you mean "nextcloud"?',
            },
          ],
        },
      ],
    });
  });

  it("refuses a folder that does not bear the commune's id, or holds nothing", async () => {
    declare("lyon", `id: bron\n${good}`);
    declare("Givors", `id: givors\n${good}`);
    mkdirSync(join(stacks, "empty"));
    expect(await check()).toBe(1);
    expect(printed).toContain(
      'id: "bron" is not the name of its folder ("lyon"). Write "lyon", or rename the folder.',
    );
    expect(printed).toContain('id: "givors" is not the name of its folder ("Givors"). Rename the folder.');
    expect(printed).toContain("this file does not exist");
  });

  it("takes an unknown commune and an unknown option for wrong usage", async () => {
    declare("lyon", `id: lyon\n${good}`);
    expect(await check("lyonn")).toBe(2);
    expect(printed).toContain('error: no commune "lyonn" is declared in stacks/. Did you mean "lyon"?');
    expect(await check("../lyon")).toBe(2);
  });

  it("says what to do when nothing is declared", async () => {
    expect(await check()).toBe(1);
    expect(printed).toContain("commune init");
  });

  it("accepts the communes of this checkout", async () => {
    stacks = mkdtempSync(join(tmpdir(), "stacks-"));
    const command = checkCommand(join(checkout, "stacks"));
    await command.parseAsync([], { from: "user" });
    expect(printed).toContain("villeurbanne: valid");
    expect(process.exitCode ?? 0).toBe(0);
  });
});
