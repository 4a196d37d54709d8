import { type Language, languages } from "./language.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the language of a locale, such as `fr_FR.UTF-8` or `FR`; undefined if it is not spoken here. */
function languageOf(locale: string): Language | undefined {
  const [code = ""] = locale.toLowerCase().split(/[-_.@]/);
  return languages.find((each) => each === code);
}

/** The language that somebody has asked for with COMMUNE_LANG; undefined if it is not set. Throws if there is no such language. */
export function askedLanguage({ COMMUNE_LANG: asked }: Environment): Language | undefined {
  if (asked === undefined || asked === "") return undefined;
  const language = languageOf(asked);
  if (language !== undefined) return language;
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
  return askedLanguage(environment) ?? languageOf(locale) ?? otherwise;
}
