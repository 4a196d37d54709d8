import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import type { Server } from "./server.ts";

/** Observations of visitors of a server. */
export interface Visit {
  requests: number;
  /** One line for each request that was not answered with 200. */
  failures: string[];
  /** Posts that the server said it took. */
  posts: string[];
}

/**
 * Reads three public pages without end and writes five posts a second while `work` goes on.
 *
 * @param token access token of the account that writes.
 */
export async function visitDuring(server: Server, token: string, work: () => Promise<void>): Promise<Visit> {
  const visit: Visit = { requests: 0, failures: [], posts: [] };
  let going = true;
  const repeat = async (interval: number, what: string, once: () => Promise<number>) => {
    while (going) {
      const outcome = await once().catch((error: Error) => error.message);
      visit.requests += 1;
      if (outcome !== 200) visit.failures.push(`${new Date().toISOString()} ${what}: ${outcome}`);
      await pause(interval);
    }
  };
  const pages = ["/about", "/@mairie.rss", "/api/v1/timelines/public?local=true"];
  const visitors = [
    ...pages.map((page) => repeat(40, page, async () => (await server.get(page)).status)),
    repeat(200, "POST", async () => {
      const { statusCode, body } = await request(`${server.url}/api/v1/statuses`, {
        dispatcher: server.dispatcher,
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ status: `Pendant la mise à jour, ${visit.posts.length}` }),
      });
      const { id } = (await body.json()) as { id?: string };
      if (id !== undefined) visit.posts.push(id);
      return statusCode;
    }),
  ];
  try {
    await work();
  } finally {
    going = false;
    await Promise.all(visitors);
  }
  return visit;
}
