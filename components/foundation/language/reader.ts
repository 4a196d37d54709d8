import { type Language, languages } from "./language.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const isLanguage = (text: string): text is Language => languages.some((each) => each === text);

/** The language that somebody has asked for with COMMUNE_LANG; undefined if it is not set. Throws if there is no such language. */
export function askedLanguage({ COMMUNE_LANG: asked }: Environment): Language | undefined {
  if (asked === undefined || asked === "") return undefined;
  if (isLanguage(asked)) return asked;
  throw new Error(`COMMUNE_LANG is "${asked}". Write one of: ${languages.join(", ")}.`);
}

/**
 * The language of whoever reads a terminal: COMMUNE_LANG, else that of the locale, by the first of LC_ALL, LC_MESSAGES
 * and LANG that is set (POSIX, "Environment Variables", 8.2).
 *
 * @param otherwise if the locale is of no language that is spoken here: `C`, `de_DE.UTF-8`.
 */
export function readersLanguage(environment: Environment, otherwise: Language): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((each) => each !== undefined && each !== "") ?? "";
  const [spoken = ""] = locale.split(/[_.@]/);
  return askedLanguage(environment) ?? (isLanguage(spoken) ? spoken : otherwise);
}
