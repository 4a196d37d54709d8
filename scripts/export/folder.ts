import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import { domain } from "../../components/foundation/declaration/domain.ts";
import { explainedParse } from "../../components/foundation/declaration/explain.ts";
import { communeId } from "../../components/foundation/declaration/identifier.ts";
import { instant } from "../../components/foundation/declaration/instant.ts";
import { json } from "../../components/foundation/declaration/json.ts";
import { line } from "../../components/foundation/declaration/line.ts";
import { loadFile } from "../../components/foundation/declaration/load.ts";
import { relativePath } from "../../components/foundation/declaration/path.ts";
import { DeclarationError } from "../../components/foundation/declaration/problem.ts";
import { named, section } from "../../components/foundation/declaration/section.ts";
import { show, showWord } from "../../components/foundation/declaration/show.ts";
import { Refusal, written } from "../../components/foundation/declaration/written.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { spoken } from "../language.ts";

/** The form of an export. A folder of another one is not read. */
export const exportForm = 1;

/** File that marks a folder as a whole export, and says of what: written last. */
export const exportFile = "export.json";
/** SHA-256 of every other file, as `sha256sum --check` reads it. */
export const sumsFile = "SHA256SUMS";
export const readmeFile = "LISEZMOI.md";
export const returnFile = "reprise.sh";

/** Start of every command on the new cluster: a shell refuses it where its variable `contexte` names none. */
export const kubectl = `kubectl --context "\${contexte:?}"`;
/** Folder of the declaration, and of settings of the stack that are not secret. */
export const declarationFolder = "declaration";
export const settingsFile = `${declarationFolder}/settings.json`;
/** Everything that opens something. */
export const secretsFolder = "secrets";
export const seedFile = `${secretsFolder}/seed`;
export const givenFile = `${secretsFolder}/settings.json`;

const count = z.int().min(0);
/** A word of the toolkit that wrote it, or of the software that it had: only shown to readers. */
const word = () => line({ maximumLength: 200, example: "database" });
const content = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("files"), volume: word(), files: count }),
  z.strictObject({ kind: z.literal("dump"), database: word() }),
]);

const exportSchema = section({
  form: z.literal(exportForm),
  commune: communeId(),
  name: line(),
  exportedAt: instant(),
  /** Version of the toolkit that wrote it. */
  toolkit: word(),
  /** Fingerprint of the seed; no secret. */
  seed: word(),
  services: z.array(
    section({
      service: word(),
      version: word(),
      host: domain({ example: "cloud.villeurbanne.fr" }),
      /** The restore point whose data it is. */
      point: word(),
      data: z.array(section({ path: relativePath(), bytes: count, content })),
    }),
  ),
  /** Services that leave without their data. */
  without: z.array(word()),
  /** Claims that begin empty: `villeurbanne-hotspots/record`. */
  empty: z.array(word()),
});

/** Settings of the stack that are never in an export: they are given again where it comes back. */
export const notTaken: readonly string[] = ["commune:seed", "commune:context"];

const settingPattern = /^commune:[A-Za-z][A-Za-z0-9-]*$/;

function settingName() {
  return written<string>({
    title: "setting of a commune's stack",
    noun: "a setting",
    example: "commune:domain",
    pattern: settingPattern,
    maximumLength: 100,
    read: (text) =>
      settingPattern.test(text) && !notTaken.includes(text)
        ? text
        : new Refusal("is no setting that an export has"),
  });
}

const settingsSchema = named(settingName(), z.string(), "settings");

/** Content of `export.json`. */
export type Export = z.output<typeof exportSchema>;

