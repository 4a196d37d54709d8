import {
  type Actor,
  type Context,
  Endpoints,
  getActorTypeName,
  isActor,
  lookupWebFinger,
  Person,
  type Recipient,
} from "@fedify/fedify";
import { htmlOf } from "../html.ts";
import type { Site } from "../site.ts";
import type { Account } from "../store/accounts.ts";

/** An account of this server, as other servers read it. */
export async function personOf(account: Account, ctx: Context<Site>): Promise<Person> {
  const name = account.username;
  const [keys] = await ctx.getActorKeyPairs(name);
  return new Person({
    id: ctx.getActorUri(name),
    preferredUsername: name,
    name: account.display_name || name,
    summary: htmlOf(account.note, ctx.data.addresses),
    url: new URL(ctx.data.addresses.profile(account)),
    inbox: ctx.getInboxUri(name),
    outbox: ctx.getOutboxUri(name),
    followers: ctx.getFollowersUri(name),
    following: ctx.getFollowingUri(name),
    endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
    manuallyApprovesFollowers: account.locked,
    ...(keys && { publicKey: keys.cryptographicKey, assertionMethods: [keys.multikey] }),
  });
}

/** Keeps what another server says of an actor. Throws when the actor cannot be written to or has no name. */
export async function keepActor(actor: Actor, ctx: Context<Site>): Promise<Account> {
  const { id, inboxId, preferredUsername } = actor;
  if (!id || !inboxId || !preferredUsername) {
    throw new Error(`the actor ${id?.href ?? "without an address"} has no inbox or no name`);
  }
  if (id.origin === ctx.canonicalOrigin) throw new Error(`${id.href} is an actor of this server`);
  const domain = await domainOfNames(id);
  return ctx.data.accounts.upsertRemote({
    username: String(preferredUsername),
    domain,
    uri: id.href,
    url: actor.url instanceof URL ? actor.url.href : null,
    public_key: "",
    display_name: String(actor.name ?? ""),
    note: String(actor.summary ?? ""),
    inbox_url: inboxId.href,
    shared_inbox_url: actor.endpoints?.sharedInbox?.href ?? "",
    followers_url: actor.followersId?.href ?? "",
    actor_type: getActorTypeName(actor),
    locked: actor.manuallyApprovesFollowers ?? false,
  });
}

/**
 * The domain in the name of an actor: its server may have another one for names, which has to confirm it.
 * fedify's own look-up of names refuses every private address, excepted or not.
 */
async function domainOfNames(actor: URL): Promise<string> {
  const options = { allowPrivateAddress: true };
  const said = await lookupWebFinger(actor, options);
  const names = [said?.subject ?? "", ...(said?.aliases ?? [])];
  for (const name of names) {
    const domain = name.match(/^acct:[^@]+@([^@]+)$/)?.[1]?.toLowerCase();
    if (domain === undefined) continue;
    if (domain === actor.host) return domain;
    const confirmed = await lookupWebFinger(name, options);
    const self = confirmed?.links?.some(({ rel, href }) => rel === "self" && href === actor.href);
    if (self) return domain;
  }
  return actor.host;
}

/** The account at an address of ActivityPub: of this server, known already, or asked for. */
export async function accountAt(uri: URL, ctx: Context<Site>): Promise<Account | undefined> {
  const own = ctx.parseUri(uri);
  if (own?.type === "actor") return ctx.data.accounts.findLocal(own.identifier);
  const known = await ctx.data.accounts.findByUri(uri.href);
  if (known) return known;
  const found = await ctx.lookupObject(uri, { documentLoader: await signedLoader(ctx) });
  return isActor(found) ? keepActor(found, ctx) : undefined;
}

/** Reads documents of other servers in the name of an account of this server, when there is one. */
export async function signedLoader(ctx: Context<Site>) {
  const [name] = await ctx.data.accounts.localNames();
  return name === undefined ? ctx.documentLoader : ctx.getDocumentLoader({ identifier: name });
}

/** Returns the inbox for what is meant for an account. */
export function recipientOf(
  account: Pick<Account, "username" | "domain" | "uri" | "inbox_url" | "shared_inbox_url">,
  ctx: Context<Site>,
): Recipient {
  if (account.domain === null) {
    return { id: ctx.getActorUri(account.username), inboxId: ctx.getInboxUri(account.username) };
  }
  const shared = account.shared_inbox_url;
  return {
    id: new URL(account.uri ?? ""),
    inboxId: new URL(account.inbox_url),
    endpoints: shared === "" ? null : { sharedInbox: new URL(shared) },
  };
}
