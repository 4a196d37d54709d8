import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type * as z from "zod";
import { shownFile } from "../../components/foundation/declaration/problem.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { publicKey } from "../../components/foundation/multikey/public-key.ts";
import {
  type Archive,
  manifestFile,
  readArchive,
  signatureFile,
  sumsFile,
} from "../../components/tenants/exit/archive.ts";
import { isSigned, sumsHeading } from "../../components/tenants/exit/signature.ts";
import { filesOf, refuseStrangers, sumOf } from "../export/folder.ts";
import { spoken } from "../language.ts";

/** Every reason why a folder is not what a commune signed. */
async function problemsOf(folder: string, archive: Archive, sums: string, key: string): Promise<string[]> {
  const problems: string[] = [];
  const { commune, id, at } = archive;
  const heading = sumsHeading(commune, id, at);
  if (!sums.startsWith(heading))
    problems.push(
      spoken({
        en: `${sumsFile} is of another archive than ${manifestFile} says`,
        fr: `${sumsFile} est d’une autre archive que ne le dit ${manifestFile}`,
      }),
    );
  if (!isSigned(sums, readFileSync(join(folder, signatureFile)), key))
    problems.push(
      spoken({
        en: `${signatureFile} is not the signature of ${sumsFile} by ${key}`,
        fr: `${signatureFile} n’est pas la signature de ${sumsFile} par ${key}`,
      }),
    );
  const lines = sums.split("\n").slice(1, -1);
  const known = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  const there = filesOf(folder).filter((path) => path !== signatureFile);
  for (const path of there)
    if (!known.has(path)) problems.push(spoken({ en: `${path} was not in it`, fr: `${path} n’y était pas` }));
  for (const [path, sum] of known) {
    if (!there.includes(path)) problems.push(spoken({ en: `${path} is missing`, fr: `${path} manque` }));
    else if ((await sumOf(join(folder, path))) !== sum)
      problems.push(
        spoken({
          en: `${path} is another file: its SHA-256 differs`,
          fr: `${path} est un autre fichier : son SHA-256 diffère`,
        }),
      );
  }
  return problems;
}

/** The value of an option, in the vocabulary of declarations. Throws what is wrong with it. */
export function optionIn(name: string, vocabulary: z.ZodType<string>, value: string | undefined) {
  const read = vocabulary.optional().safeParse(value);
  if (read.success) return read.data;
  throw new TranslatedError({
    en: `${name}: ${read.error.issues[0]?.message} Nothing was changed.`,
    fr: `${name} : ${read.error.issues[0]?.message} Rien n’a été changé.`,
  });
}

/** Reads an archive that is whole and as it was signed. Throws with every reason why it is not. @param key the archive's own when absent. */
export async function verified(folder: string, key?: string): Promise<Archive> {
  refuseStrangers(folder);
  for (const file of [manifestFile, sumsFile, signatureFile])
    if (!existsSync(join(folder, file)))
      throw new TranslatedError({
        en: `${folder} has no ${file}: it is no archive of an association, or not all of it.`,
        fr: `${folder} n’a pas ${file} : ce n’est pas l’archive d’une association, ou pas toute.`,
      });
  const manifest = join(folder, manifestFile);
  const archive = readArchive(shownFile(manifest), readFileSync(manifest));
  const sums = readFileSync(join(folder, sumsFile), "utf8");
  const problems = await problemsOf(folder, archive, sums, key ?? archive.key);
  if (problems.length === 0) return archive;
  throw new TranslatedError({
    en: `${folder} is not as ${archive.commune} signed it:\n${problems.map((each) => `  ${each}`).join("\n")}`,
    fr: `${folder} n’est pas comme ${archive.commune} l’a signé :\n${problems.map((each) => `  ${each}`).join("\n")}`,
  });
}

/** `commune tenant verify`: whether an archive is whole, and who signed it. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description(
      "Say whether what an association took along is whole and as its commune signed it. Reads the folder alone, and contacts nothing.",
    )
    .argument("<folder>", "the archive, unpacked")
    .option(
      "--key <multikey>",
      "the commune's key, from its page /.well-known/commune.json; the archive's own when absent",
    )
    .action(async (folder: string, options: { key?: string }) => {
      const key = optionIn("--key", publicKey(), options.key);
      const archive = await verified(folder, key);
      const { files, id, commune, at, communeDomain } = archive;
      console.log(
        spoken({
          en: `${folder}: all ${files.length + 1} files of ${id} are as ${commune} signed them on ${at.slice(0, 10)}.${
            key === undefined
              ? ` Signed by ${archive.key}: is that the key at https://${communeDomain}/.well-known/commune.json, and that the commune's domain?`
              : ""
          }`,
          fr: `${folder} : les ${files.length + 1} fichiers de ${id} sont tous comme ${commune} les a signés le ${at.slice(0, 10)}.${
            key === undefined
              ? ` Signé par ${archive.key} : est-ce la clé qui est à https://${communeDomain}/.well-known/commune.json, et le domaine de la commune ?`
              : ""
          }`,
        }),
      );
    });
}
