import {
  Application,
  type Context,
  CryptographicKey,
  PUBLIC_COLLECTION,
  type Recipient,
} from "@fedify/fedify";
import { signRequest } from "@fedify/fedify/sig";
import type { Site } from "../site.ts";
import { signingKeys } from "./keys.ts";

/** The address of the server's own actor. */
const addressOf = (site: Site) => new URL(`${site.addresses.origin}/actor`);

async function keysOf(site: Site) {
  const [keys] = await signingKeys(await site.accounts.representative());
  if (!keys) throw new Error("the account of the server itself has no keys");
  return { ...keys, id: new URL("#main-key", addressOf(site)) };
}

/**
 * The server's own actor, as other servers read it. Its inbox is the shared one: upstream's is /actor/inbox.
 * Source: app/controllers/instance_actors_controller.rb of v4.6.5.
 */
export async function representativeDocument(ctx: Context<Site>): Promise<unknown> {
  const site = ctx.data;
  const { username } = await site.accounts.representative();
  const id = addressOf(site);
  const { id: keyId, publicKey } = await keysOf(site);
  const actor = new Application({
    id,
    preferredUsername: username,
    url: new URL("/about/more?instance_actor=true", id),
    inbox: ctx.getInboxUri(),
    manuallyApprovesFollowers: true,
    publicKey: new CryptographicKey({ id: keyId, owner: id, publicKey }),
  });
  return actor.toJsonLd({ contextLoader: ctx.contextLoader });
}

/** The class of the jobs that speak to relays. */
export const relayWorker = "Relay::DeliveryWorker";

/** An activity for a relay, as it goes over the line. */
interface RelayLetter {
  inbox: string;
  activity: { id: string; type: "Follow" | "Undo"; actor: string; object: unknown };
}

/** Asks a relay to pass on what others send it; its answer comes to the inbox. Source: app/models/relay.rb. */
export async function followRelay(inbox: string, activity: string, site: Site): Promise<void> {
  await enqueue({ inbox, activity: followOf(activity, site) }, site);
}

export async function unfollowRelay(inbox: string, activity: string, site: Site): Promise<void> {
  const id = `${site.addresses.origin}/${crypto.randomUUID()}`;
  const actor = addressOf(site).href;
  await enqueue({ inbox, activity: { id, type: "Undo", actor, object: followOf(activity, site) } }, site);
}

/** A relay as a recipient: an inbox, and nobody behind it. */
export function relayRecipient(inbox: string): Recipient {
  return { id: new URL(inbox), inboxId: new URL(inbox) };
}

/** Relays compare letters: fedify would write `as:Public`. */
function followOf(id: string, site: Site) {
  return { id, type: "Follow" as const, actor: addressOf(site).href, object: PUBLIC_COLLECTION.href };
}

function enqueue(letter: RelayLetter, site: Site): Promise<void> {
  return site.services.jobs.enqueue("push", relayWorker, letter);
}

/** Does one of those jobs. Throws when the relay did not take the letter: the queue tries again. */
export async function deliverToRelay(data: unknown, site: Site): Promise<void> {
  const { inbox, activity } = data as RelayLetter;
  const { id, privateKey } = await keysOf(site);
  const body = JSON.stringify({ "@context": "https://www.w3.org/ns/activitystreams", ...activity });
  const headers = { "content-type": "application/activity+json" };
  const signed = await signRequest(new Request(inbox, { method: "POST", headers, body }), privateKey, id);
  const response = await fetch(signed);
  if (!response.ok) throw new Error(`${inbox} answers ${response.status}`);
}
