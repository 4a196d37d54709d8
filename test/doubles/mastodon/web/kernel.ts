import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Fediverse } from "../federation/fediverse.ts";
import type { Site } from "../site.ts";
import type { Account } from "../store/accounts.ts";
import { type Bearer, covers } from "../store/tokens.ts";

/** Data that a request carries through the routes. */
export interface Kernel {
  Bindings: HttpBindings;
  Variables: { site: Site; fediverse: Fediverse; bearer: Bearer | undefined };
}

export type Request = Context<Kernel>;

/** A part of the routes. */
export function routes(): Hono<Kernel> {
  return new Hono<Kernel>();
}

/** Ends a request with the API's form of an error. */
export function apiError(status: ContentfulStatusCode, error: string): HTTPException {
  return new HTTPException(status, { res: Response.json({ error }, { status }) });
}

/** The account whose token came with the request. Throws 401 or 403, in upstream's words. */
export function requireAccount(c: Request, scope: string): Account {
  const bearer = c.get("bearer");
  if (!bearer) throw apiError(401, "The access token is invalid");
  if (!covers(bearer.scopes, scope)) throw apiError(403, "This action is outside the authorized scopes");
  if (!bearer.account) throw apiError(422, "This method requires an authenticated user");
  return bearer.account;
}

/**
 * Throws 401 where the server lets no one read without an account, and 403 for a token without the scope that the
 * answer needs.
 */
export function requireReader(c: Request, scope?: string): void {
  const { settings } = c.get("site").services;
  const bearer = c.get("bearer");
  if (bearer && scope !== undefined && !covers(bearer.scopes, scope))
    throw apiError(403, "This action is outside the authorized scopes");
  if (bearer?.account || (settings.anonymousApi && !settings.limitedFederation)) return;
  throw apiError(401, "This method requires an authenticated user");
}

/** The fields of a request's body: JSON, a form or a form with files. Names in brackets become lists. */
export async function fields(c: Request): Promise<Record<string, unknown>> {
  if (c.req.header("content-type")?.startsWith("application/json")) {
    const body: unknown = await c.req.json().catch(() => {
      throw apiError(400, "Error occurred while parsing request parameters");
    });
    return typeof body === "object" && body !== null ? { ...body } : {};
  }
  const form = await c.req.parseBody({ all: true });
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => {
      const list = name.endsWith("[]");
      return [name.replace(/\[\]$/, ""), list && !Array.isArray(value) ? [value] : value];
    }),
  );
}

/** A text among the fields. */
export function text(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  return typeof value === "string" ? value : undefined;
}

/** A list of texts among the fields. */
export function texts(body: Record<string, unknown>, name: string): string[] {
  const value = body[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Whether a parameter or a field says yes. */
export function yes(value: unknown): boolean {
  return value === true || value === "true" || value === "1" || value === "on";
}

/** The parameter `limit`, at most `most`. */
export function limitOf(c: Request, usual: number, most: number): number {
  const asked = Number(c.req.query("limit") ?? usual);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, most) : usual;
}
