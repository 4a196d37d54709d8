import {
  Accept,
  Announce,
  Create,
  Delete,
  type Federation,
  Follow,
  type InboxContext,
  isActor,
  Note,
  Reject,
  Undo,
  Update,
} from "@fedify/fedify";
import { fanOut, tellDeleted } from "../feeds.ts";
import { messageOf } from "../refusal.ts";
import type { Site } from "../site.ts";
import type { Account } from "../store/accounts.ts";
import { accountAt, keepActor, recipientOf } from "./actors.ts";
import { statusOf } from "./notes.ts";

type Inbox = InboxContext<Site>;

/** Handles what other servers send. A sidekiq process that listens to `ingress` does it. */
export function listenToInbox(federation: Federation<Site>): void {
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .on(Follow, followed)
    .on(Accept, async (ctx, accept) => answered(ctx, accept, true))
    .on(Reject, async (ctx, reject) => answered(ctx, reject, false))
    .on(Undo, undone)
    .on(Create, async (ctx, create) => {
      const note = await create.getObject(ctx);
      if (note instanceof Note && create.actorId) await received(ctx, note, create.actorId);
    })
    .on(Announce, announced)
    .on(Update, async (ctx, update) => {
      const actor = await update.getObject(ctx);
      if (isActor(actor) && actor.id?.href === update.actorId?.href) await keepActor(actor, ctx);
    })
    .on(Delete, deleted)
    .onError((_, error) => console.error(`ActivityPub::ProcessingWorker: ${messageOf(error)}`));
}

async function followed(ctx: Inbox, follow: Follow): Promise<void> {
  const own = ctx.parseUri(follow.objectId);
  if (own?.type !== "actor" || !follow.actorId || !follow.id) return;
  const site = ctx.data;
  const target = await site.accounts.findLocal(own.identifier);
  const follower = await accountAt(follow.actorId, ctx);
  if (!target || !follower) return;
  if (target.locked) return site.follows.request(follower.id, target.id, follow.id.href);
  await site.follows.add(follower.id, target.id, follow.id.href);
  const accept = new Accept({
    id: new URL(`${ctx.getActorUri(target.username).href}#accepts/follows/${crypto.randomUUID()}`),
    actor: ctx.getActorUri(target.username),
    object: follow,
  });
  await ctx.sendActivity({ identifier: target.username }, recipientOf(follower, ctx), accept);
}

/** Another server's answer to a follow of ours: the answer counts when the one who was asked gives it. */
async function answered(ctx: Inbox, answer: Accept | Reject, yes: boolean): Promise<void> {
  const activity = answer.objectId?.href;
  if (activity && (await ctx.data.relays.answered(activity, yes ? "accepted" : "rejected"))) return;
  const follow = await answer.getObject(ctx);
  if (!(follow instanceof Follow) || follow.objectId?.href !== answer.actorId?.href) return;
  const own = ctx.parseUri(follow.actorId);
  if (own?.type !== "actor" || !answer.actorId) return;
  const site = ctx.data;
  const follower = await site.accounts.findLocal(own.identifier);
  const target = await site.accounts.findByUri(answer.actorId.href);
  if (!follower || !target) return;
  const [between] = await site.follows.relationships(follower.id, [target.id]);
  if (!yes) await site.follows.remove(follower.id, target.id);
  else if (between?.requested) await site.follows.add(follower.id, target.id, follow.id?.href ?? null);
}

async function undone(ctx: Inbox, undo: Undo): Promise<void> {
  const object = await undo.getObject(ctx);
  if (!(object instanceof Follow) || object.actorId?.href !== undo.actorId?.href) return;
  const own = ctx.parseUri(object.objectId);
  if (own?.type !== "actor" || !undo.actorId) return;
  const target = await ctx.data.accounts.findLocal(own.identifier);
  const follower = await ctx.data.accounts.findByUri(undo.actorId.href);
  if (target && follower) await ctx.data.follows.remove(follower.id, target.id);
}

/** Keeps a post when someone here follows its author; upstream throws away what nobody here asked for. */
async function received(ctx: Inbox, note: Note, actor: URL): Promise<void> {
  if (!note.id || note.attributionId?.href !== actor.href) return;
  const author = await accountAt(actor, ctx);
  if (!author) return;
  const readers = await localFollowers(author, ctx.data);
  if (readers.length > 0) await keep(note, author, readers, ctx);
}

async function localFollowers(account: Account, site: Site): Promise<string[]> {
  const followers = await site.follows.followers(account.id);
  return followers.filter(({ domain }) => domain === null).map(({ id }) => id);
}

async function keep(note: Note, author: Account, readers: string[], ctx: Inbox): Promise<void> {
  const site = ctx.data;
  const { status, files } = await statusOf(note, author);
  if (await site.statuses.findByUri(status.uri)) return;
  const kept = await site.statuses.create(status);
  for (const { url, type } of files) await site.media.createRemote(author.id, kept.id, url, type);
  await fanOut(kept, readers, site);
}

/** A boost: the post is shown to those who follow the booster. */
async function announced(ctx: Inbox, announce: Announce): Promise<void> {
  if (!announce.actorId || !announce.objectId) return;
  const booster = await accountAt(announce.actorId, ctx);
  const readers = booster ? await localFollowers(booster, ctx.data) : [];
  const relayed = booster && (await ctx.data.relays.inboxes()).includes(booster.inbox_url);
  if (!booster || (readers.length === 0 && !relayed)) return;
  const object = await ctx.lookupObject(announce.objectId);
  if (!object?.id || object.id.origin === ctx.canonicalOrigin) return;
  const { attributionId } = object;
  const author = attributionId ? await accountAt(attributionId, ctx) : undefined;
  if (author) await keep(object instanceof Note ? object : linkTo(object), author, readers, ctx);
}

/** Turns what is no note into its title and its address. Source: app/lib/activitypub/activity.rb. */
function linkTo(object: NonNullable<Awaited<ReturnType<Inbox["lookupObject"]>>>): Note {
  const page = object.url instanceof URL ? object.url : (object.url?.href ?? object.id);
  return new Note({
    id: object.id,
    attribution: object.attributionId,
    content: `${String(object.name ?? "")}\n\n${page?.href ?? ""}`,
    url: page,
    published: object.published,
    tos: object.toIds,
    ccs: object.ccIds,
  });
}

async function deleted(ctx: Inbox, activity: Delete): Promise<void> {
  const uri = activity.objectId?.href ?? (await activity.getObject(ctx))?.id?.href;
  if (!uri || !activity.actorId) return;
  const site = ctx.data;
  const status = await site.statuses.findByUri(uri);
  const author = status && (await site.accounts.find(status.account_id));
  if (!status || author?.uri !== activity.actorId.href) return;
  await site.statuses.remove(status.id);
  await tellDeleted(status, site);
}
