import type { CommuneDeclaration } from "./declaration.ts";

/**
 * A declaration at another domain than its own, as the demo brings it up on somebody's cluster: alone, since other
 * communes know it by the domain that it declares, and its associations have a domain that is not there.
 *
 * @param domain nothing where it is at its own.
 */
export function atDomain(declaration: CommuneDeclaration, domain: string | undefined): CommuneDeclaration {
  if (domain === undefined || domain === declaration.domain) return declaration;
  const { federation: _links, recovery: _copies, tenants: _room, ...alone } = declaration;
  return { ...alone, associations: {}, domain };
}
