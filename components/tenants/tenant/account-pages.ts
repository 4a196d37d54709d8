import type { DirectoryDeclaration } from "../../platform/directory/declaration.ts";
import { hasOwnLogin, type IdentitySubject } from "../../platform/identity/plan.ts";

/** Fields that are read from a commune's declaration. */
export interface AccountPagesSubject extends Pick<IdentitySubject, "identity"> {
  directory?: DirectoryDeclaration | undefined;
  mail?: object | undefined;
}

/**
 * Whether a commune has pages of accounts: people are in its directory, log in at its own login, and can be reached by
 * mail.
 */
export function hasAccounts(subject: AccountPagesSubject): boolean {
  const { directory, mail } = subject;
  return (
    directory !== undefined && directory.retired === undefined && mail !== undefined && hasOwnLogin(subject)
  );
}
