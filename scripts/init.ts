import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { dump } from "js-yaml";
import { communeSchema } from "../components/commune/declaration.ts";
import { versionsFile, versionsText } from "../components/commune/versions/lock.ts";
import { asWritten, versionsOfOpen } from "../components/commune/versions/record.ts";
import { whyHeld } from "../components/federation/home-page.ts";
import { communeId } from "../components/foundation/declaration/identifier.ts";
import { readDeclaration } from "../components/foundation/declaration/load.ts";
import { type Problem, showProblems } from "../components/foundation/declaration/problem.ts";
import { schemaLine } from "../components/foundation/declaration/schema-line.ts";
import { inCommune } from "../components/foundation/declaration/stacks.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { serviceNames } from "../components/services/index.ts";
import { heard } from "./heard/heard.ts";
import { spoken } from "./language.ts";

/** Answers of a person, from which a new declaration is made. */
export interface Answers {
  name?: string;
  insee?: string;
  domain?: string;
  population?: string;
  contact?: string;
  website?: string;
  services?: string;
}

const questions: readonly [keyof Answers, Translated][] = [
  ["name", { en: "Name that people read (Villeurbanne)", fr: "Nom que les gens lisent (Villeurbanne)" }],
  ["insee", { en: "INSEE code, not the postal code (69266)", fr: "Code INSEE, pas le code postal (69266)" }],
  [
    "domain",
    {
      en: "Domain for the cloud, which can never change (nuage.villeurbanne.fr)",
      fr: "Domaine du nuage, qui ne peut jamais changer (nuage.villeurbanne.fr)",
    },
  ],
  ["population", { en: "Inhabitants (160000)", fr: "Habitants (160000)" }],
  [
    "contact",
    {
      en: "Contact for citizens and other communes (numerique@villeurbanne.fr)",
      fr: "Contact pour les habitants et les autres communes (numerique@villeurbanne.fr)",
    },
  ],
  [
    "website",
    {
      en: "Website of the commune, if it has one (https://www.villeurbanne.fr)",
      fr: "Site web de la commune, si elle en a un (https://www.villeurbanne.fr)",
    },
  ],
  [
    "services",
    {
      en: `Services, with commas between (${serviceNames.join(",")})`,
      fr: `Services, séparés par des virgules (${serviceNames.join(",")})`,
    },
  ],
];

/** Questions whose answer may be empty. */
const optional: readonly (keyof Answers)[] = ["website", "services"];

/**
 * The texts of a new declaration and of its versions, and everything that is wrong with it.
 *
 * @param schema first line of the declaration: {@link schemaLine}.
 */
export function newDeclaration(
  id: string,
  answers: Answers,
  schema: string,
): { text: string; versions: string; problems: readonly Problem[] } {
  const { name, insee, domain, population, contact, website } = answers;
  const fields = { id, name, insee, domain, population: wholeNumber(population), contact, website };
  const sections = (answers.services ?? serviceNames[0]).split(",").map((service) => service.trim());
  const text = [
    schema,
    dump(fields, { quotingType: '"', lineWidth: -1 }).trimEnd(),
    "",
    ...sections.filter(Boolean).map((service) => `${service}: {}`),
    "",
  ].join("\n");
  const [file, bytes] = [`stacks/${id}/commune.yaml`, Buffer.from(text)];
  const read = readDeclaration(file, bytes, communeSchema);
  if (!read.ok) return { text, versions: "", problems: read.problems };
  const locked = versionsOfOpen(readDeclaration(file, bytes, asWritten), {
    ...read.declaration,
    associations: {},
  });
  return { text, versions: versionsText(locked), problems: [] };
}

/** The number that was written; the text if it is none: the schema says what is wrong with it. */
function wholeNumber(written: string | undefined): number | string | undefined {
  return written !== undefined && /^[0-9]+$/.test(written) ? Number(written) : written;
}

async function ask(answers: Answers): Promise<Answers> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const given: Answers = { ...answers };
    for (const [key, question] of questions) {
      if (given[key] !== undefined) continue;
      const answer = (
        await terminal.question(spoken({ en: `${question.en}: `, fr: `${question.fr} : ` }))
      ).trim();
      if (answer !== "") given[key] = answer;
    }
    return given;
  } finally {
    terminal.close();
  }
}

