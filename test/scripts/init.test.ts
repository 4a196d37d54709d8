import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { listCommunes, loadCommune } from "../../components/commune/load.ts";
import { loadVersions } from "../../components/commune/versions/lock.ts";
import { initCommand, newDeclaration } from "../../scripts/init.ts";

const answers = [
  ...["--name", "Sainte-Foy-lès-Lyon", "--insee", "69202", "--domain", "saintefoyleslyon.test"],
  ...["--population", "22000", "--contact", "mairie@saintefoyleslyon.test"],
];

let stacks: string;
let printed: string;

async function init(...words: string[]): Promise<number> {
  const command = initCommand(stacks)
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        printed += text;
      },
    });
  try {
    await command.parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
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

describe("commune init", () => {
  test("writes a declaration that passes", async () => {
    expect(await init("sainte-foy", ...answers)).toBe(0);
    expect(loadCommune(stacks, "sainte-foy")).toMatchObject({
      ok: true,
      declaration: { name: "Sainte-Foy-lès-Lyon", insee: "69202", population: 22_000 },
    });
    for (const command of [
      "npx commune pin",
      "npx commune site check",
      "npx pulumi preview -s",
      "npx pulumi up -s",
    ])
      expect(printed).toContain(`${command} sainte-foy`);
  });

  test("writes which versions run, so that a newer toolkit changes none", async () => {
    await init("sainte-foy", ...answers, "--services", "nextcloud, mastodon");
    const written = loadCommune(stacks, "sainte-foy");
    if (!written.ok) throw written.error;
    const { nextcloud, mastodon, database } = written.declaration;
    expect(loadVersions(stacks, "sainte-foy")).toMatchObject({
      declaration: {
        versions: { nextcloud: nextcloud?.version, mastodon: mastodon?.version, database: database.version },
      },
    });
  });

  test("says what becomes of the domain itself: a website that is or may be there keeps it", async () => {
    await init("sainte-foy", ...answers);
    expect(printed).toContain("npx commune dns sainte-foy --address");
    expect(printed).toContain(
      "saintefoyleslyon.test stays where it is: nothing says whether a website is there; if none is: --lead-domain",
    );
  });

  test("writes the address of the website, and says that the domain is led to the cluster", async () => {
    await init("sainte-foy", ...answers, "--website", "https://www.sainte-foy.test");
    expect(loadCommune(stacks, "sainte-foy")).toMatchObject({
      declaration: { website: "https://www.sainte-foy.test" },
    });
    expect(printed).toContain("saintefoyleslyon.test itself leads to the cluster");
  });

  test("writes nothing when an answer is wrong, and says everything that is", async () => {
    const wrong = answers.map((word) => (word === "69202" ? "20202" : word === "22000" ? "many" : word));
    expect(await init("sainte-foy", ...wrong)).toBe(1);
    expect(printed).toContain("insee");
    expect(printed).toContain("population");
    expect(listCommunes(stacks)).toEqual([]);
  });

  test("never writes over a declaration", async () => {
    await init("sainte-foy", ...answers);
    const before = readFileSync(join(stacks, "sainte-foy", "commune.yaml"), "utf8");
    expect(await init("sainte-foy", ...answers)).toBe(1);
    expect(readFileSync(join(stacks, "sainte-foy", "commune.yaml"), "utf8")).toBe(before);
  });

  test("without a terminal names the options that are missing", async () => {
    expect(await init("sainte-foy", "--name", "Sainte-Foy")).toBe(2);
    expect(printed).toContain("--insee, --domain, --population, --contact");
    expect(listCommunes(stacks)).toEqual([]);
  });

  test("refuses an id before it asks for anything else", async () => {
    expect(await init("Écully")).toBe(1);
    expect(printed).toContain('"Écully" may only have letters a to z');
    expect(printed).toContain('Write "ecully". Nothing was changed.');
  });

  test("refuses a name that leaves stacks/", async () => {
    expect(await init("../elsewhere", ...answers)).toBe(1);
    expect(printed).toContain("Nothing was changed");
  });
});

test("a name that YAML would read as something else stays a name", () => {
  const answers = {
    name: "null",
    insee: "01004",
    domain: "oui.test",
    population: "12",
    contact: "a@oui.test",
  };
  const { problems } = newDeclaration("oui", answers, "# a schema");
  expect(problems).toEqual([]);
});
