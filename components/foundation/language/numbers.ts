import type { Language } from "./language.ts";

const locales = { fr: "fr-FR", en: "en-GB" } as const;

/** A number as people of a language write it. */
export function number(value: number, language: Language, digits = 0): string {
  return value.toLocaleString(locales[language], { maximumFractionDigits: digits });
}

/** Returns a number with its sign, for differences: `+ 3`, `− 12`, `0`. */
export function signed(value: number, language: Language, digits = 0): string {
  const rounded = Number(value.toFixed(digits));
  if (rounded === 0) return "0";
  return `${rounded > 0 ? "+" : "−"} ${number(Math.abs(rounded), language, digits)}`;
}

/** A day as people of a language write it: 26 novembre 2026. */
export function day(iso: string, language: Language): string {
  return new Date(`${iso}T00:00:00Z`).toLocaleDateString(locales[language], {
    dateStyle: "long",
    timeZone: "UTC",
  });
}

/** Returns a duration, which reads alike in both languages: `2 min 13 s`. */
export function minutesAndSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Words joined as in a sentence. */
export function joined(words: readonly string[], language: Language): string {
  return new Intl.ListFormat(locales[language], { type: "conjunction" }).format(words);
}
