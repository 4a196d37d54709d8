import { type Html, html } from "./html.ts";

/** Path of a commune's statement of accessibility, below its domain. */
export const statementPath = "/accessibilite";

/**
 * Degree of conformity of pages, in the words that a first page has to have. Source: decree 2019-768 of 24 July 2019,
 * article 4.
 */
export type Conformity = "totalement conforme" | "partiellement conforme" | "non conforme";

/** A commune's statement of accessibility, for pages that lead to it. */
export interface Statement {
  address: string;
  conformity: Conformity;
}

/** Fields of a declaration that are read here. */
export interface Stating {
  domain: string;
  portal?: { audit?: { rate: number } | undefined } | undefined;
}

/** The state that a statement says: half of the criteria are the least that counts as part. Whether the audit is too old is a rule's to say. */
export function conformityOf(audit: { rate: number } | undefined): Conformity {
  if (audit === undefined || audit.rate < 50) return "non conforme";
  return audit.rate === 100 ? "totalement conforme" : "partiellement conforme";
}

/** Returns a commune's statement of accessibility; undefined if it has no pages of its own that publish it. */
export function statementOf({ domain, portal }: Stating): Statement | undefined {
  return portal && { address: `https://${domain}${statementPath}`, conformity: conformityOf(portal.audit) };
}

/** A line for the footer of a page: the law wants the statement reached from every one. */
export function statementLine(statement: Statement | undefined): Html | undefined {
  return (
    statement && html`<p><a href="${statement.address}">Accessibilité\u00a0: ${statement.conformity}</a></p>`
  );
}
