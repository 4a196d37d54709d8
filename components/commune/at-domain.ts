import type { CommuneDeclaration } from "./declaration.ts";
import { parts } from "./parts.ts";

/**
 * Returns a declaration for another domain than its own, as the demo brings it up on somebody's cluster: without what
 * other communes know by the domain that it declares, and without associations, since their domains do not exist there.
 *
 * @param domain undefined to keep its own.
 */
export function atDomain(declaration: CommuneDeclaration, domain: string | undefined): CommuneDeclaration {
  if (domain === undefined || domain === declaration.domain) return declaration;
  const alone = { ...declaration, associations: {}, domain };
  for (const section of parts.flatMap(({ boundToDomain = [] }) => boundToDomain))
    Reflect.deleteProperty(alone, section);
  return alone;
}
