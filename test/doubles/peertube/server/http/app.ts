import { federation } from "@fedify/fedify/x/hono";
import { Hono, type MiddlewareHandler } from "hono";
import { deliverAll, deliverOne } from "../federation/delivery.ts";
import { federate } from "../federation/federation.ts";
import { fetchOutbox, follow } from "../federation/following.ts";
import type { Instance } from "../instance.ts";
import type { Handlers } from "../jobs/jobs.ts";
import { log } from "../log.ts";
import { configRoutes } from "./config.ts";
import { feedRoutes } from "./feeds.ts";
import { fileRoutes } from "./files.ts";
import { followRoutes } from "./follows.ts";
import { instanceRoutes } from "./instance.ts";
import { oauthRoutes } from "./oauth.ts";
import { pageRoutes } from "./pages.ts";
import { pluginRoutes } from "./plugins.ts";
import { problem } from "./problem.ts";
import { transcode, transcodingRoutes } from "./transcoding.ts";
import { uploadRoutes } from "./uploads.ts";
import { userRoutes } from "./users.ts";
import { videoRoutes } from "./videos.ts";

function marked({ settings }: Instance): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now();
    await next();
    c.res.headers.set("x-commune-double", "peertube");
    c.res.headers.set("x-powered-by", "PeerTube");
    const ping = c.req.path === "/api/v1/ping";
    if (!settings.log.log_http_requests || (ping && !settings.log.log_ping_requests)) return;
    const took = (performance.now() - started).toFixed(0);
    log.info(`"${c.req.method} ${c.req.path}" ${c.res.status} ${took} ms`);
  };
}

/** The whole HTTP side of a server, and what its jobs do. */
export function createApp(instance: Instance): { app: Hono; handlers: Handlers } {
  const { accounts, channels, context } = federate(instance);
  const app = new Hono();
  app.use(marked(instance));
  app.route("/", instanceRoutes(instance));
  app.route("/", oauthRoutes(instance));
  app.route("/", userRoutes(instance));
  app.route("/", configRoutes(instance));
  app.route("/", pluginRoutes(instance));
  app.route("/", followRoutes(context));
  app.route("/", uploadRoutes(context));
  app.route("/", transcodingRoutes(instance));
  app.route("/", videoRoutes(context));
  app.all("/api/*", (c) => problem(c, 404, "Not found"));
  app.route("/", feedRoutes(instance));
  app.route("/", fileRoutes(instance));
  if (instance.settings.federation.enabled) {
    app.post("*", async (c, next) =>
      instance.federates
        ? next()
        : problem(c, 403, "This server does not federate: its host name was changed"),
    );
    app.use(federation(accounts, () => instance));
    app.use(federation(channels, () => instance));
  }
  app.route("/", pageRoutes(instance));
  app.onError((error, c) => {
    log.error(`Error in controller ${c.req.method} ${c.req.path}.`, error);
    return problem(c, 500, "Internal server error");
  });
  const handlers: Handlers = {
    "activitypub-follow": (data) => follow(context, data),
    "activitypub-http-unicast": (data) => deliverOne(context, data),
    "activitypub-http-broadcast": (data) => deliverAll(context, data),
    "activitypub-http-fetcher": (data) => fetchOutbox(context, data),
    "video-transcoding": (data) => transcode(instance, data),
  };
  return { app, handlers };
}
