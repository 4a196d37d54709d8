import {
  Accept,
  type Activity,
  Announce,
  Create,
  Delete,
  Follow,
  type InboxContext,
  type InboxListenerSetters,
  Reject,
  Undo,
} from "@fedify/fedify";
import { row } from "../database/connection.ts";
import { serverActorName } from "../database/install.ts";
import type { Instance } from "../instance.ts";
import { log } from "../log.ts";
import { activities } from "./activities.ts";
import { type Actor, actors, rememberActor } from "./actors.ts";
import { unicast } from "./delivery.ts";
import { type FollowerPolicy, onAccept, onFollow } from "./follow-states.ts";
import { followOf, removeFollow, setFollow } from "./follows.ts";
import { objectAt } from "./peers.ts";
import { rememberVideo } from "./videos.ts";

type Inbox = InboxContext<Instance>;

/** Whoever sent a verified activity. */
async function senderOf(context: Inbox, activity: Activity): Promise<Actor> {
  const { pool } = context.data;
  const url = activity.actorId?.href;
  if (!url) throw new Error("the activity has no actor");
  return (await actors.byUrl(pool, url)) ?? rememberActor(pool, await objectAt(context, url));
}

function policyFor({ settings }: Instance, target: Actor): FollowerPolicy {
  const { instance, channels } = settings.followers;
  return target.type === "Application"
    ? { enabled: instance.enabled, manualApproval: instance.manual_approval }
    : { enabled: channels.enabled, manualApproval: false };
}

async function follow(context: Inbox, activity: Follow): Promise<void> {
  const { pool } = context.data;
  const url = activity.id?.href;
  const target = activity.objectId && (await actors.byUrl(pool, activity.objectId.href));
  if (!url || !target || target.host !== null) throw new Error("This is not a local actor.");
  const follower = await senderOf(context, activity);
  const known = await followOf(pool, follower.id, target.id);
  const { state, answer } = onFollow(known?.state, policyFor(context.data, target));
  if (state) await setFollow(pool, follower.id, target.id, state, url);
  if (answer === "Reject") await unicast(context, target, follower, activities.reject(url, follower, target));
  if (answer === "Accept") await unicast(context, target, follower, activities.accept(url, follower, target));
  if (state === "accepted") followBack(context.data, follower);
  log.info(`Actor ${target.url} is followed by actor ${follower.url}: ${state ?? "rejected"}.`);
}

/** Follows a new follower back, when the configuration says so and it is a server. */
export function followBack({ settings, jobs }: Instance, follower: Actor): void {
  if (!settings.followings.instance.auto_follow_back.enabled) return;
  if (follower.type !== "Application" || follower.preferredUsername !== serverActorName) return;
  jobs.add("activitypub-follow", { host: follower.host, name: serverActorName });
}

/** Returns that one of our actors of which an Accept or a Reject speaks. */
async function followerIn(context: Inbox, activity: Accept | Reject): Promise<Actor> {
  const { pool } = context.data;
  const object = await activity.getObject(context);
  const named =
    object instanceof Follow && object.actorId ? await actors.byUrl(pool, object.actorId.href) : undefined;
  return named?.host === null ? named : actors.server(pool);
}

async function accept(context: Inbox, activity: Accept): Promise<void> {
  const { pool, jobs } = context.data;
  const target = await senderOf(context, activity);
  const follower = await followerIn(context, activity);
  const known = await followOf(pool, follower.id, target.id);
  const { state, fetchOutbox } = onAccept(known?.state);
  if (!state) throw new Error("Cannot find associated follow.");
  await setFollow(pool, follower.id, target.id, state);
  if (fetchOutbox) jobs.add("activitypub-http-fetcher", { actor: target.id });
}

async function reject(context: Inbox, activity: Reject): Promise<void> {
  const { pool } = context.data;
  const target = await senderOf(context, activity);
  const follower = await followerIn(context, activity);
  if (!(await followOf(pool, follower.id, target.id))) throw new Error("Unknown actor follow.");
  await setFollow(pool, follower.id, target.id, "rejected");
}

async function undo(context: Inbox, activity: Undo): Promise<void> {
  const { pool } = context.data;
  const object = await activity.getObject(context);
  if (!(object instanceof Follow) || object.actorId?.href !== activity.actorId?.href) return;
  const follower = await senderOf(context, activity);
  const target = object.objectId && (await actors.byUrl(pool, object.objectId.href));
  if (target) await removeFollow(pool, follower.id, target.id);
}

/** Videos are taken from servers that this one follows; of others nothing is stored. */
async function video(context: Inbox, activity: Announce | Create): Promise<void> {
  const sender = await senderOf(context, activity);
  const url = activity.objectId?.href;
  const followed = await row(
    context.data.pool,
    `SELECT 1 FROM "actorFollow" f JOIN "actor" a ON a."id" = f."actorId" WHERE a."serverId" IS NULL AND f."targetActorId" = $1 AND f."state" = 'accepted'`,
    [sender.id],
  );
  if (url && followed) await rememberVideo(context, url, sender);
}

async function remove(context: Inbox, activity: Delete): Promise<void> {
  const url = activity.objectId;
  if (!url || url.origin !== activity.actorId?.origin) return;
  await context.data.pool.query(`DELETE FROM "video" WHERE "url" = $1 AND "remote"`, [url.href]);
}

/** A failure is this server's own affair: whoever sent the activity is thanked all the same, as upstream does. */
function quietly<A extends Activity>(work: (context: Inbox, activity: A) => Promise<void>) {
  return async (context: Inbox, activity: A): Promise<void> => {
    await work(context, activity).catch((error) => log.error("Cannot process an activity.", error));
  };
}

/** Handles the activities that arrive. */
export function listen(inbox: InboxListenerSetters<Instance>): void {
  inbox
    .on(Follow, quietly(follow))
    .on(Accept, quietly(accept))
    .on(Reject, quietly(reject))
    .on(Undo, quietly(undo))
    .on(Announce, quietly(video))
    .on(Create, quietly(video))
    .on(Delete, quietly(remove));
}
