import type { Tenant } from "./declaration.ts";

/** Fields that are read from a commune's declaration. */
interface MailingSubject {
  tenants?: { domain: string } | undefined;
  directory?: { retired?: object | undefined } | undefined;
  associations: Readonly<
    Record<string, Pick<Tenant, "id" | "name" | "contact" | "suspended" | "retired" | "lists">>
  >;
}

/** Returns the mailing lists of the associations that run; undefined if the commune hosts none. */
export function mailingOf({ tenants, directory, associations }: MailingSubject) {
  if (tenants === undefined) return undefined;
  const running = Object.values(associations).filter(({ retired }) => retired === undefined);
  return {
    hasDirectory: directory !== undefined && directory.retired === undefined,
    associations: running.map(({ id, name, contact, suspended, lists }) => ({
      // Regardless of its own domain: mail for that may be handled by somebody else.
      ...{ id, name, contact, domain: `${id}.${tenants.domain}` },
      isSuspended: suspended !== undefined,
      lists: Object.entries(lists).map(([list, settings]) => ({ name: list, ...settings })),
    })),
  };
}
