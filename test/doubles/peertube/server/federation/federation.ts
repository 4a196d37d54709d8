import {
  type Activity,
  Application,
  type Context,
  createFederation,
  Endpoints,
  type Federation,
  Group,
  MemoryKvStore,
  Person,
  type RequestContext,
  Video,
} from "@fedify/fedify";
import { row, rows } from "../database/connection.ts";
import type { Instance } from "../instance.ts";
import { activities } from "./activities.ts";
import { type Actor, actors, followersOf, keyPairs } from "./actors.ts";
import { listen } from "./inbox.ts";
import { privacy, type VideoRow, videoObject } from "./videos.ts";

/** Two sets of actors, since channels have addresses of their own; accounts also answer for the shared inbox. */
export interface Federations {
  accounts: Federation<Instance>;
  channels: Federation<Instance>;
  /** Context for work outside a request. */
  context: Context<Instance>;
}

type Types = Actor["type"][];
const kinds = { Application, Person, Group };

function create(instance: Instance): Federation<Instance> {
  return createFederation<Instance>({
    kv: new MemoryKvStore(),
    origin: instance.actorUrl,
    allowPrivateAddress: !instance.settings.federation.prevent_ssrf,
    userAgent: `PeerTube/${instance.version} (+${instance.actorUrl})`,
  });
}

async function actorObject(context: RequestContext<Instance>, types: Types, name: string) {
  const actor = await actors.local(context.data.pool, types, name);
  if (!actor) return null;
  const [key] = await context.getActorKeyPairs(name);
  const { name: title, settings } = { ...actor, settings: context.data.settings };
  return new kinds[actor.type]({
    id: new URL(actor.url),
    preferredUsername: actor.preferredUsername,
    name: actor.type === "Application" ? settings.instance.name : title,
    inbox: new URL(actor.inboxUrl),
    outbox: context.getOutboxUri(name),
    followers: context.getFollowersUri(name),
    endpoints: new Endpoints({ sharedInbox: new URL(actor.sharedInboxUrl ?? actor.inboxUrl) }),
    ...(key && { publicKey: key.cryptographicKey }),
  });
}

/** The public videos of an account or a channel, or all of this server for its own actor, newest first. */
function videosOf({ pool }: Instance, actor: Actor): Promise<VideoRow[]> {
  const own = {
    Application: "$1::int IS NOT NULL",
    Person: `"accountActorId" = $1`,
    Group: `"channelActorId" = $1`,
  };
  return rows<VideoRow>(
    pool,
    `SELECT * FROM "video" WHERE NOT "remote" AND "privacy" = ${privacy.public} AND (${own[actor.type]}) ORDER BY "publishedAt" DESC`,
    [actor.id],
  );
}

async function outbox(instance: Instance, types: Types, name: string): Promise<{ items: Activity[] } | null> {
  const actor = await actors.local(instance.pool, types, name);
  if (!actor) return null;
  const videos = await videosOf(instance, actor);
  const said = actor.type === "Person" ? activities.create : activities.announce;
  return { items: videos.map(({ url }) => said(url, actor)) };
}

function declare(federation: Federation<Instance>, folder: string, types: Types): void {
  const at = <Rest extends string>(rest: Rest) => `/${folder}/{identifier}${rest}` as const;
  federation
    .setActorDispatcher(at(""), (context, name) => actorObject(context, types, name))
    .setKeyPairsDispatcher(async ({ data: { pool } }, name) => {
      const actor = await actors.local(pool, types, name);
      return actor ? keyPairs(pool, actor.id) : [];
    });
  federation.setOutboxDispatcher(at("/outbox"), ({ data }, name) => outbox(data, types, name));
  federation.setFollowersDispatcher(at("/followers"), async ({ data: { pool } }, name) => {
    const actor = await actors.local(pool, types, name);
    const followers = actor ? await followersOf(pool, actor.id) : [];
    const items = followers.map(({ url, inboxUrl }) => ({ id: new URL(url), inboxId: new URL(inboxUrl) }));
    return actor ? { items } : null;
  });
  listen(federation.setInboxListeners(at("/inbox"), "/inbox"));
}

async function videoAt(context: RequestContext<Instance>, uuid: string): Promise<Video | null> {
  const { pool } = context.data;
  const statement = `SELECT * FROM "video" WHERE "uuid"::text = $1 AND NOT "remote" AND "privacy" <= ${privacy.unlisted}`;
  const video = await row<VideoRow>(pool, statement, [uuid]);
  const account = video && (await actors.byId(pool, video.accountActorId));
  const channel = video && (await actors.byId(pool, video.channelActorId));
  return video && account && channel ? videoObject(context, video, account, channel) : null;
}

/** Everything that other servers see of this one. */
export function federate(instance: Instance): Federations {
  const accounts = create(instance);
  declare(accounts, "accounts", ["Application", "Person"]);
  accounts.setObjectDispatcher(Video, "/videos/watch/{uuid}", (context, { uuid }) => videoAt(context, uuid));
  const channels = create(instance);
  declare(channels, "video-channels", ["Group"]);
  return { accounts, channels, context: accounts.createContext(new URL(instance.actorUrl), instance) };
}
