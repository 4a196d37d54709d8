import { existsSync, readFileSync } from "node:fs";
import yaml from "js-yaml";
import * as z from "zod";

/** Text of a publiccode.yml; empty if there is none. */
export function readPubliccode(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Top-level names that nobody can register, so that no address below them answers. Source: RFC 2606. */
const reserved = /\.(example|invalid|test|localhost)$/;

const described = z.object({
  shortDescription: z.string().max(150),
  longDescription: z.string().min(150).max(10_000),
  features: z.array(z.string()).min(1),
});

/** Fields that the standard requires of every file. Source: https://yml.publiccode.tools/schema.core.html */
const publiccode = z.object({
  publiccodeYmlVersion: z.union([z.string(), z.number()]),
  name: z.string(),
  url: z.url(),
  platforms: z.array(z.string()).min(1),
  developmentStatus: z.enum(["concept", "development", "beta", "stable", "obsolete"]),
  softwareType: z.string(),
  description: z.record(z.string(), described),
  legal: z.object({ license: z.string() }),
  maintenance: z.object({ type: z.enum(["internal", "contract", "community", "none"]) }),
  localisation: z.object({
    localisationReady: z.boolean(),
    availableLanguages: z.array(z.string()).min(1),
  }),
});

/** A thing that is wrong, as the end of a sentence that starts with the file. */
export interface PubliccodeProblem {
  en: string;
  fr: string;
}

/**
 * Returns the problems of a publiccode.yml: required fields that are missing, and an address of the source that
 * cannot answer.
 *
 * @param text empty if there is no file.
 */
export function publiccodeProblems(text: string): PubliccodeProblem[] {
  if (text === "") {
    const norm = "https://yml.publiccode.tools";
    return [{ en: `is not there. Write one: ${norm}`, fr: `n’existe pas. En écrire un : ${norm}` }];
  }
  let value: unknown;
  try {
    value = yaml.load(text);
  } catch {
    return [{ en: "is no YAML.", fr: "n’est pas du YAML." }];
  }
  const read = publiccode.safeParse(value);
  if (!read.success) {
    return read.error.issues.map(({ path, message }) => {
      const field = path.join(".");
      return {
        en: `does not keep to the standard at ${field || "its top"}: ${message}.`,
        fr: `ne suit pas la norme ${field === "" ? "" : `au champ ${field} `}(${message}).`,
      };
    });
  }
  const { url } = read.data;
  return reserved.test(new URL(url).hostname)
    ? [
        {
          en: `names ${url}, where nothing can answer. Publish the source, and write its address.`,
          fr: `nomme ${url}, où rien ne peut répondre. Publier la source, et écrire son adresse.`,
        },
      ]
    : [];
}
