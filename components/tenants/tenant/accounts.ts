import type * as z from "zod";
import { fediverseName } from "../../foundation/declaration/fediverse-name.ts";
import type { FieldProblem } from "../../foundation/declaration/problem.ts";
import { section } from "../../foundation/declaration/section.ts";
import { show } from "../../foundation/declaration/show.ts";

/** The `accounts:` of an association's file: its names at services of the commune. */
export const tenantAccountsSection = section({
  mastodon: fediverseName({ software: "mastodon", example: "chorale" })
    .optional()
    .describe(
      "Its account at the commune's Mastodon. Its contact receives a link to choose a password, and is responsible for the account. It cannot be renamed.",
    ),
  peertube: fediverseName({ software: "peertube", example: "chorale" })
    .optional()
    .describe(
      "Its channel at the commune's PeerTube. Its contact receives a link to choose a password, and is responsible for the channel. It cannot be renamed.",
    ),
}).prefault({});

type Accounts = z.output<typeof tenantAccountsSection>;

/** The fields of a service of the commune that accounts depend on. */
interface Running {
  owner?: { name: string } | undefined;
  retired?: object | undefined;
}

/** Fields that are read from a commune's declaration. */
interface AccountsSubject {
  mastodon?: Running | undefined;
  peertube?: Running | undefined;
  mail?: object | undefined;
}

/** Names of accounts and their services, as in messages. */
const words = {
  mastodon: { account: "an account", its: "the account", of: "Mastodon" },
  peertube: { account: "a channel", its: "the channel", of: "PeerTube" },
} as const;

/** Returns the problems of an association's accounts, beyond their own fields. */
export function accountProblems(
  commune: AccountsSubject,
  { accounts }: { accounts: Accounts },
  others: readonly { id: string; accounts: Accounts }[],
): FieldProblem[] {
  return (["mastodon", "peertube"] as const).flatMap((service) => {
    const name = accounts[service];
    if (name === undefined) return [];
    const message = problemOf(service, name, commune, others);
    return message === undefined ? [] : { field: ["accounts", service], message };
  });
}

function problemOf(
  service: keyof Accounts,
  name: string,
  commune: AccountsSubject,
  others: readonly { id: string; accounts: Accounts }[],
): string | undefined {
  const { account, its, of } = words[service];
  const running = commune[service];
  if (running === undefined || running.retired !== undefined)
    return `is ${account} of the commune's ${of}, and it runs none. Write ${service}: in its commune.yaml (docs/${service}.md), or take the line out.`;
  if (commune.mail === undefined)
    return "is told to the association by mail, and the commune declares no mail. Write mail: with its relay (docs/platform.md), or take the line out.";
  const twin = others.find((other) => other.accounts[service] === name);
  const owner = name === running.owner?.name ? "the commune itself" : twin?.id;
  return owner === undefined ? undefined : `${show(name)} is ${its} of ${owner}. Write another name.`;
}

/** Returns the accounts that associations have at services of the commune. */
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
