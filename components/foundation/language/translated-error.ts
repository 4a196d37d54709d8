import type { Language, Translated } from "./language.ts";

/** An error that is said in every language. Its message is the English one, for logs and programs. */
export class TranslatedError extends Error {
  constructor(
    readonly sentence: Translated,
    options?: ErrorOptions,
  ) {
    super(sentence.en, options);
  }
}

/** Returns what was thrown, in a language: in English if it is said in no other. */
export function errorText(thrown: unknown, language: Language): string {
  if (thrown instanceof TranslatedError) return thrown.sentence[language];
  return thrown instanceof Error ? thrown.message : String(thrown);
}
