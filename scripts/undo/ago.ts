import type { Language, Translated } from "../../components/foundation/language/language.ts";

const days: Translated = { fr: "jours", en: "days" };

/** Age of something, in the largest unit that says it. */
export function ago(takenAt: string, now: Date, language: Language): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(takenAt)) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} ${days[language]}`;
}
