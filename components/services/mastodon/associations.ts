import { readTemplate } from "../../foundation/template/template.ts";
import type { Forgets } from "../service.ts";

/** Moderators' note on the account of an association. It is recognised by this note, and not by its name. */
const note = "Compte de l'association";
/** Text after the note while the account is closed with its association: an account that a moderator closed stays closed. */
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

/**
 * Returns the script that deletes the account of an association and notifies other servers, as `tootctl accounts
 * delete` does.
 */
function forgetting(): string {
  return readTemplate("services/mastodon/pod/forget.rb", { NOTE: note }).trimEnd();
}

/** Deletes the account of an association that has left; its name stays reserved. */
export const forgetsAccount: Forgets = {
  what: "son compte Mastodon, avec ses publications ; les autres serveurs en sont prévenus",
  deployment: "mastodon-web",
  container: "puma",
  command: (tenant) => ["bin/rails", "runner", forgetting(), tenant],
};
