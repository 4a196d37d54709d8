import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import { show } from "../../components/foundation/declaration/show.ts";

/** The form of an export. A folder of another one is not read. */
export const exportForm = 1;

/** What says of a folder that it is a whole export, and of what: written last. */
export const exportFile = "export.json";
/** SHA-256 of every other file, as `sha256sum --check` reads it. */
export const sumsFile = "SHA256SUMS";
export const readmeFile = "LISEZMOI.md";
export const returnFile = "reprise.sh";
/** What was declared, and settings of the stack that are not secret. */
export const declarationFolder = "declaration";
export const settingsFile = `${declarationFolder}/settings.json`;
/** Everything that opens something. */
export const secretsFolder = "secrets";
export const seedFile = `${secretsFolder}/seed`;
export const givenFile = `${secretsFolder}/settings.json`;

const count = z.int().min(0);
const content = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("files"), volume: z.string(), files: count }),
  z.strictObject({ kind: z.literal("dump"), database: z.string() }),
]);

const exportSchema = z.strictObject({
  form: z.literal(exportForm),
  commune: z.string(),
  name: z.string(),
  exportedAt: z.string(),
  /** Version of the toolkit that wrote it. */
  toolkit: z.string(),
  /** Tells the seed from another one; no secret. */
  seed: z.string(),
  services: z.array(
    z.strictObject({
      service: z.string(),
      version: z.string(),
      host: z.string(),
      /** The restore point whose data it is. */
      point: z.string(),
      data: z.array(z.strictObject({ path: z.string(), bytes: count, content })),
    }),
  ),
  /** Services that leave without their data. */
  without: z.array(z.string()),
  /** Claims that begin empty: `villeurbanne-hotspots/record`. */
  empty: z.array(z.string()),
});

/** What a folder says of itself in `export.json`. */
export type Export = z.output<typeof exportSchema>;

/** Reads what a folder is. Throws one sentence for what is none, is not whole, or is of another form. */
export function readExport(folder: string): Export {
  const file = join(folder, exportFile);
  if (!existsSync(file)) {
    throw new Error(
      `${folder} is no export, or one that was cut: it has no ${exportFile}, which is written last. Nothing was changed.`,
    );
  }
  const value = parsed(file);
  const said = z.looseObject({ form: z.unknown() }).safeParse(value);
  if (said.success && said.data.form !== exportForm) {
    throw new Error(
      `${file}: form: ${show(said.data.form)} is not ${exportForm}, which this version of the toolkit reads. Take the version that wrote it${versionIn(value)}. Nothing was changed.`,
    );
  }
  const read = exportSchema.safeParse(value);
  if (read.success) return read.data;
  throw new Error(
    `${file} does not say what an export says. ${z.prettifyError(read.error)}\nNothing was changed.`,
  );
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error} Nothing was changed.`);
  }
}

function versionIn(value: unknown): string {
  const read = z.looseObject({ toolkit: z.string() }).safeParse(value);
  return read.success ? `, ${read.data.toolkit}` : "";
}

/** SHA-256 of a file, however large. */
export async function sumOf(file: string): Promise<string> {
  const sum = createHash("sha256");
  await pipeline(createReadStream(file), sum);
  return sum.digest("hex");
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
    throw new Error(`${folder} has no ${sumsFile}: nothing tells whether it is whole. Nothing was changed.`);
  const known = new Map(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  const there = filesOf(folder);
  const problems = there.filter((path) => !known.has(path)).map((path) => `${path} is in no list of sums`);
  for (const [path, sum] of known) {
    if (!there.includes(path)) problems.push(`${path} is missing`);
    else if ((await sumOf(join(folder, path))) !== sum)
      problems.push(`${path} is damaged: its SHA-256 is another`);
  }
  if (problems.length === 0) return known.size;
  throw new Error(
    `${folder} is not as it was written:\n${problems.map((each) => `  ${each}`).join("\n")}\nTake another copy of it. Nothing was changed.`,
  );
}
