import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { type Environment, number } from "../environment.ts";
import { createFediverse } from "../federation/fediverse.ts";
import { requirePlaces } from "../home.ts";
import { checkFirstBootIfMigrated } from "../schema/first-boot.ts";
import { closeServices, openServices } from "../services.ts";
import { Site } from "../site.ts";
import { webApp } from "./app.ts";

/** `puma -C config/puma.rb`: serves until SIGTERM, then lets running requests end. Throws Refusal. */
export async function serveWeb(env: Environment, version: string): Promise<void> {
  const threads = number(env, "MAX_THREADS", 5);
  const processes = number(env, "WEB_CONCURRENCY", 2);
  const services = await openServices(env, version, threads);
  requirePlaces(services.settings);
  if (!(await checkFirstBootIfMigrated(services.pool, services.settings))) {
    console.warn("WARNING: the database has no tables yet; every page but /health answers 500.");
  }
  const site = new Site(services);
  const app = webApp(site, createFediverse(site));
  const hostname = env.BIND || "127.0.0.1";
  const port = number(env, "PORT", 3000);
  const server = serve({ fetch: app.fetch, hostname, port }, () => {
    console.log(
      `Puma starting in ${processes === 0 ? "single" : "cluster"} mode... (double of Mastodon ${version})`,
    );
    console.log(
      `*  Min threads: ${threads}\n*  Max threads: ${threads}\n* Listening on http://${hostname}:${port}`,
    );
  }) as Server;
  await stopped(server);
  console.log("- Gracefully stopping, waiting for requests to finish");
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  await closeServices(services);
  console.log("- Goodbye!");
}

/** Resolves at SIGTERM or SIGINT; rejects when the server cannot listen. */
function stopped(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}
