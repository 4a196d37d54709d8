import { Option } from "commander";
import { type Language, languages } from "../components/foundation/language/language.ts";
import { askedLanguage, readersLanguage } from "../components/foundation/language/reader.ts";

/** Language of what whoever sits at this terminal reads: English if neither COMMUNE_LANG nor the locale says another. */
export function languageHere(): Language {
  return readersLanguage(process.env, "en");
}

/** `--language` of what is read at the terminal. */
export function languageOption(what: string): Option {
  return new Option("--language <language>", `language of ${what}`)
    .choices(languages)
    .default(languageHere(), "COMMUNE_LANG, else the locale’s, else en");
}

/** `--language` of a page for officials: French whatever the locale of the machine that makes it. */
export function pageLanguageOption(what: string): Option {
  return new Option("--language <language>", `language of ${what}`)
    .choices(languages)
    .default(askedLanguage(process.env) ?? "fr", "COMMUNE_LANG, else fr");
}
