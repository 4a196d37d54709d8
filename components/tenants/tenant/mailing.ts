import type { Tenant } from "./declaration.ts";

/** What is read of a commune's declaration. */
interface MailingSubject {
  tenants?: { domain: string } | undefined;
  directory?: { retired?: object | undefined } | undefined;
  associations: Readonly<
    Record<string, Pick<Tenant, "id" | "name" | "contact" | "suspended" | "retired" | "lists">>
  >;
}

/** The mailing lists of the associations that run; nothing where the commune hosts none. */
export function mailingOf({ tenants, directory, associations }: MailingSubject) {
  if (tenants === undefined) return undefined;
  const running = Object.values(associations).filter(({ retired }) => retired === undefined);
  return {
    hasDirectory: directory !== undefined && directory.retired === undefined,
    associations: running.map(({ id, name, contact, suspended, lists }) => ({
      // Whatever domain its pages have: mail for that may be somebody else's to take.
      ...{ id, name, contact, domain: `${id}.${tenants.domain}` },
      isSuspended: suspended !== undefined,
      lists: Object.entries(lists).map(([list, settings]) => ({ name: list, ...settings })),
    })),
  };
}
