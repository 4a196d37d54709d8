import type { Language } from "../components/foundation/language/language.ts";
import { day, number } from "../components/foundation/language/numbers.ts";
import { text } from "./blocks.ts";
import type { Messages } from "./messages.ts";
import type { Block } from "./report.ts";
import { texts } from "./words.ts";

const phrases = {
  written: {
    fr: "Ce qu’ont écrit les personnes qui ont modifié les fichiers de la commune, du plus récent au plus ancien :",
    en: "What those who changed the commune’s files wrote, the newest first:",
  },
  older: {
    fr: (count: number) => `Messages plus anciens, qui sont dans git : ${number(count, "fr")}.`,
    en: (count: number) => `Older messages, which are in git: ${number(count, "en")}.`,
  },
  unrecorded: {
    fr: "Une modification n’est pas encore enregistrée dans git : aucun message ne l’explique.",
    en: "A modification is not recorded in git yet: no message explains it.",
  },
} as const;

/** Blocks with what the authors wrote when they changed the declaration, and what is not committed yet. */
export function messageBlocks(messages: Messages | undefined, language: Language): Block[] {
  if (messages === undefined) return [];
  const { told: written, more, isUnrecorded } = messages;
  const items = written.map(({ revision, author, date, subject }) =>
    texts.labelled[language](`${day(date, language)}, ${author}`, `${subject} (${revision})`),
  );
  return [
    ...(items.length === 0 ? [] : [text(phrases.written[language]), { kind: "list", items } as const]),
    ...(more === 0 ? [] : [text(phrases.older[language](more))]),
    ...(isUnrecorded ? [text(phrases.unrecorded[language])] : []),
  ];
}
