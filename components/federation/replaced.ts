import { type Html, html } from "../foundation/page/html.ts";
import type { Answers } from "./answers.ts";

/**
 * Returns the warning for people whom a site still serves that another one has taken over: the two look alike, and what is
 * written here is copied nowhere. Undefined while this is the latest site.
 */
export function replacedWarning(
  answers: Pick<Answers, "replacedBy"> | undefined,
  { name }: { name: string },
): Html | undefined {
  if (answers?.replacedBy === undefined) return undefined;
  return html`<p class="replaced" role="note"><strong>Ces services ne sont plus ceux de ${name}.</strong> La commune les a rouverts ailleurs, à la même adresse : ce que vous écrivez ici ne sera ni copié, ni repris. Rechargez la page dans quelques minutes ; si ce message reste, prévenez la commune.</p>`;
}

/** Style of the warning. */
export const replacedStyle =
  ".replaced{background:var(--panel);border:1px solid #b3261e;border-left:.5rem solid #b3261e;border-radius:.5rem;padding:.75rem 1.25rem}";
