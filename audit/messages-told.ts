import type { Tongue } from "../components/commune/changes/words.ts";
import { text } from "./blocks.ts";
import type { Messages } from "./messages.ts";
import { day, number } from "./numbers.ts";
import type { Block } from "./report.ts";

/** What those who changed the declaration wrote about it, and what nobody has written down yet. */
export function messageBlocks(messages: Messages | undefined, tongue: Tongue): Block[] {
  if (messages === undefined) return [];
  const { told, more, isUnrecorded } = messages;
  const isFrench = tongue === "fr";
  const colon = isFrench ? " :" : ":";
  return [
    ...(told.length === 0
      ? []
      : [
          text(
            isFrench
              ? "Ce qu’ont écrit les personnes qui ont modifié les fichiers de la commune, du plus récent au plus ancien :"
              : "What those who changed the commune’s files wrote, the newest first:",
          ),
          {
            kind: "list",
            items: told.map(
              ({ revision, author, date, subject }) =>
                `${day(date, tongue)}, ${author}${colon} ${subject} (${revision})`,
            ),
          } as const,
        ]),
    ...(more === 0
      ? []
      : [
          text(
            isFrench
              ? `Messages plus anciens, qui sont dans git : ${number(more, "fr")}.`
              : `Older messages, which are in git: ${number(more, "en")}.`,
          ),
        ]),
    ...(isUnrecorded
      ? [
          text(
            isFrench
              ? "Une modification n’est pas encore enregistrée dans git : aucun message ne l’explique."
              : "A modification is not recorded in git yet: no message explains it.",
          ),
        ]
      : []),
  ];
}
