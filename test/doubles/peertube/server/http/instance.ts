import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { row } from "../database/connection.ts";
import type { Instance } from "../instance.ts";
import { isJobState } from "../jobs/jobs.ts";
import { administrator } from "./oauth.ts";
import { page, problem } from "./problem.ts";

interface Counts {
  users: number;
  localVideos: number;
  videos: number;
  followers: number;
  following: number;
}

async function counts({ pool }: Instance): Promise<Counts> {
  const found = await row<Counts & Record<string, number>>(
    pool,
    `SELECT (SELECT count(*)::int FROM "user") AS users,
       (SELECT count(*)::int FROM "video" WHERE NOT "remote" AND "privacy" = 1) AS "localVideos",
       (SELECT count(*)::int FROM "video" WHERE "privacy" = 1) AS videos,
       (SELECT count(*)::int FROM "actorFollow" f JOIN "actor" a ON a."id" = f."targetActorId" WHERE a."type" = 'Application' AND a."serverId" IS NULL AND f."state" = 'accepted') AS followers,
       (SELECT count(*)::int FROM "actorFollow" f JOIN "actor" a ON a."id" = f."actorId" WHERE a."type" = 'Application' AND a."serverId" IS NULL AND f."state" = 'accepted') AS following`,
  );
  return found ?? { users: 0, localVideos: 0, videos: 0, followers: 0, following: 0 };
}

/** `/api/v1/ping`, `/api/v1/server/stats`, `/api/v1/jobs`, runners' tokens, and nodeinfo. */
export function instanceRoutes(instance: Instance): Hono {
  const app = new Hono();
  app.get("/api/v1/ping", (c) => c.html("pong"));
  app.get("/api/v1/server/stats", async (c) => {
    const { users, localVideos, videos, followers, following } = await counts(instance);
    return c.json({
      totalUsers: users,
      totalLocalVideos: localVideos,
      totalVideos: videos,
      totalInstanceFollowers: followers,
      totalInstanceFollowing: following,
    });
  });
  app.get("/api/v1/jobs/:state?", administrator(instance), async (c) => {
    const state = c.req.param("state");
    if (state !== undefined && !isJobState(state)) return problem(c, 400, "Should have a valid job state");
    return c.json(await instance.jobs.list({ state, type: c.req.query("jobType"), count: page(c).count }));
  });
  // Jobs of runners elsewhere, which are rows: this double gives none out.
  app.get("/api/v1/runners/jobs", administrator(instance), (c) => c.json({ total: 0, data: [] }));
  app.post("/api/v1/runners/registration-tokens/generate", administrator(instance), async (c) => {
    const statement = `INSERT INTO "runnerRegistrationToken" ("registrationToken") VALUES ($1)`;
    await instance.pool.query(statement, [`ptrrt-${randomBytes(24).toString("hex")}`]);
    return c.body(null, 204);
  });
  app.get("/api/v1/runners/registration-tokens", administrator(instance), async (c) => {
    const { rows } = await instance.pool.query(`SELECT * FROM "runnerRegistrationToken" ORDER BY "id" DESC`);
    return c.json({ total: rows.length, data: rows });
  });
  nodeinfo(app, instance);
  return app;
}

function nodeinfo(app: Hono, instance: Instance): void {
  app.get("/.well-known/nodeinfo", (c) =>
    c.json({
      links: [
        {
          rel: "http://nodeinfo.diaspora.software/ns/schema/2.0",
          href: `${instance.address.url}/nodeinfo/2.0.json`,
        },
        {
          rel: "https://www.w3.org/ns/activitystreams#Application",
          href: `${instance.actorUrl}/accounts/peertube`,
        },
      ],
    }),
  );
  app.get("/nodeinfo/2.0.json", async (c) => {
    const { users, localVideos } = await counts(instance);
    const { name, short_description } = instance.settings.instance;
    return c.json({
      version: "2.0",
      software: { name: "peertube", version: instance.version },
      protocols: ["activitypub"],
      services: { inbound: [], outbound: ["atom1.0", "rss2.0"] },
      openRegistrations: instance.settings.signup.enabled,
      usage: {
        users: { total: users, activeMonth: users, activeHalfyear: users },
        localPosts: localVideos,
        localComments: 0,
      },
      metadata: { nodeName: name, nodeDescription: short_description, nodeConfig: {} },
    });
  });
}
