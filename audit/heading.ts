import type { Tongue } from "../components/commune/changes/words.ts";
import { day } from "./numbers.ts";
import type { Origin, Report } from "./report.ts";
import { texts } from "./words.ts";

/** `Villeurbanne : changement proposé, 24 novembre 2026`. */
export function titleText({ name, date, language, changes }: Report): string {
  const kind = changes.length === 0 ? texts.unchangedTitle : texts.title;
  const colon = language === "fr" ? " :" : ":";
  return `${name}${colon} ${kind[language]}, ${day(date, language)}`;
}

/** What a report compares with. */
export function originText(origin: Origin, tongue: Tongue): string {
  const told =
    origin.kind === "revision"
      ? `${texts.revision[tongue]} ${origin.revision}`
      : origin.kind === "published"
        ? texts.published[tongue]
        : texts.nothingBefore[tongue];
  return `${texts.comparedWith[tongue]}${tongue === "fr" ? " :" : ":"} ${told}.`;
}
