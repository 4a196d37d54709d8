import { Activity, type Context, type Recipient } from "@fedify/fedify";
import type { Instance } from "../instance.ts";
import type { JobData } from "../jobs/jobs.ts";
import { log } from "../log.ts";
import { type Actor, actors, followersOf, signingKey } from "./actors.ts";
import { changeScore } from "./follows.ts";
import { guard } from "./peers.ts";

interface Envelope {
  sender: number;
  activity: unknown;
  recipients: { id: number; url: string; inbox: string }[];
}

async function envelope(context: Context<Instance>, sender: Actor, recipients: Actor[], activity: Activity) {
  const json = await activity.toJsonLd({ contextLoader: context.contextLoader });
  return {
    sender: sender.id,
    activity: json,
    recipients: recipients.map(({ id, url, inboxUrl }) => ({ id, url, inbox: inboxUrl })),
  } satisfies Envelope;
}

/** Sends an activity to one actor of another server, in a job that is tried once. */
export async function unicast(
  context: Context<Instance>,
  sender: Actor,
  to: Actor,
  activity: Activity,
): Promise<void> {
  const { jobs, federates } = context.data;
  if (federates)
    jobs.add("activitypub-http-unicast", { ...(await envelope(context, sender, [to], activity)) });
}

/** Sends an activity to all that follow some of our actors, each inbox once. */
export async function broadcast(
  context: Context<Instance>,
  sender: Actor,
  followed: Actor[],
  activity: Activity,
): Promise<void> {
  const { jobs, pool, federates } = context.data;
  const all = (await Promise.all(followed.map(({ id }) => followersOf(pool, id)))).flat();
  const recipients = [
    ...new Map(all.map((actor) => [actor.sharedInboxUrl ?? actor.inboxUrl, actor])).values(),
  ];
  if (!federates || recipients.length === 0) return;
  jobs.add("activitypub-http-broadcast", { ...(await envelope(context, sender, recipients, activity)) });
}

async function send(context: Context<Instance>, letter: Envelope, to: Envelope["recipients"][number]) {
  const { pool } = context.data;
  const sender = await actors.byId(pool, letter.sender);
  if (!sender) throw new Error(`no actor ${letter.sender} here`);
  const inboxId = new URL(to.inbox);
  await guard(context.data, inboxId);
  const activity = await Activity.fromJsonLd(letter.activity, {
    documentLoader: context.documentLoader,
    contextLoader: context.contextLoader,
  });
  const recipient: Recipient = { id: new URL(to.url), inboxId };
  await context.sendActivity(await signingKey(pool, sender), recipient, activity, { immediate: true });
}

/** Does an `activitypub-http-unicast` job. Throws when the peer did not take it: nobody tries again. */
export async function deliverOne(context: Context<Instance>, data: JobData): Promise<void> {
  const letter = data as unknown as Envelope;
  for (const to of letter.recipients) await send(context, letter, to);
}

/** Does an `activitypub-http-broadcast` job: a peer that is unavailable loses score, and misses the activity. */
export async function deliverAll(context: Context<Instance>, data: JobData): Promise<void> {
  const letter = data as unknown as Envelope;
  for (const to of letter.recipients) {
    try {
      await send(context, letter, to);
      await changeScore(context.data.pool, to.id, true);
    } catch (error) {
      log.warn(`Cannot send to ${to.inbox}.`, error);
      await changeScore(context.data.pool, to.id, false);
    }
  }
}
