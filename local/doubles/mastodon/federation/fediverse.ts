import { randomUUID } from "node:crypto";
import {
  type Activity,
  type Context,
  createFederation,
  type Federation,
  Follow,
  isActor,
  Note,
  Reject,
  Undo,
} from "@fedify/fedify";
import { messageOf } from "../refusal.ts";
import type { Site } from "../site.ts";
import type { Account } from "../store/accounts.ts";
import type { Status } from "../store/statuses.ts";
import { keepActor, personOf, recipientOf, signedLoader } from "./actors.ts";
import { listenToInbox } from "./inbox.ts";
import { signingKeys } from "./keys.ts";
import { RedisKv } from "./kv.ts";
import { createOf, deleteOf, noteOf } from "./notes.ts";
import { guardFetch } from "./private-addresses.ts";
import { FedifyQueue } from "./queue.ts";
import { followRelay, relayRecipient, representativeDocument, unfollowRelay } from "./representative.ts";

/** This server among the others. Calls no private address but those excepted. */
export function createFediverse(site: Site): Fediverse {
  guardFetch(site.services.settings.allowedPrivateAddresses);
  return new Fediverse(site);
}

/** Everything that goes to other servers and comes from them, through fedify. */
export class Fediverse {
  /** The worker classes whose jobs are fedify's. */
  readonly queues: FedifyQueue[];
  private readonly federation: Federation<Site>;

  constructor(private readonly site: Site) {
    const { jobs, cache, settings, version } = site.services;
    const inbox = new FedifyQueue(jobs, "ingress", "ActivityPub::ProcessingWorker");
    const outbox = new FedifyQueue(jobs, "push", "ActivityPub::DeliveryWorker");
    const fanout = new FedifyQueue(jobs, "push", "ActivityPub::DistributionWorker");
    this.queues = [inbox, outbox, fanout];
    this.federation = createFederation<Site>({
      kv: new RedisKv(cache),
      queue: { inbox, outbox, fanout },
      manuallyStartQueue: true,
      origin: { handleHost: settings.localDomain, webOrigin: site.addresses.origin },
      allowPrivateAddress: true,
      userAgent: `Mastodon/${version} (double; +${site.addresses.origin}/)`,
      onOutboxError: (error) => console.error(`ActivityPub::DeliveryWorker: ${messageOf(error)}`),
    });
    declareActors(this.federation);
    listenToInbox(this.federation);
  }

  /** Lets fedify work what a sidekiq process brings, until the signal. */
  start(signal: AbortSignal): Promise<void> {
    return this.federation.startQueue(this.site, { signal });
  }

