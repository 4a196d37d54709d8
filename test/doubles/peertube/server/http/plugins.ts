import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Hono } from "hono";
import { z } from "zod";
import { row, rows } from "../database/connection.ts";
import type { Instance } from "../instance.ts";
import { log } from "../log.ts";
import { administrator } from "./oauth.ts";
import { page, problem } from "./problem.ts";

/** The type and the short name in a package's name: peertube-plugin-x is 1, peertube-theme-x is 2. */
function named(npmName: unknown): { type: number; name: string } | undefined {
  const [, kind, name] = /^peertube-(plugin|theme)-([a-z0-9-]+)$/.exec(String(npmName)) ?? [];
  return name === undefined ? undefined : { type: kind === "theme" ? 2 : 1, name };
}

const columns = `"name", "type", "version", "version" AS "latestVersion", true AS "enabled", false AS "uninstalled"`;

interface Wanted {
  npmName?: unknown;
  pluginVersion?: unknown;
  path?: unknown;
}

const ownPackage = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * The plugin's name and version: what is asked for, or what the folder's name and its package say.
 * Source: PeerTube, server/core/lib/plugins/plugin-manager.ts, install.
 */
async function packageOf({ npmName, pluginVersion, path }: Wanted) {
  const wanted = named(npmName ?? (typeof path === "string" ? basename(path) : undefined));
  if (!wanted) return undefined;
  if (npmName !== undefined || typeof path !== "string")
    return { ...wanted, version: String(pluginVersion ?? "0.0.0"), needs: [] };
  const text = await readFile(join(path, "package.json"), "utf8").catch(() => undefined);
  const own = text === undefined ? undefined : ownPackage.safeParse(JSON.parse(text)).data;
  return own && { ...wanted, version: own.version, needs: Object.keys(own.dependencies) };
}

/** `/api/v1/plugins`: only a list of names and versions. Nothing is downloaded, nothing is run. */
export function pluginRoutes(instance: Instance): Hono {
  const { pool } = instance;
  const admin = administrator(instance);
  const app = new Hono().basePath("/api/v1/plugins");
  app.get("/", admin, async (c) => {
    const { start, count } = page(c);
    const type = c.req.query("pluginType");
    const statement = `SELECT ${columns} FROM "plugin" WHERE $1::int IS NULL OR "type" = $1 ORDER BY "name"`;
    const all = await rows(pool, statement, [type ?? null]);
    return c.json({ total: all.length, data: all.slice(start, start + count) });
  });
  app.post("/install", admin, async (c) => {
    const asked = await c.req.json<Wanted>().catch(() => ({}) as Wanted);
    const wanted = await packageOf(asked);
    const [needed] = wanted?.needs ?? [];
    // Only the log says why: this double's package manager has no way to a registry.
    if (needed !== undefined)
      log.error(`Cannot exec pnpm. ERR_PNPM_META_FETCH_FAIL  GET https://registry.npmjs.org/${needed}`);
    if (!wanted || needed !== undefined)
      return problem(c, 400, `Cannot install plugin ${asked.npmName ?? asked.path}`);
    const installed = await row(
      pool,
      `INSERT INTO "plugin" ("name", "type", "version") VALUES ($1, $2, $3)
       ON CONFLICT ("name", "type") DO UPDATE SET "version" = EXCLUDED."version" RETURNING ${columns}`,
      [wanted.name, wanted.type, wanted.version],
    );
    return c.json(installed);
  });
  app.post("/uninstall", admin, async (c) => {
    const { npmName } = await c.req.json<Wanted>().catch(() => ({}) as Wanted);
    const wanted = named(npmName);
    const statement = `DELETE FROM "plugin" WHERE "name" = $1 AND "type" = $2`;
    if (wanted) await pool.query(statement, [wanted.name, wanted.type]);
    return wanted ? c.body(null, 204) : problem(c, 400, "Should have a valid npmName");
  });
  return app;
}
