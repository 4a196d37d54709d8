import type { Context } from "@fedify/fedify";
import type { Context as Request } from "hono";
import { Hono } from "hono";
import { row } from "../database/connection.ts";
import { activities } from "../federation/activities.ts";
import { type Actor, actors } from "../federation/actors.ts";
import { unicast } from "../federation/delivery.ts";
import {
  decision,
  followRequest,
  isHandle,
  isHost,
  nameAndHost,
  rejectIsSent,
  undoIsSent,
} from "../federation/follow-states.ts";
import { type Follow, followOf, listFollows, removeFollow, setFollow } from "../federation/follows.ts";
import { followBack } from "../federation/inbox.ts";
import type { Instance } from "../instance.ts";
import { administrator } from "./oauth.ts";
import { page, problem } from "./problem.ts";

const states = ["pending", "accepted", "rejected"];

async function list(instance: Instance, c: Request, side: "following" | "followers"): Promise<Response> {
  const state = c.req.query("state");
  if (state !== undefined && !states.includes(state)) return problem(c, 400, "Should have a valid state");
  const server = await actors.server(instance.pool);
  const ownHost = instance.address.host;
  return c.json(await listFollows(instance.pool, server.id, { side, state, ownHost, ...page(c) }));
}

async function post({ settings, jobs }: Instance, c: Request): Promise<Response> {
  if (!settings.webserver.https) return c.json({ error: "Cannot follow on a non HTTPS web server." }, 500);
  const wanted = followRequest(await c.req.json().catch(() => undefined));
  if ("error" in wanted) return problem(c, 400, wanted.error);
  for (const host of wanted.hosts) jobs.add("activitypub-follow", { host });
  for (const handle of wanted.handles) jobs.add("activitypub-follow", { ...nameAndHost(handle) });
  return c.body(null, 204);
}

async function unfollow(context: Context<Instance>, c: Request): Promise<Response> {
  const { pool } = context.data;
  const wanted = c.req.param("hostOrHandle") ?? "";
  if (!isHost(wanted) && !isHandle(wanted))
    return problem(c, 400, "Incorrect request parameters: hostOrHandle");
  const { name, host } = nameAndHost(wanted);
  const server = await actors.server(pool);
  const target = await actors.remote(pool, name, host);
  const follow = target && (await followOf(pool, server.id, target.id));
  if (!target || !follow) return problem(c, 404, `Follow ${wanted} not found.`);
  if (undoIsSent(follow.state)) {
    await unicast(context, server, target, activities.undoFollow(follow.url, server, target));
  }
  await pool.query(`UPDATE "server" SET "redundancyAllowed" = false WHERE "host" = $1`, [host]);
  await removeFollow(pool, server.id, target.id);
  return c.body(null, 204);
}

interface Found {
  server: Actor;
  follower: Actor;
  follow: Follow;
}

async function follower({ pool }: Instance, c: Request): Promise<Found | Response> {
  const handle = c.req.param("nameWithHost");
  if (!isHandle(handle)) return problem(c, 400, "Incorrect request parameters: nameWithHost");
  const { name, host } = nameAndHost(handle);
  const server = await actors.server(pool);
  const actor = await actors.remote(pool, name, host);
  const follow = actor && (await followOf(pool, actor.id, server.id));
  return actor && follow
    ? { server, follower: actor, follow }
    : problem(c, 404, `Follower ${handle} not found.`);
}

async function decide(
  context: Context<Instance>,
  c: Request,
  wanted: "accept" | "reject",
): Promise<Response> {
  const instance = context.data;
  const found = await follower(instance, c);
  if (found instanceof Response) return found;
  const { server, follower: actor, follow } = found;
  const decided = decision(follow.state, wanted);
  if ("error" in decided) return problem(c, 400, decided.error);
  await setFollow(instance.pool, actor.id, server.id, decided.state);
  await unicast(context, server, actor, activities[wanted](follow.url, actor, server));
  if (decided.state === "accepted") followBack(instance, actor);
  return c.body(null, 204);
}

async function remove(context: Context<Instance>, c: Request): Promise<Response> {
  const { pool } = context.data;
  const found = await follower(context.data, c);
  if (found instanceof Response) return found;
  const { server, follower: actor, follow } = found;
  if (rejectIsSent(follow.state))
    await unicast(context, server, actor, activities.reject(follow.url, actor, server));
  await removeFollow(pool, actor.id, server.id);
  return c.body(null, 204);
}

/** `/api/v1/server/following`, `/followers` and `/redundancy`. */
export function followRoutes(context: Context<Instance>): Hono {
  const instance = context.data;
  const admin = administrator(instance);
  const app = new Hono().basePath("/api/v1/server");
  app.get("/following", (c) => list(instance, c, "following"));
  app.get("/followers", (c) => list(instance, c, "followers"));
  app.post("/following", admin, (c) => post(instance, c));
  app.delete("/following/:hostOrHandle", admin, (c) => unfollow(context, c));
  app.post("/followers/:nameWithHost/accept", admin, (c) => decide(context, c, "accept"));
  app.post("/followers/:nameWithHost/reject", admin, (c) => decide(context, c, "reject"));
  app.delete("/followers/:nameWithHost", admin, (c) => remove(context, c));
  app.put("/redundancy/:host", admin, async (c) => {
    const host = c.req.param("host");
    const { redundancyAllowed: said } = await c.req
      .json<{ redundancyAllowed?: unknown }>()
      .catch(() => ({ redundancyAllowed: undefined }));
    // Upstream reads the words too: toBooleanOrNull of its sanitizers.
    const redundancyAllowed = said === "true" ? true : said === "false" ? false : said;
    if (typeof redundancyAllowed !== "boolean")
      return problem(c, 400, "Should have a valid redundancyAllowed boolean");
    const statement = `UPDATE "server" SET "redundancyAllowed" = $2 WHERE "host" = $1 RETURNING 1`;
    const known = await row(instance.pool, statement, [host, redundancyAllowed]);
    return known ? c.body(null, 204) : problem(c, 404, `Server ${host} not found.`);
  });
  return app;
}
