import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import yaml from "js-yaml";
import { afterAll, describe, expect, test } from "vitest";
import { approversFile } from "../audit/approval/approvers.ts";
import { loadCommune } from "../components/commune/load.ts";
import { planCommune } from "../components/commune/plan.ts";
import { versionsFile } from "../components/commune/versions/lock.ts";
import { drillsFile } from "../components/federation/drills.ts";
import { sharedFiles } from "../components/foundation/declaration/stacks.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { siteOf } from "../components/foundation/site/site.ts";
import { checkout } from "../local/paths.ts";
import { communeRecords } from "../scripts/dns.ts";
import { newDeclaration } from "../scripts/init.ts";
import { problemOf } from "./command-lines.ts";
import { commandsIn, fileOfBlock, guideBlocks } from "./guide-blocks.ts";
import { knownSettings } from "./known-settings.ts";
import { merged } from "./merged.ts";

const guides = ["docs/fr/ville.md", "docs/town.md"];
const page = (file: string) => readFileSync(join(checkout, file), "utf8");
const shellOf = (file: string) => guideBlocks(page(file)).filter(({ language }) => language === "sh");
const commandsOf = (file: string) => shellOf(file).flatMap(({ text }) => commandsIn(text));

/** Verbs and options of Pulumi that a guide uses. Source: https://www.pulumi.com/docs/iac/cli/commands/ */
const pulumi: Readonly<Record<string, readonly string[]>> = {
  login: [],
  preview: ["-s"],
  up: ["-s", "--yes"],
  "stack init": [],
  "stack output": ["-s", "--show-secrets", "--json"],
  "config set": ["-s", "--secret", "--path"],
};

/** Returns what is wrong with what stands after `npx pulumi`; undefined if a guide may say it. */
function pulumiProblem(line: string): string | undefined {
  const verb = Object.keys(pulumi).find((each) => line === each || line.startsWith(`${each} `));
  if (verb === undefined) return `pulumi has no verb ${line}`;
  const options = line.match(/(?<= )-[-a-z]+/g) ?? [];
  const unknown = options.find((option) => !pulumi[verb]?.includes(option));
  return unknown && `pulumi ${verb} has no option ${unknown}`;
}

