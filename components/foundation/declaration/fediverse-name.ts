import { Refusal, written } from "./written.ts";

/** Names that a new server keeps from people. Source: mastodon/mastodon v4.6.5, db/seeds/05_blocked_usernames.rb. */
const reserved =
  /^(abuse|accounts?|admin(s|istration|istrator)?|help(desk)?|instance|mod(s|erators?)?|owner|root|security|server|staff|support|webmaster)$/;

/**
 * The name of an account of a server in the fediverse. Source: mastodon/mastodon v4.6.5, app/models/account.rb.
 *
 * @param software whose name no account has: people would take it for the software's own.
 */
export function fediverseName({ software, example = "mairie" }: { software: string; example?: string }) {
  const pattern = /^[a-z0-9_]{1,30}$/;
  return written<string>({
    title: "account name of at most 30 letters a to z, digits and underscores",
    noun: "an account name",
    example,
    pattern,
    maximumLength: 30,
    read(text) {
      if (!pattern.test(text)) {
        return new Refusal("may only have letters a to z, digits and underscores", nearestName(text));
      }
      if (reserved.test(text) || text.includes(software)) {
        return new Refusal("is reserved: people would take it for the server's own");
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
