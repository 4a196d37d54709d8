import type { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { isPendingMigration } from "../database.ts";
import type { Fediverse } from "../federation/fediverse.ts";
import { messageOf } from "../refusal.ts";
import { checkFirstBootIfMigrated } from "../schema/first-boot.ts";
import type { Site } from "../site.ts";
import { NetworkingError } from "../store/bucket.ts";
import { RedLight } from "../store/stoplight.ts";
import { accountRoutes } from "./accounts.ts";
import { hostVerdict } from "./host.ts";
import { instanceRoutes } from "./instance.ts";
import { type Kernel, type Request, routes } from "./kernel.ts";
import { oauthRoutes } from "./oauth.ts";
import { pageRoutes } from "./pages.ts";
import { statusRoutes } from "./statuses.ts";

const pending =
  "The schema of the database does not fit this release: migrations are pending, or are those of a newer one.";

/** The whole of the web server's routes. */
export function webApp(site: Site, fediverse: Fediverse): Hono<Kernel> {
  const app = routes();
  let checked = false;
  app.use(async (c, next) => {
    await next();
    c.header("X-Commune-Double", "mastodon");
  });
  app.get("/health", (c) => c.text("OK"));
  app.use(async (c, next) => {
    const stopped = stopAtTheDoor(c, site);
    if (stopped) return stopped;
    // The tables may appear while the server already runs: upstream starts without them.
    checked ||= await checkFirstBootIfMigrated(site.services.pool, site.services.settings);
    if (!checked) return answer(c, 500, pending);
    c.set("site", site);
    c.set("fediverse", fediverse);
    const token = c.req.header("authorization")?.match(/^Bearer (.+)$/i)?.[1] ?? c.req.query("access_token");
    c.set("bearer", token === undefined ? undefined : await site.tokens.bearer(token));
    return next();
  });
  for (const part of [statusRoutes, accountRoutes, instanceRoutes, oauthRoutes]) app.route("/", part);
  app.use((c, next) =>
    fediverse
      .serve(c.req.raw, async () => {
        await next();
        return c.res;
      })
      .then((response) => {
        c.res = response;
      }),
  );
  app.route("/", pageRoutes);
  app.notFound((c) => answer(c, 404, "Record not found"));
  app.onError((error, c) => {
    if (error instanceof HTTPException) {
      return c.req.path.startsWith("/api/")
        ? error.getResponse()
        : answer(c, error.status, error.message || "Not found");
    }
    if (isPendingMigration(error)) {
      console.error(`ActiveRecord::StatementInvalid: ${messageOf(error)}. ${pending}`);
      return answer(c, 500, pending);
    }
    // Source: app/controllers/concerns/api/error_handling.rb of v4.6.5.
    if (error instanceof NetworkingError || error instanceof RedLight) {
      console.warn(`Storage server error: ${error.name}: ${error.message}`);
      return answer(c, 503, "There was a temporary problem serving your request, please try again");
    }
    console.error(error);
    return answer(c, 500, "Internal server error");
  });
  return app;
}

/** The answer to a request of the wrong host or without TLS. */
function stopAtTheDoor(c: Request, site: Site): Response | undefined {
  const url = new URL(c.req.url);
  const verdict = hostVerdict(
    {
      method: c.req.method,
      target: `${url.pathname}${url.search}`,
      host: c.env.incoming.headers.host,
      forwardedHost: c.req.header("x-forwarded-host"),
      forwardedProto: c.req.header("x-forwarded-proto"),
    },
    site.services.settings,
  );
  if ("pass" in verdict) return undefined;
  if ("redirect" in verdict) return c.redirect(verdict.redirect, verdict.status);
  return answer(c, 403, `Blocked host: ${verdict.blocked}`);
}

/** JSON to programs, a page to people. */
function answer(c: Request, status: 403 | 404 | 500 | number, text: string): Response {
  const asJson = c.req.path.startsWith("/api/") || /json/.test(c.req.header("accept") ?? "");
  const body = asJson
    ? JSON.stringify({ error: text })
    : `<!doctype html><title>${status}</title><p>${text.replaceAll("<", "&lt;")}</p>`;
  const type = asJson ? "application/json" : "text/html";
  return new Response(body, { status, headers: { "content-type": `${type}; charset=utf-8` } });
}
