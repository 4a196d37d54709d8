/** Languages that people are told things in. */
export const languages = ["en", "fr"] as const;
export type Language = (typeof languages)[number];

/** One thing in every language: a text, or a function from what the text is about. */
export type Translated<Value = string> = Readonly<Record<Language, Value>>;
