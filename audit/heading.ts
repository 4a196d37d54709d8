import type { Tongue } from "../components/commune/changes/words.ts";
import { day } from "./numbers.ts";
import type { Origin, Report } from "./report.ts";
import { texts } from "./words.ts";

/** `Villeurbanne : changement proposé, 24 novembre 2026`. */
export function titleText({ kind: told, name, date, language, changes }: Report): string {
  const declared = changes.length === 0 ? texts.unchangedTitle : texts.title;
  const kind = told === "drift" ? texts.driftTitle : declared;
  const colon = language === "fr" ? " :" : ":";
  return `${name}${colon} ${kind[language]}, ${day(date, language)}`;
}

/** `Pourquoi : …`, in the words of whoever wants a change, or that nobody said why. */
export function reasonText({
  because,
  language,
}: Pick<Report, "language"> & { because?: string | undefined }): string {
  const colon = language === "fr" ? " :" : ":";
  return `${texts.why[language]}${colon} ${because ?? texts.whyUnsaid[language]}`;
}

/** What people read of a report before they sign, and what the log keeps of it: why, and the sentences on top. */
export function shownOf(
  report: Pick<Report, "language" | "summary"> & { because?: string | undefined },
): string[] {
  return [reasonText(report), ...report.summary];
}

/** What a report compares with, and what that leaves out. */
export function originText(origin: Origin, tongue: Tongue): string {
  const colon = tongue === "fr" ? " :" : ":";
  const compared = `${texts.comparedWith[tongue]}${colon} ${comparedWith(origin, tongue)}.`;
  return origin.kind === "state" ? compared : `${compared} ${texts.sameToolkit[tongue]}`;
}

function comparedWith(origin: Origin, tongue: Tongue): string {
  switch (origin.kind) {
    case "revision":
      return `${texts.revision[tongue]} ${origin.revision}`;
    case "published":
      return texts.published[tongue];
    case "nothing":
      return texts.nothingBefore[tongue];
    case "state":
      return texts.state[tongue];
  }
}