/** `commune init <id>`: writes a first declaration that passes `commune check`. */
export function initCommand(stacks = repositoryFile("stacks")): Command {
  const command = new Command("init")
    .description(
      "Write the first declaration of a commune: asks on a terminal, or takes everything as options.",
    )
    .argument("<commune>", "its id: the name of its folder and of its stack")
    .option("--name <name>", "name that people read")
    .option("--insee <code>", "INSEE code")
    .option("--domain <domain>", "domain of the commune")
    .option("--population <inhabitants>", "number of inhabitants")
    .option("--contact <address>", "mail address of the people in charge")
    .option("--website <address>", "the commune's website, if it has one: its name is never led away from it")
    .option("--services <names>", `services to start with, with commas between: ${serviceNames.join(", ")}`)
    .option("--json", "print the result as JSON");
  return command.action(async (id: string, { json, ...options }: Answers & { json?: true }) => {
    const file = `stacks/${id}/commune.yaml`;
    const named = communeId().safeParse(id);
    if (!named.success) {
      const why = named.error.issues.map(({ message }) => message).join(" ");
      command.error(
        spoken({
          en: `error: ${why} Nothing was changed.`,
          fr: `error: ${heard(why, "fr")} Rien n’a été changé.`,
        }),
        { exitCode: 1 },
      );
    }
    if (existsSync(inCommune(stacks, id))) {
      command.error(
        spoken({
          en: `error: ${file} is there already. Nothing was changed.`,
          fr: `error: ${file} existe déjà. Rien n’a été changé.`,
        }),
        { exitCode: 1 },
      );
    }
    const missing = questions.filter(([key]) => !optional.includes(key) && options[key] === undefined);
    if (missing.length > 0 && !process.stdin.isTTY) {
      const flags = missing.map(([key]) => `--${key}`).join(", ");
      command.error(
        spoken({
          en: `error: no terminal to ask on. Give ${flags}. Nothing was changed.`,
          fr: `error: il n’y a pas de terminal pour demander. Donnez ${flags}. Rien n’a été changé.`,
        }),
        { exitCode: 2 },
      );
    }
    const answers = missing.length > 0 ? await ask(options) : options;
    const schema = schemaLine("commune", stacks, 1);
    const { text, versions, problems } = newDeclaration(id, answers, schema);
    if (problems.length > 0) {
      command.error(
        spoken({
          en: `${text}\n${showProblems(problems)}\n\nThis is what would have been written. Nothing was changed.`,
          fr: `${text}\n${showProblems(problems)}\n\nVoici ce qui aurait été écrit. Rien n’a été changé.`,
        }),
        { exitCode: 1 },
      );
    }
    writeNew(inCommune(stacks, id), { "commune.yaml": text, [versionsFile]: versions });
    console.log(json ? JSON.stringify({ commune: id, file }, undefined, 2) : writtenText(id, file, answers));
  });
}

/** Says that a declaration is written, and the commands that follow, in their order (docs/install.md). */
function writtenText(id: string, file: string, answers: Answers): string {
  const domain = domainText(answers);
  return spoken({
    en: `${file}: written and valid.

  Look    npx commune check ${id}
  Pin     npx commune pin ${id}    (which build of each image runs: production demands it)
  Site    npx pulumi stack init ${id} && npx commune site check ${id} --context <context>    (and the settings that it prints)
  Names   npx commune dns ${id} --address <public address>    (${domain.en})
  Apply   npx pulumi preview -s ${id}, then npx pulumi up -s ${id}`,
    fr: `${file} : écrit et valable.

  Regarder   npx commune check ${id}
  Figer      npx commune pin ${id}    (quelle version exacte de chaque image tourne : la production le demande)
  Site       npx pulumi stack init ${id} && npx commune site check ${id} --context <contexte>    (et les réglages qu’il affiche)
  Noms       npx commune dns ${id} --address <adresse publique>    (${domain.fr})
  Appliquer  npx pulumi preview -s ${id}, puis npx pulumi up -s ${id}`,
  });
}

/** Says what becomes of the domain itself: whether its record leads to the cluster. */
function domainText({ domain = "", website }: Answers): Translated {
  const why = whyHeld({ domain, website });
  if (why === undefined)
    return { en: `${domain} itself leads to the cluster`, fr: `${domain} mène au cluster` };
  const lead =
    website === undefined
      ? { en: "; if none is: --lead-domain", fr: " ; s’il n’y en a pas : --lead-domain" }
      : { en: "", fr: "" };
  return {
    en: `${domain} stays where it is: ${why}${lead.en}`,
    fr: `${domain} reste où il est : ${heard(why, "fr")}${lead.fr}`,
  };
}

/** A folder without its declaration would be a commune with a problem: all is written, or nothing. */
function writeNew(folder: string, texts: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(folder), { recursive: true });
  // Only what is made here goes again: this throws if somebody else was faster.
  mkdirSync(folder);
  try {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text, { flag: "wx" });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
