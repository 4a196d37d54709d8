import { readTemplate } from "../../foundation/template/template.ts";
import type { Forgets } from "../service.ts";

/** What moderators read beside the account of an association: by this, and not by its name, it is known to be one. */
const note = "Compte de l'association";
/** What they read after that while it is closed: whom a moderator closed stays so. */
const closed = "fermé avec son espace";

/**
 * Accounts of associations, after the owner's. Each is made once, and then in the association's hands, but for whether it
 * can log in. Somebody else's of that name is left alone, and told: the Job fails after all else is done.
 * Source: app/models/{user,account,account_moderation_note}.rb of mastodon/mastodon v4.6.5. Whoever has no password at
 * all is sent no letter for another one.
 */
export function associationsScript(): string {
  return readTemplate("services/mastodon/pod/associations.rb", { NOTE: note, CLOSED: closed });
}

/** What deletes the account of an association, and tells other servers: what tootctl accounts delete does. */
function forgetting(): string {
  return readTemplate("services/mastodon/pod/forget.rb", { NOTE: note }).trimEnd();
}

/** How Mastodon forgets an association: its account goes, and nobody gets the name. */
export const forgetsAccount: Forgets = {
  what: "son compte Mastodon, avec ses publications ; les autres serveurs en sont prévenus",
  deployment: "mastodon-web",
  container: "puma",
  command: (tenant) => ["bin/rails", "runner", forgetting(), tenant],
};
