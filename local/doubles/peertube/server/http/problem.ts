import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** An error as the API says it (RFC 7807 with upstream's `error` and `code`). */
export function problem(c: Context, status: ContentfulStatusCode, message: string, code?: string): Response {
  const body = { type: "about:blank", status, detail: message, error: message, ...(code && { code }) };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json; charset=utf-8" });
}

/** `count`, `start` of a list's query, within upstream's limits. */
export function page(c: Context, standard = 15): { start: number; count: number } {
  const number = (name: string, otherwise: number) => {
    const value = Number(c.req.query(name) ?? otherwise);
    return Number.isInteger(value) && value >= 0 ? value : otherwise;
  };
  return { start: number("start", 0), count: Math.min(100, number("count", standard)) };
}
