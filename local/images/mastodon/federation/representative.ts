import {
  type Activity,
  Application,
  type Context,
  CryptographicKey,
  Follow,
  PUBLIC_COLLECTION,
  type Recipient,
  Undo,
} from "@fedify/fedify";
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

/** Asks a relay to pass on what others send it; its answer comes to the inbox. */
export async function followRelay(inbox: string, activity: string, ctx: Context<Site>): Promise<void> {
  await send(inbox, followOf(activity, ctx.data), ctx);
}

export async function unfollowRelay(inbox: string, activity: string, ctx: Context<Site>): Promise<void> {
  const object = followOf(activity, ctx.data);
  const id = new URL(`${ctx.data.addresses.origin}/${crypto.randomUUID()}`);
  await send(inbox, new Undo({ id, actor: addressOf(ctx.data), object }), ctx);
}

/** What a relay is to deliveries: an inbox, and nobody behind it. */
export function relayRecipient(inbox: string): Recipient {
  return { id: new URL(inbox), inboxId: new URL(inbox) };
}

function followOf(activity: string, site: Site): Follow {
  return new Follow({ id: new URL(activity), actor: addressOf(site), object: PUBLIC_COLLECTION });
}

async function send(inbox: string, activity: Activity, ctx: Context<Site>): Promise<void> {
  const { id, privateKey } = await keysOf(ctx.data);
  await ctx.sendActivity({ keyId: id, privateKey }, relayRecipient(inbox), activity);
}
