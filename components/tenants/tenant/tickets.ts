import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { section } from "../../foundation/declaration/section.ts";
import { show } from "../../foundation/declaration/show.ts";

/** The `tickets:` of an association's file. The association itself creates events and prices. */
export const tenantTicketsSection = section({});

/**
 * Paths that pretix itself uses, and that no organiser can have. Source: OrganizerSlugBanlistValidator of v2026.8.0,
 * src/pretix/urls.py.
 */
const reserved = [
  ...["download", "healthcheck", "locale", "control", "pretixdroid", "redirect", "jsi18n", "metrics"],
  ...["about", "api", "widget", "lead", "scheduling", "static", "media"],
];

/** Returns the problems of an association's ticketing. */
export function ticketProblems(
  { tickets: seller }: { tickets?: object | undefined },
  { id, tickets }: { id: string; tickets?: object | undefined },
): FieldProblem[] {
  if (tickets === undefined) return [];
  if (seller === undefined) {
    const message =
      "needs the commune's ticketing, and it declares none. Write tickets: {} in its commune.yaml (docs/tickets.md), or take it out.";
    return [{ field: ["tickets"], message }];
  }
  if (id.length > 1 && !reserved.includes(id)) return [];
  const message = `cannot be where ${show(id)} would be its address: pretix has that itself. Take it out; an association under another id can have it.`;
  return [{ field: ["tickets"], message }];
}

/** Fields that are read from an association's file. */
interface Seller {
  id: string;
  name: string;
  contact: string;
  suspended?: object | undefined;
  retired?: object | undefined;
  tickets?: object | undefined;
}

/** Fields that are read from a commune's declaration. */
interface TicketsSubject {
  tenants?: object | undefined;
  associations: Readonly<Record<string, Seller>>;
}

/** Returns the associations that sell tickets; retired ones sell none. */
export function organisersOf({ tenants, associations }: TicketsSubject) {
  if (tenants === undefined) return [];
  return Object.values(associations).flatMap(({ id, name, contact, suspended, retired, tickets }) =>
    tickets === undefined || retired !== undefined
      ? []
      : [{ id, name, contact, isSuspended: suspended !== undefined }],
  );
}