  /** Answers what is ActivityPub or WebFinger, and leaves the rest to `next`. */
  async serve(request: Request, next: () => Promise<Response>): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/actor") return this.representative();
    if (!/^\/(users\/|inbox$|\.well-known\/webfinger$)/.test(pathname)) return next();
    const url = new URL(request.url);
    // TLS ends at the ingress: the addresses that were signed are those of https.
    url.protocol = "https:";
    const body = request.method === "POST" ? await request.arrayBuffer() : null;
    const asSent = new Request(url, { method: request.method, headers: request.headers, body });
    const response = await this.federation.fetch(asSent, {
      contextData: this.site,
      onNotFound: () => next(),
      onNotAcceptable: ({ url: wanted }) => Response.redirect(pageInstead(wanted), 302),
    });
    const isWebFinger = pathname === "/.well-known/webfinger" && response.ok;
    return isWebFinger ? this.withOwnName(response) : response;
  }

  private async representative(): Promise<Response> {
    const document = await representativeDocument(this.context());
    return Response.json(document, {
      headers: { "content-type": "application/activity+json; charset=utf-8" },
    });
  }

  /** Upstream names an account by the domain of names whatever was asked for; fedify repeats the question. */
  private async withOwnName(response: Response): Promise<Response> {
    const said = (await response.json()) as { links?: { rel: string; href?: string }[] };
    const self = said.links?.find(({ rel }) => rel === "self")?.href ?? "";
    const name = self.slice(self.lastIndexOf("/") + 1);
    const page = `${this.site.addresses.origin}/@${name}`;
    const subject = `acct:${name}@${this.site.services.settings.localDomain}`;
    const { headers } = response;
    return new Response(JSON.stringify({ ...said, subject, aliases: [page, self] }), { headers });
  }

  /** An account by `name`, `name@domain` or its address; asks other servers when `resolve` says so. */
  async find(query: string, resolve: boolean): Promise<Account | undefined> {
    const { accounts, services } = this.site;
    const [username = "", domain] = query.replace(/^@/, "").split("@");
    const isUrl = URL.canParse(query) && query.startsWith("https://");
    if (!isUrl && !/^[\w.-]+$/.test(username)) return undefined;
    const own = domain === undefined || domain.toLowerCase() === services.settings.localDomain;
    if (!isUrl && own) return accounts.findLocal(username);
    if (!resolve) return isUrl ? accounts.findByUri(query) : accounts.findRemote(username, domain ?? "");
    const fresh = isUrl ? undefined : await accounts.findFresh(username, domain ?? "");
    if (fresh) return fresh;
    const ctx = this.context();
    const found = await ctx
      .lookupObject(isUrl ? new URL(query) : `acct:${username}@${domain}`, {
        documentLoader: await signedLoader(ctx),
      })
      .catch((error) => {
        console.error(`ResolveAccountService: ${messageOf(error)}`);
        return null;
      });
    return isActor(found) ? keepActor(found, ctx) : undefined;
  }

  /** Follows at once an account of this server that lets everyone; asks for all others. */
  async follow(account: Account, target: Account): Promise<void> {
    const { follows } = this.site;
    const [between] = await follows.relationships(account.id, [target.id]);
    if (between?.following) return;
    const ctx = this.context();
    const uri = `${this.site.addresses.origin}/${randomUUID()}`;
    if (target.domain === null && !target.locked) return follows.add(account.id, target.id, uri);
    await follows.request(account.id, target.id, uri);
    if (target.domain === null) return;
    const follow = followActivity(uri, account, target, ctx);
    await ctx.sendActivity({ identifier: account.username }, recipientOf(target, ctx), follow);
  }

  /** Ends a follow or a request, and tells the other server. */
  async unfollow(account: Account, target: Account): Promise<void> {
    const uri = await this.site.follows.remove(account.id, target.id);
    if (uri === undefined || target.domain === null) return;
    const ctx = this.context();
    const follow = followActivity(
      uri ?? `${this.site.addresses.origin}/${randomUUID()}`,
      account,
      target,
      ctx,
    );
    const undo = new Undo({
      id: new URL(`${follow.id?.href}/undo`),
      actor: follow.actorId,
      object: follow,
    });
    await ctx.sendActivity({ identifier: account.username }, recipientOf(target, ctx), undo);
  }

  /** Ends another account's follow of ours, and tells its server that it was rejected. */
  async removeFollower(account: Account, follower: Account): Promise<void> {
    const uri = await this.site.follows.removeFollow(follower.id, account.id);
    if (uri === undefined || follower.domain === null) return;
    const ctx = this.context();
    const actor = ctx.getActorUri(account.username);
    const follow = new Follow({
      id: uri === null ? null : new URL(uri),
      actor: new URL(follower.uri ?? ""),
      object: actor,
    });
    const id = new URL(`${actor.href}#rejects/follows/${randomUUID()}`);
    const reject = new Reject({ id, actor, object: follow });
    await ctx.sendActivity({ identifier: account.username }, recipientOf(follower, ctx), reject);
  }

  /** Asks a relay to pass on what others send it. */
  followRelay(inbox: string, activity: string): Promise<void> {
    return followRelay(inbox, activity, this.site);
  }

  unfollowRelay(inbox: string, activity: string): Promise<void> {
    return unfollowRelay(inbox, activity, this.site);
  }

  /** Tells the followers' servers of a new post, and the relays of a public one. */
  async publish(status: Status, author: Account): Promise<void> {
    const ctx = this.context();
    await this.tell(status, author, await createOf(status, author, ctx), ctx);
  }

  /** Tells the followers' servers and the relays that a post is gone. */
  async retract(status: Status, author: Account): Promise<void> {
    const ctx = this.context();
    await this.tell(status, author, deleteOf(status, author, ctx), ctx);
  }

  private context(): Context<Site> {
    return this.federation.createContext(new URL(this.site.addresses.origin), this.site);
  }

  private async tell(status: Status, author: Account, activity: Activity, ctx: Context<Site>): Promise<void> {
    const sender = { identifier: author.username };
    await ctx.sendActivity(sender, "followers", activity, {
      preferSharedInbox: true,
      excludeBaseUris: [new URL(ctx.canonicalOrigin)],
    });
    if (status.visibility !== "public") return;
    const relays = (await this.site.relays.inboxes()).map(relayRecipient);
    if (relays.length > 0) await ctx.sendActivity(sender, relays, activity);
  }
}

function followActivity(uri: string, account: Account, target: Account, ctx: Context<Site>): Follow {
  return new Follow({
    id: new URL(uri),
    actor: ctx.getActorUri(account.username),
    object: new URL(target.uri ?? ""),
  });
}

/** The page for people of an address for servers. */
function pageInstead(address: string): string {
  const url = new URL(address);
  return `${url.origin}/${url.pathname.replace(/^\/users\/([^/]+)/, "@$1").replace("/statuses/", "/")}`;
}

function declareActors(federation: Federation<Site>): void {
  const local = async (site: Site, name: string) => {
    const account = await site.accounts.findLocal(name);
    return account && account.suspended_at === null ? account : undefined;
  };
  federation
    .setActorDispatcher("/users/{identifier}", async (ctx, name) => {
      const account = await local(ctx.data, name);
      return account ? personOf(account, ctx) : null;
    })
    .setKeyPairsDispatcher(async (ctx, name) => signingKeys(await local(ctx.data, name)))
    .mapHandle(async (ctx, name) => (await local(ctx.data, name))?.username ?? null);
  federation.setObjectDispatcher(Note, "/users/{name}/statuses/{id}", async (ctx, { name, id }) => {
    const status = await ctx.data.statuses.find(id);
    const author = await local(ctx.data, name);
    const open = status?.visibility === "public" || status?.visibility === "unlisted";
    return status && author?.id === status.account_id && open ? noteOf(status, author, ctx) : null;
  });
  federation.setOutboxDispatcher("/users/{identifier}/outbox", async (ctx, name) => {
    const account = await local(ctx.data, name);
    if (!account) return null;
    const statuses = await ctx.data.statuses.timeline({ account: account.id, limit: 20 });
    return { items: await Promise.all(statuses.map((status) => createOf(status, account, ctx))) };
  });
  federation.setFollowersDispatcher("/users/{identifier}/followers", async (ctx, name) => {
    const account = await local(ctx.data, name);
    if (!account) return null;
    const followers = await ctx.data.follows.followers(account.id);
    return { items: followers.map((each) => recipientOf(each, ctx)) };
  });
  federation.setFollowingDispatcher("/users/{identifier}/following", async (ctx, name) => {
    const account = await local(ctx.data, name);
    if (!account) return null;
    const following = await ctx.data.follows.following(account.id);
    return { items: following.map((each) => new URL(ctx.data.addresses.actor(each))) };
  });
}
