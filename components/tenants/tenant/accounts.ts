import type * as z from "zod";
import { fediverseName } from "../../foundation/declaration/fediverse-name.ts";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { section } from "../../foundation/declaration/section.ts";
import { show } from "../../foundation/declaration/show.ts";

/** The `accounts:` of a tenant's file: names at services of the commune that associations can have an account of. */
export const tenantAccountsSection = section({
  mastodon: fediverseName({ software: "mastodon", example: "chorale" })
    .optional()
    .describe(
      "Its account of the commune's Mastodon. Its contact is told where to choose a password, and answers for it. It cannot be renamed.",
    ),
}).prefault({});

type Accounts = z.output<typeof tenantAccountsSection>;

/** What is read of a commune's declaration. */
interface AccountsSubject {
  mastodon?: { owner: { name: string }; retired?: object | undefined } | undefined;
  mail?: object | undefined;
}

/** What is wrong with the accounts of a tenant, beside their own fields. */
export function accountProblems(
  { mastodon, mail }: AccountsSubject,
  { accounts }: { accounts: Accounts },
  others: readonly { id: string; accounts: Accounts }[],
): FieldProblem[] {
  const name = accounts.mastodon;
  if (name === undefined) return [];
  const problem = (message: string): FieldProblem[] => [{ field: ["accounts", "mastodon"], message }];
  if (mastodon === undefined || mastodon.retired !== undefined)
    return problem(
      "is an account of the commune's Mastodon, and it runs none. Write mastodon: in its commune.yaml (docs/mastodon.md), or take the line out.",
    );
  if (mail === undefined)
    return problem(
      "is told to the association by mail, and the commune declares no mail. Write mail: with its relay (docs/mail.md), or take the line out.",
    );
  const twin = others.find((other) => other.accounts.mastodon === name);
  const owner = name === mastodon.owner.name ? "the commune itself" : twin?.id;
  return owner === undefined ? [] : problem(`${show(name)} is the account of ${owner}. Write another name.`);
}

/** The accounts that associations have of services of the commune. */
export function hostedAccounts(
  associations: Readonly<
    Record<
      string,
      {
        id: string;
        name: string;
        contact: string;
        suspended?: object | undefined;
        retired?: object | undefined;
        accounts: Accounts;
      }
    >
  >,
) {
  return Object.values(associations).flatMap(({ id, name, contact, suspended, retired, accounts }) =>
    Object.entries(accounts).flatMap(([service, user]) =>
      user === undefined
        ? []
        : {
            service,
            tenant: id,
            user,
            name,
            contact,
            isOpen: suspended === undefined && retired === undefined,
          },
    ),
  );
}
