import type { Command } from "commander";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Translated } from "../../components/foundation/language/language.ts";
import { descriptions } from "../../scripts/help/french.ts";
import { notes } from "../../scripts/help/notes.ts";
import { ofOptions } from "../../scripts/help/options.ts";
import { ofPlaceholders } from "../../scripts/help/placeholders.ts";
import { refusalInFrench } from "../../scripts/help/refusals.ts";
import { commune, wholeProgram } from "../../scripts/program.ts";

/** Every command with its name as in examples. */
function commandsOf(command: Command, name = ""): { name: string; command: Command }[] {
  return [
    { name, command },
    ...command.commands.flatMap((below) => commandsOf(below, `${name} ${below.name()}`.trim())),
  ];
}

const all = commandsOf(await wholeProgram());

/** Texts that options and arguments show. */
const shown = new Set(
  all.flatMap(({ command }) =>
    [...command.options, ...command.registeredArguments].flatMap(
      ({ description, defaultValueDescription = "" }) => [description, defaultValueDescription],
    ),
  ),
);
shown.delete("");

/** Names of what is typed, in a text: `folder` of `--to <folder>`. */
const placeholdersIn = (text: string) =>
  [...text.matchAll(/[<[]([^<>[\]]+?)(?:\.\.\.)?[>\]]/g)].map(([, name = ""]) => name);

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Returns what a command line prints in French. */
async function said(...words: string[]): Promise<string> {
  vi.stubEnv("COMMUNE_LANG", "fr");
  let text = "";
  for (const stream of ["stdout", "stderr"] as const)
    vi.spyOn(process[stream], "write").mockImplementation((part) => {
      text += part;
      return true;
    });
  await commune(words);
  vi.restoreAllMocks();
  return text;
}

describe("the help in French", () => {
  test("has a text for each option and argument of every command, and for nothing else", () => {
    expect([...shown].filter((text) => ofOptions[text] === undefined)).toEqual([]);
    expect(Object.keys(ofOptions).filter((text) => !shown.has(text))).toEqual([]);
  });

  test("names what is typed in French too", () => {
    const typed = all.flatMap(({ command }) => [
      ...command.options.map(({ flags }) => flags),
      ...command.registeredArguments.map((argument) => `<${argument.name()}>`),
      command.usage(),
    ]);
    const names = new Set([...typed, ...Object.values(ofOptions)].flatMap(placeholdersIn));
    names.add("command");
    names.delete("/<chemin>");
    expect([...names].filter((name) => ofPlaceholders[name] === undefined && !name.startsWith("/"))).toEqual(
      [],
    );
    expect(Object.keys(ofPlaceholders).filter((name) => !names.has(name))).toEqual([]);
  });

  test("has notes of commands that there are, each of its own in both languages", () => {
    const names = all.map(({ name }) => name);
    expect(Object.keys(notes).filter((name) => !names.includes(name))).toEqual([]);
    for (const { en, fr } of Object.values(notes satisfies Readonly<Record<string, Translated>>))
      expect(fr).not.toBe(en);
  });

  test("says what commander says itself", async () => {
    const report = await said("report", "--help");
    expect(report).toContain("Usage : commune report|audit [options] [commune]");
    expect(report).toContain("--to <dossier>");
    expect(report.replaceAll(/\s+/g, " ")).toContain(
      '(choix : "en", "fr", par défaut : COMMUNE_LANG, sinon fr)',
    );
    expect(report).toContain("Code de sortie : 0 si le changement pourrait être appliqué");
    const whole = await said("--help");
    expect(whole).toContain("-V, --version");
    expect(whole).toContain("affiche la version");
    expect(whole).toMatch(/help +affiche l’aide d’une commande/);
    expect(await said("local", "down", "--help")).toMatch(
      /par défaut : "commune",\s+variable :\s+COMMUNE_CLUSTER/,
    );
  });

  test.each(all.map(({ name }) => name))("has no English left in: commune %s --help", async (name) => {
    const text = await said(...name.split(" ").filter(Boolean), "--help");
    expect(text).not.toMatch(
      /\b(when absent|default:|choices:|Usage:|Options:|Arguments:|Exit code|print the)\b/,
    );
    for (const english of shown) {
      if (english.split(" ").length < 4) continue;
      expect(text.replaceAll(/\s+/g, " ")).not.toContain(english);
    }
  });

  test.each(all.map(({ name }) => name))("fits a terminal: commune %s --help", async (name) => {
    const lines = (await said(...name.split(" ").filter(Boolean), "--help")).split("\n");
    // What is typed is not broken, and neither is a row whose option alone is half a line.
    const long = lines.filter(
      (line) => line.length > 80 && !/npx (commune|pulumi)|pulumi stack output|^ +--\w+ <.{18,}/.test(line),
    );
    expect(long).toEqual([]);
    expect(lines.join("\n")).not.toContain("[])");
  });

  test("has a description of each command", () =>
    expect(all.map(({ name }) => name || "commune").sort()).toEqual(Object.keys(descriptions).sort()));
});

describe("a refusal of the command line in French", () => {
  test.each([
    [["size"], "erreur : il manque l’argument « commune »"],
    [["check", "--elephants"], "erreur : option inconnue : « --elephants »"],
    [["chek"], "erreur : commande inconnue : « chek »\n(Vouliez-vous dire check ?)"],
    [["report", "--language", "de"], "n’accepte pas « de ». Choix possibles : en, fr."],
    [["export", "bron"], "erreur : il manque l’option « --to <dossier> »"],
    [["export", "bron", "--to"], "erreur : l’option « --to <dossier> » demande une valeur"],
    [["size", "bron", "lyon"], "erreur : trop d’arguments pour « size » : 1 au plus, et il y en a 2."],
    [["site", "check", "--media", "--vault", "a"], "ne va pas avec l’option"],
    [
      ["package", "check", "nothing"],
      "l’argument « chart » n’accepte pas « nothing ». Choix possibles : site,",
    ],
  ])("is said: %j", async (words, message) => expect(await said(...words)).toContain(message));

  test.each([
    [["size"], "(npx commune size --help liste ce que l’on peut demander)"],
    [["site", "check", "--elephants"], "(npx commune site check --help liste ce que l’on peut demander)"],
    [["association", "list", "a", "b"], "(npx commune tenant list --help liste ce que l’on peut demander)"],
    [["chek"], "(npx commune --help liste ce que l’on peut demander)"],
  ])("says where the right usage is read: %j", async (words, line) =>
    expect(await said(...words)).toContain(line),
  );

  test("of a command itself needs no such line", async () => {
    expect(await said("size", "elephants")).not.toContain("--help");
    expect(await said("size", "--help")).not.toContain("(npx");
  });

  test("of which no sentence is known stays as it is", () =>
    expect(refusalInFrench("error: the moon is full")).toBe("erreur : the moon is full"));
});