/** Returns what is wrong with one command of a guide. */
function commandProblem(command: string): string | undefined {
  const [, program, line = ""] = /^npx (commune|pulumi) (.*)$/.exec(command) ?? [];
  if (program === "commune") return problemOf(line.replaceAll(/"[^"]*"/g, "text"));
  return program === "pulumi" ? pulumiProblem(line) : undefined;
}

/** Commands that require what this repository's tests do not have: rented servers, public names, a registry, an S3 store. */
const outside = [
  /^(sudo|ssh|read|curl|sed|dig|helm|kubectl)\b/,
  /^npx commune (pin|image|vault|drill)\b/,
  /^npx commune recovery (point|points|status)\b/,
  / --vault /,
];
/** Programs that a guide may use without saying so. */
const inside = /^(npx (commune|pulumi)|npm install|git|mkdir|cp|export|\(umask)\b/;

const folder = mkdtempSync(join(tmpdir(), "guide-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the commune of a guide as it stands in the end: what `init` writes, and the blocks that are added to it. */
function communeOf(file: string) {
  const line =
    commandsOf(file).find((command) => command.startsWith("npx commune init ")) ?? expect.fail(file);
  const [id = "", ...words] = line.replace("npx commune init ", "").split(" ");
  const answers: Record<string, string> = {};
  for (const [index, word] of words.entries())
    if (word.startsWith("--")) answers[word.slice(2)] = words[index + 1] ?? "";
  const { text, versions, problems } = newDeclaration(id, answers, "# a schema");
  expect(problems).toEqual([]);
  // As `commune new` writes it: nobody is a member yet.
  const files = new Map([
    ["stacks/federation.yaml", read(page("scripts/new/federation.yaml"))],
    [`stacks/${id}/commune.yaml`, read(text)],
  ]);
  for (const block of guideBlocks(page(file))) {
    const path = fileOfBlock(block);
    if (path !== undefined) files.set(path, merged(files.get(path) ?? {}, read(block.text)));
  }
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), yaml.dump(content));
  }
  const stacks = join(folder, "stacks");
  writeFileSync(join(stacks, id, versionsFile), versions);
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const plan = planCommune(loaded.declaration, siteOf(siteSchema.parse({})));
  return { id, declaration: loaded.declaration, plan };
}

/** Dates stay text, as the loader of declarations reads them. */
const read = (text: string) => yaml.load(text, { schema: yaml.CORE_SCHEMA });

describe.each(guides)("%s", (file) => {
  test("has commands that exist, with options that exist", () => {
    const commands = commandsOf(file);
    expect(commands.length).toBeGreaterThan(40);
    const wrong = commands.flatMap((command) => {
      const problem = commandProblem(command);
      return problem === undefined ? [] : [`${command}: ${problem}`];
    });
    expect(wrong).toEqual([]);
  });

  test("says at its place what cannot be run here", () => {
    const unmarked = shellOf(file)
      .filter(({ isElsewhere }) => !isElsewhere)
      .flatMap(({ text }) => commandsIn(text))
      .filter((command) => !inside.test(command) || outside.some((pattern) => pattern.test(command)));
    expect(unmarked).toEqual([]);
  });

  test("declares a commune that is valid, whose domain leads no website away", () => {
    const { declaration } = communeOf(file);
    expect(Object.keys(declaration)).toEqual(
      expect.arrayContaining([
        "mail",
        "directory",
        "identity",
        "monitoring",
        "recovery",
        "nextcloud",
        "tenants",
        "federation",
      ]),
    );
    const records = communeRecords(declaration, ["192.0.2.7"]);
    expect(records.held).toEqual([]);
    expect(
      records.published
        .map(({ name }) => name)
        .filter((name) => !name.endsWith("nuage.bron.fr.") && !name.endsWith(".assos-bron.fr.")),
    ).toEqual([]);
  });

  test("names settings that exist, and asks for each secret that the declaration requires", () => {
    const { plan } = communeOf(file);
    const named = [...page(file).matchAll(/commune:([a-z][A-Za-z-]*)/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => ![...knownSettings, ...plan.givenSecrets].includes(name))).toEqual([]);
    const given = commandsOf(file).flatMap((command) => /--secret commune:([\w-]+)/.exec(command)?.[1] ?? []);
    expect(given.toSorted()).toEqual([...plan.givenSecrets].toSorted());
  });

  test("names files that are there, or that a command writes", () => {
    const written = [
      ...guideBlocks(page(file)).flatMap((block) => fileOfBlock(block) ?? []),
      ...["commune.yaml", versionsFile, drillsFile, approversFile].map((name) => `stacks/bron/${name}`),
      "stacks/Pulumi.bron.yaml",
      ...sharedFiles.map((name) => `stacks/${name}`),
    ];
    const named = [...page(file).matchAll(/(?:stacks|test)\/[\w/.-]*\w/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !written.includes(name) && !existsSync(join(checkout, name)))).toEqual([]);
  });
});

test("both languages have the same commands and declarations, with the same marks", () => {
  const [french = [], english = []] = guides.map((file) => guideBlocks(page(file)));
  expect(english).toEqual(french);
});

describe("a guide's blocks", () => {
  test("are commands as a shell reads them, and know whether they are marked", () => {
    const text =
      "*Not tried here*:\n\n```sh\nkubectl apply -f - <<EOF\na: 1\nEOF\nls\n```\n\nThen\n\n```sh\nnpm ci\n```\n";
    const blocks = guideBlocks(text);
    expect(blocks.map(({ isElsewhere }) => isElsewhere)).toEqual([true, false]);
    expect(blocks.map((block) => commandsIn(block.text))).toEqual([
      ["kubectl apply -f - <<EOF\na: 1\nEOF", "ls"],
      ["npm ci"],
    ]);
  });

  test.each([
    ["npx commune elephant bron", "commune has no verb elephant"],
    ["npx commune dns bron --elephant", "commune dns has no option --elephant"],
    ["npx pulumi elephant", "pulumi has no verb elephant"],
    ["npx pulumi up -s bron --elephant", "pulumi up has no option --elephant"],
    ["npx pulumi config set --secret commune:mail-password -s bron", undefined],
    ['npx commune report bron --because "Deux --mots."', undefined],
  ])("are judged: %s", (command, problem) => expect(commandProblem(command)).toBe(problem));
});
