import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { Hono } from "hono";
import { row, rows } from "../database/connection.ts";
import { matches } from "../database/passwords.ts";
import { userJson, userRow } from "../database/users.ts";
import type { Instance } from "../instance.ts";
import { log } from "../log.ts";
import { LoginLimit } from "./login-limit.ts";
import { problem } from "./problem.ts";

type Form = Record<string, string | undefined>;

class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

async function form(c: Context): Promise<Form> {
  if (!c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded")) {
    throw new Refused(
      "invalid_request",
      "Invalid request: content must be application/x-www-form-urlencoded",
    );
  }
  return Object.fromEntries(new URLSearchParams(await c.req.text()));
}

async function requireClient({ pool }: Instance, { client_id, client_secret }: Form): Promise<void> {
  if (!client_id || !client_secret) {
    throw new Refused("invalid_client", "Invalid client: cannot retrieve client credentials");
  }
  const statement = `SELECT 1 FROM "oAuthClient" WHERE "clientId" = $1 AND "clientSecret" = $2`;
  if (!(await row(pool, statement, [client_id, client_secret]))) {
    throw new Refused("invalid_client", "Invalid client: client is invalid");
  }
}

async function userByPassword({ pool }: Instance, { username, password }: Form): Promise<number> {
  if (!username) throw new Refused("invalid_request", "Missing parameter: `username`");
  if (!password) throw new Refused("invalid_request", "Missing parameter: `password`");
  const statement = `SELECT "id", "password", "blocked" FROM "user" WHERE "username" = $1 OR "email" = $1`;
  const user = await row<{ id: number; password: string; blocked: boolean }>(pool, statement, [username]);
  if (!user || !(await matches(password, user.password))) {
    throw new Refused("invalid_grant", "Invalid grant: user credentials are invalid");
  }
  if (user.blocked) throw new Refused("access_denied", "User is blocked.");
  return user.id;
}

async function userByRefresh({ pool }: Instance, { refresh_token }: Form): Promise<number> {
  if (!refresh_token) throw new Refused("invalid_request", "Missing parameter: `refresh_token`");
  const statement = `DELETE FROM "oAuthToken" WHERE "refreshToken" = $1 RETURNING "userId", "refreshTokenExpiresAt" > now() AS fresh`;
  const token = await row<{ userId: number; fresh: boolean }>(pool, statement, [refresh_token]);
  if (!token) throw new Refused("invalid_grant", "Invalid grant: refresh token is invalid");
  if (!token.fresh) throw new Refused("invalid_grant", "Invalid grant: refresh token has expired");
  return token.userId;
}

async function issued({ pool, settings }: Instance, user: number) {
  const { access_token, refresh_token } = settings.oauth2.token_lifetime;
  const [access, refresh] = [randomBytes(20).toString("hex"), randomBytes(20).toString("hex")];
  const expiry = (lifetime: number) => new Date(Date.now() + lifetime);
  await pool.query(`INSERT INTO "oAuthToken" VALUES ($1, $2, $3, $4, $5)`, [
    access,
    expiry(access_token),
    refresh,
    expiry(refresh_token),
    user,
  ]);
  return {
    token_type: "Bearer",
    access_token: access,
    refresh_token: refresh,
    expires_in: Math.floor(access_token / 1000) - 1,
    refresh_token_expires_in: Math.floor(refresh_token / 1000) - 1,
  };
}

async function token(c: Context, instance: Instance): Promise<Response> {
  try {
    const fields = await form(c);
    await requireClient(instance, fields);
    if (!fields.grant_type) throw new Refused("invalid_request", "Missing parameter: `grant_type`");
    if (fields.grant_type === "password")
      return c.json(await issued(instance, await userByPassword(instance, fields)));
    if (fields.grant_type === "refresh_token")
      return c.json(await issued(instance, await userByRefresh(instance, fields)));
    throw new Refused("unsupported_grant_type", "Unsupported grant type: `grant_type` is invalid");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    log.warn(`Login error: ${error.code}`);
    return problem(c, 400, error.message, error.code);
  }
}

