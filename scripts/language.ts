import { Option } from "commander";
import { type Language, languages, type Translated } from "../components/foundation/language/language.ts";
import { askedLanguage, readersLanguage } from "../components/foundation/language/reader.ts";
import { errorText } from "../components/foundation/language/translated-error.ts";
import { heard } from "./heard/heard.ts";

/** Language of what whoever sits at this terminal reads: English if neither COMMUNE_LANG nor the locale says another. */
export function languageHere(): Language {
  return readersLanguage(process.env, "en");
}

/** A sentence for whoever sits at this terminal; one in English alone is from below the commands. */
export function spoken(sentence: Translated | string): string {
  const language = languageHere();
  return heard(typeof sentence === "string" ? sentence : sentence[language], language);
}

/** Text of what was thrown, for whoever sits at this terminal. */
export function spokenError(thrown: unknown): string {
  return spoken(errorText(thrown, languageHere()));
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