/** Reads what a folder is. Throws one sentence for what is none, is not whole, or is of another form. */
export function readExport(folder: string): Export {
  const file = join(folder, exportFile);
  if (!existsSync(file)) {
    throw new TranslatedError({
      en: `${folder} is no export, or one that was cut: it has no ${exportFile}, which is written last. Nothing was changed.`,
      fr: `${folder} n’est pas un export, ou il a été interrompu : il n’a pas ${exportFile}, qui s’écrit en dernier. Rien n’a été changé.`,
    });
  }
  const ofForm = parsed(file, z.looseObject({ form: z.unknown(), toolkit: z.unknown() }));
  if (ofForm.form !== exportForm) {
    const by = typeof ofForm.toolkit === "string" ? `, ${showWord(ofForm.toolkit)}` : "";
    throw new TranslatedError({
      en: `${file}: form: ${show(ofForm.form)} is not ${exportForm}, which this version of the toolkit reads. Take the version that wrote it${by}. Nothing was changed.`,
      fr: `${file} : form: ${show(ofForm.form)} n’est pas ${exportForm}, que lit cette version de l’outillage. Prenez la version qui l’a écrit${by}. Rien n’a été changé.`,
    });
  }
  return parsed(file, exportSchema);
}

/** Settings of the stack that an export has, of one of its two files. Throws DeclarationError. */
export function readSettings(folder: string, file: typeof settingsFile | typeof givenFile) {
  return parsed(join(folder, file), settingsSchema);
}

function parsed<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const read = loadFile(file, json, (value) => explainedParse(schema, value));
  if (!read.ok) throw new DeclarationError(read.problems);
  return read.declaration;
}

/** SHA-256 of a file, however large. */
export async function sumOf(file: string): Promise<string> {
  const sum = createHash("sha256");
  await pipeline(createReadStream(file), sum);
  return sum.digest("hex");
}

/** Throws if something below a folder is neither a file nor a folder: a link leads to what nobody has signed or summed. */
export function refuseStrangers(folder: string): void {
  const strange = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isFile() && !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  if (strange.length === 0) return;
  throw new TranslatedError({
    en: `${folder} is not as it was written:\n${strange.map((path) => `  ${showWord(path)} is neither a file nor a folder: a link, a pipe or a device`).join("\n")}\nTake another copy of it. Nothing was changed.`,
    fr: `${folder} n’est pas comme il a été écrit :\n${strange.map((path) => `  ${showWord(path)} n’est ni un fichier ni un dossier : un lien, un tube ou un périphérique`).join("\n")}\nPrenez-en une autre copie. Rien n’a été changé.`,
  });
}

/** Every file below a folder but the list of sums, in one order. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => path !== sumsFile)
    .sort();
}

/** The list of sums, as `sha256sum` writes it. */
export async function sumsText(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const path of filesOf(folder)) lines.push(`${await sumOf(join(folder, path))}  ${path}\n`);
  return lines.join("");
}

/** Compares every file with its sum. Throws with all that is damaged, missing or strange. */
export async function verifySums(folder: string): Promise<number> {
  const file = join(folder, sumsFile);
  if (!existsSync(file))
    throw new TranslatedError({
      en: `${folder} has no ${sumsFile}: nothing tells whether it is whole. Nothing was changed.`,
      fr: `${folder} n’a pas ${sumsFile} : rien ne dit s’il est complet. Rien n’a été changé.`,
    });
  const known = new Map(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  const there = filesOf(folder);
  const problems = there
    .filter((path) => !known.has(path))
    .map((path) =>
      spoken({ en: `${path} is in no list of sums`, fr: `${path} n’est dans aucune liste de sommes` }),
    );
  for (const [path, sum] of known) {
    if (!there.includes(path)) problems.push(spoken({ en: `${path} is missing`, fr: `${path} manque` }));
    else if ((await sumOf(join(folder, path))) !== sum)
      problems.push(
        spoken({
          en: `${path} is damaged: its SHA-256 is another`,
          fr: `${path} est abîmé : son SHA-256 est un autre`,
        }),
      );
  }
  if (problems.length === 0) return known.size;
  throw new TranslatedError({
    en: `${folder} is not as it was written:\n${problems.map((each) => `  ${each}`).join("\n")}\nTake another copy of it. Nothing was changed.`,
    fr: `${folder} n’est pas comme il a été écrit :\n${problems.map((each) => `  ${each}`).join("\n")}\nPrenez-en une autre copie. Rien n’a été changé.`,
  });
}
