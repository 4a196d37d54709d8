import type { CommuneDeclaration } from "./declaration.ts";

/**
 * Returns a declaration for another domain than its own, as the demo brings it up on somebody's cluster: without links
 * and vaults, since other communes know it by the domain that it declares, and without associations, since their
 * domains do not exist there.
 *
 * @param domain undefined to keep its own.
 */
export function atDomain(declaration: CommuneDeclaration, domain: string | undefined): CommuneDeclaration {
  if (domain === undefined || domain === declaration.domain) return declaration;
  const { federation: _links, recovery: _copies, tenants: _room, ...alone } = declaration;
  return { ...alone, associations: {}, domain };
}
