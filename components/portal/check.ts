import { isServedHome } from "../federation/home-page.ts";
import type { FieldProblem } from "../foundation/declaration/problem.ts";
import { show } from "../foundation/declaration/show.ts";
import type { PortalDeclaration } from "./declaration.ts";

/** Finds what is wrong with a portal as seen from the rest of the declaration. */
export function portalProblems({
  domain,
  website,
  portal,
}: {
  domain: string;
  website?: string | undefined;
  portal?: PortalDeclaration | undefined;
}): FieldProblem[] {
  if (portal === undefined || isServedHome({ domain, website })) return [];
  const message = `the commune's own website is at ${show(domain)} itself, so that these pages have no place. Take the section out, or give \`domain\` another name, such as ${show(`nuage.${domain}`)}.`;
  return [{ field: ["portal"], message }];
}