/** Lets only requests with a token that is good go on. */
export function authenticated(instance: Instance): MiddlewareHandler<{ Variables: { user: number } }> {
  return async (c, next) => {
    const user = await userOf(instance, c);
    if (user === undefined) {
      const given = c.req.header("authorization") !== undefined;
      return problem(c, 401, "Token is invalid", given ? "invalid_token" : "unauthorized_request");
    }
    c.set("user", user);
    return next();
  };
}

/** Lets only an administrator's requests go on. */
export function administrator(instance: Instance): MiddlewareHandler<{ Variables: { user: number } }> {
  return async (c, next) => {
    const user = await userOf(instance, c);
    if (user !== undefined && !(await isAdministrator(instance, user)))
      return problem(c, 403, `User does not have the right to access to ${c.req.path}.`);
    return authenticated(instance)(c, next);
  };
}

/** Whether a user may do everything. */
export async function isAdministrator({ pool }: Instance, user: number): Promise<boolean> {
  return (await row(pool, `SELECT 1 FROM "user" WHERE "id" = $1 AND "role" = 0`, [user])) !== undefined;
}

/** The user whose token a request carries. */
export async function userOf({ pool }: Instance, c: Context): Promise<number | undefined> {
  const [, given] = /^Bearer (\S+)$/.exec(c.req.header("authorization") ?? "") ?? [];
  if (!given) return undefined;
  const statement = `SELECT "userId" FROM "oAuthToken" WHERE "accessToken" = $1 AND "accessTokenExpiresAt" > now()`;
  return (await row<{ userId: number }>(pool, statement, [given]))?.userId;
}

/** `/api/v1/oauth-clients` and the tokens and the user below `/api/v1/users`. */
export function oauthRoutes(instance: Instance): Hono {
  const app = new Hono();
  const limit = new LoginLimit(() => instance.settings.rates_limit.login);
  app.get("/api/v1/oauth-clients/local", async (c) => {
    const { host } = instance.address;
    if (c.req.header("host") !== host) {
      return problem(c, 403, `Getting client tokens for host ${c.req.header("host")} is forbidden`);
    }
    const [client] = await rows<{ clientId: string; clientSecret: string }>(
      instance.pool,
      `SELECT * FROM "oAuthClient"`,
    );
    return c.json({ client_id: client?.clientId, client_secret: client?.clientSecret });
  });
  app.post("/api/v1/users/token", limit.middleware, (c) => token(c, instance));
  app.post("/api/v1/users/revoke-token", authenticated(instance), async (c) => {
    const given = c.req.header("authorization")?.slice("Bearer ".length);
    await instance.pool.query(`DELETE FROM "oAuthToken" WHERE "accessToken" = $1`, [given]);
    return c.json({ redirectUrl: undefined });
  });
  app.get("/api/v1/users/me", authenticated(instance), async (c) =>
    c.json(await described(instance, c.get("user"))),
  );
  return app;
}

async function described({ pool }: Instance, id: number) {
  const user = await userRow(pool, id);
  const account = await row<{ id: number; name: string; url: string }>(
    pool,
    `SELECT a."id", x."preferredUsername" AS name, x."url" FROM "account" a JOIN "actor" x ON x."id" = a."actorId" WHERE a."userId" = $1`,
    [id],
  );
  const videoChannels = await rows(
    pool,
    `SELECT c."id", x."preferredUsername" AS name, x."name" AS "displayName", x."url"
     FROM "videoChannel" c JOIN "actor" x ON x."id" = c."actorId" WHERE c."accountId" = $1 ORDER BY c."id"`,
    [account?.id],
  );
  return { ...(user && userJson(user)), videoQuota: -1, videoQuotaDaily: -1, account, videoChannels };
}
