import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import type { DirectoryDeclaration } from "../directory/declaration.ts";
import { hasOwnLogin, type IdentitySubject } from "./plan.ts";

/** Fields of a commune's declaration that are read here. */
export interface CheckedLogin extends Pick<IdentitySubject, "identity"> {
  directory?: DirectoryDeclaration | undefined;
}

/** Finds what the commune's own login needs, and lacks. */
export function loginProblems(declaration: CheckedLogin): FieldProblem[] {
  const { directory, identity } = declaration;
  if (!hasOwnLogin(declaration)) {
    const { secondFactor, approvals } = identity ?? {};
    const other = "is of the commune's own login, and people log in with somebody else's provider";
    return [
      ...(secondFactor === undefined
        ? []
        : [
            {
              field: ["identity", "secondFactor"],
              message: `${other}, which alone can ask for one. Declare it there, and take secondFactor out here.`,
            },
          ]),
      ...(approvals === undefined
        ? []
        : [
            {
              field: ["identity", "approvals"],
              message: `${other}, which has no such page. Take approvals out here: officials sign with SSH keys (docs/approval.md).`,
            },
          ]),
    ];
  }
  const other = "or write the issuer of somebody else's provider (docs/identity.md).";
  const field = ["identity"];
  if (identity !== undefined && directory === undefined) {
    const message = `is the commune's own login, which looks people up in its directory, and none is declared. Write directory: {}, ${other}`;
    return [{ field, message }];
  }
  if (directory?.retired === undefined) return [];
  const message = `is the commune's own login, which looks people up in its directory, and that is retired. Take the line retired: out below directory:, ${other}`;
  return [{ field, message }];
}
