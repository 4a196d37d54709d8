import { type Activity, Announce, Collection, type Context, Create } from "@fedify/fedify";
import type { Instance } from "../instance.ts";
import type { JobData } from "../jobs/jobs.ts";
import { log } from "../log.ts";
import { activities, followUrl } from "./activities.ts";
import { type Actor, actors, rememberActor } from "./actors.ts";
import { unicast } from "./delivery.ts";
import { onRequest } from "./follow-states.ts";
import { followOf, setFollow } from "./follows.ts";
import { actorByHandle, applicationActorOf, objectAt, signedLoader } from "./peers.ts";
import { rememberVideo } from "./videos.ts";

/** Does an `activitypub-follow` job: a peer that cannot be found is logged and forgotten, as upstream does. */
export async function follow(context: Context<Instance>, data: JobData): Promise<void> {
  const instance = context.data;
  const { host, name } = data as { host: string; name?: string };
  if (!instance.federates)
    throw new Error("this server does not federate: its host name was changed, or federation is off");
  if (host === instance.address.host) throw new Error("Follower is the same as target actor.");
  const target = await targetOf(context, host, name);
  if (!target) return;
  const follower = await actors.server(instance.pool);
  const known = await followOf(instance.pool, follower.id, target.id);
  const { state, send } = onRequest(known?.state);
  if (!send) return;
  const url = followUrl(follower);
  await setFollow(instance.pool, follower.id, target.id, state, url);
  await unicast(context, follower, target, activities.follow(url, follower, target));
}

async function targetOf(
  context: Context<Instance>,
  host: string,
  name: string | undefined,
): Promise<Actor | undefined> {
  const instance = context.data;
  try {
    const known = name === undefined ? await applicationActorOf(instance, host) : undefined;
    const url = known ?? (await actorByHandle(instance, `${name ?? "peertube"}@${host}`));
    return await rememberActor(instance.pool, await objectAt(context, url));
  } catch (error) {
    log.warn(
      `Do not follow ${name}@${host} because we could not find the actor URL (in database or using webfinger)`,
      error,
    );
    return undefined;
  }
}

/** Does an `activitypub-http-fetcher` job: the videos in a peer's outbox. */
export async function fetchOutbox(context: Context<Instance>, data: JobData): Promise<void> {
  const { pool } = context.data;
  const { actor: id } = data as { actor: number };
  const actor = await actors.byId(pool, id);
  if (!actor?.outboxUrl) return;
  const outbox = await objectAt(context, actor.outboxUrl);
  if (!(outbox instanceof Collection)) throw new Error(`${actor.outboxUrl} is not a collection`);
  const documentLoader = await signedLoader(context);
  for await (const item of context.traverseCollection(outbox, { documentLoader })) {
    if (item instanceof Announce || item instanceof Create) await take(context, item, actor);
  }
}

async function take(context: Context<Instance>, activity: Activity, actor: Actor): Promise<void> {
  const url = activity.objectId?.href;
  if (!url) return;
  try {
    await rememberVideo(context, url, actor);
  } catch (error) {
    log.warn(`Cannot take the video ${url}.`, error);
  }
}
