import { availability } from "../../foundation/availability/declaration.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { duration } from "../../foundation/declaration/duration.ts";
import { email } from "../../foundation/declaration/email.ts";
import { fediverseName } from "../../foundation/declaration/fediverse-name.ts";
import { flag } from "../../foundation/declaration/flag.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { section } from "../../foundation/declaration/section.ts";
import { settings } from "../../foundation/declaration/settings.ts";
import { size } from "../../foundation/declaration/size.ts";
import { version } from "../../foundation/declaration/version.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";
import { serviceDatabaseSection } from "../../platform/database/declaration.ts";
import { refusedSettings } from "./refused-settings.ts";

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
  availability: availability()
    .optional()
    .describe(
      "Whether it tolerates the loss of a node, where that differs from the commune's `availability` (docs/availability.md).",
    ),
  registrations: choice(["open", "approval", "closed"])
    .prefault("closed")
    .describe(
      "Who may sign up: everyone, whoever is let in, or nobody. People confirm their address by mail: without the commune's `mail`, or its `identity`, nobody can.",
    ),
  owner: section({
    name: fediverseName({ software: "mastodon" })
      .prefault("mairie")
      .describe("Account of the commune, which administers the server."),
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
  formerVolume: retirementSection
    .optional()
    .describe(
      "The volume that media were on before `media` was declared: it stays until it is released (docs/retirement.md).",
    ),
  dedicatedDatabase: serviceDatabaseSection
    .optional()
    .describe("A database server for Mastodon alone. It shares the commune's when absent."),
  settings: settings(refusedSettings)
    .meta({ title: "environment variables by name" })
    .prefault({})
    .describe("Passed through to Mastodon's environment, where they win over the toolkit's."),
  retired: retirementSection
    .optional()
    .describe(
      "Retires it: it stops, and its data stays until it is released. Write this instead of taking the section out (docs/retirement.md).",
    ),
});
