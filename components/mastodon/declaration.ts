import { serviceDatabaseSection } from "../database/declaration.ts";
import { choice } from "../declaration/choice.ts";
import { count } from "../declaration/count.ts";
import { duration } from "../declaration/duration.ts";
import { email } from "../declaration/email.ts";
import { flag } from "../declaration/flag.ts";
import { identifier } from "../declaration/identifier.ts";
import { section } from "../declaration/section.ts";
import { settings } from "../declaration/settings.ts";
import { size } from "../declaration/size.ts";
import { version } from "../declaration/version.ts";
import { Refusal, written } from "../declaration/written.ts";
import { refusedSetting } from "./refused-settings.ts";

/** The `mastodon:` section: what the commune says in public, in the fediverse and on the open web. */
export const mastodonSection = section({
  version: version({ example: "4.6.5" })
    .prefault("4.6.5")
    .describe("Version of Mastodon. One minor series at a time, never back."),
  subdomain: identifier({ noun: "a name", title: "name", example: "social" })
    .prefault("social")
    .describe("Public address below the commune's domain. It cannot change after the first start."),
  handles: choice(["subdomain", "domain"])
    .prefault("subdomain")
    .describe(
      "What stands after the @ of every account: the public address, or the bare domain, whose website must then redirect `/.well-known/webfinger` (docs/mastodon.md). It cannot change after the first start.",
    ),
  expectedUsers: count({ minimum: 1, maximum: 500_000, example: 800 })
    .optional()
    .describe("People with an account; sizes memory and storage. One in 200 inhabitants when absent."),
  registrations: choice(["open", "approval", "closed"])
    .prefault("closed")
    .describe(
      "Who may sign up: everyone, whoever is let in, or nobody. People confirm their address by mail: without the commune's `mail`, or its `identity`, nobody can.",
    ),
  owner: section({
    name: username().prefault("mairie").describe("Account of the commune, which administers the server."),
    email: email({ example: "numerique@villeurbanne.fr" })
      .optional()
      .describe("Its mail address. The commune's contact when absent."),
  })
    .prefault({})
    .describe("The first account; created once, then in its owner's hands."),
  publicFeeds: flag()
    .prefault(true)
    .describe("Whether the timelines of what is written here are readable without an account."),
  mediaRetention: duration({ minimum: "1 day", maximum: "3660 days", example: "14 days" })
    .prefault("14 days")
    .describe(
      "How long copies of other servers' media and link previews are kept; they are fetched again on demand. In whole days, rounded up.",
    ),
  storage: size({ minimum: "1 GiB", maximum: "1024 TiB", example: "60 GiB" })
    .optional()
    .describe(
      "Volume for media, when the commune declares no `media`. 20 GiB and 1 GiB per 20 expected users when absent. It cannot shrink.",
    ),
  dedicatedDatabase: serviceDatabaseSection
    .optional()
    .describe("A database server of its own. The commune's when absent."),
  settings: settings()
    .check(({ value, issues }) => {
      for (const [name, setting] of Object.entries(value)) {
        const message = refusedSetting(name, setting);
        if (message !== undefined) issues.push({ code: "custom", input: setting, path: [name], message });
      }
    })
    .meta({ title: "environment variables by name" })
    .prefault({})
    .describe("Passed through to Mastodon's environment, where they win over the toolkit's."),
});

/** Names that a new server keeps from people. Source: mastodon/mastodon v4.6.5, db/seeds/05_blocked_usernames.rb. */
const reserved =
  /^(abuse|accounts?|admin(s|istration|istrator)?|help(desk)?|instance|mod(s|erators?)?|owner|root|security|server|staff|support|webmaster)$/;

/** The name of a local account. Source: mastodon/mastodon v4.6.5, app/models/account.rb. */
function username() {
  const pattern = /^[a-z0-9_]{1,30}$/;
  return written<string>({
    title: "account name of at most 30 letters a to z, digits and underscores",
    noun: "an account name",
    example: "mairie",
    pattern,
    maximumLength: 30,
    read(text) {
      if (!pattern.test(text)) {
        return new Refusal("may only have letters a to z, digits and underscores", nearestName(text));
      }
      if (reserved.test(text) || text.includes("mastodon")) {
        return new Refusal("is reserved: people would take it for Mastodon's own");
      }
      return text;
    },
  });
}

function nearestName(text: string): string | undefined {
  const made = text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return made === "" ? undefined : made;
}
