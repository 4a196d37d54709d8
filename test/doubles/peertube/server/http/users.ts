import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Context, Hono } from "hono";
import { createTransport } from "nodemailer";
import { z } from "zod";
import type { Settings } from "../configuration/settings.ts";
import { inTransaction, row, rows } from "../database/connection.ts";
import { createActor } from "../database/install.ts";
import { hashed } from "../database/passwords.ts";
import { userJson, userRow, usersWith } from "../database/users.ts";
import type { Instance } from "../instance.ts";
import { log } from "../log.ts";
import { administrator } from "./oauth.ts";
import { page, problem } from "./problem.ts";
import { removeFiles } from "./video-store.ts";

const name = z.string().regex(/^[a-z0-9_]+([a-z0-9_.-]+[a-z0-9_]+)?$/);
const wanted = z.object({
  username: name.min(1).max(50),
  password: z.string().refine((text) => text === "" || (text.length >= 6 && text.length <= 255)),
  email: z.email(),
  channelName: name.optional(),
  role: z.int().min(0).max(2),
});

/** Sends a letter as the declared relay takes it. */
async function send({ smtp }: Settings, to: string, subject: string, text: string): Promise<void> {
  const transport = createTransport({
    host: smtp.hostname ?? undefined,
    port: smtp.port,
    secure: smtp.tls,
    ignoreTLS: smtp.disable_starttls,
    ...(smtp.username ? { auth: { user: smtp.username, pass: smtp.password ?? "" } } : {}),
  });
  await transport.sendMail({ from: smtp.from_address, to, subject, text });
}

/**
 * `POST /api/v1/users`: an account with its channel. Whoever is given no password is sent a letter to choose one; the string
 * in it is kept in Redis alone.
 *
 * Source: server/core/controllers/api/users/index.ts and middlewares/validators/users/users.ts of Chocobozzz/PeerTube.
 */
async function create(instance: Instance, c: Context): Promise<Response> {
  const { pool, settings, address, verifications } = instance;
  const asked = wanted.safeParse(await c.req.json().catch(() => undefined));
  const mails = Boolean(settings.smtp.hostname || settings.smtp.sendmail);
  if (!asked.success || (asked.data.password === "" && !mails))
    return problem(c, 400, "Incorrect request parameters");
  const { username, password, email, role, channelName = `${username}_channel` } = asked.data;
  const known = `SELECT 1 FROM "user" WHERE lower("username") = lower($1) OR lower("email") = lower($2)`;
  if (await row(pool, known, [username, email]))
    return problem(c, 409, "User with this username or email already exists.");
  const taken = (actor: string) =>
    row(pool, `SELECT 1 FROM "actor" WHERE "preferredUsername" = $1 AND "serverId" IS NULL`, [actor]);
  if (await taken(username))
    return problem(c, 409, "Another actor (account/channel) with this name already exists.");
  if (channelName === username) return problem(c, 400, "Channel name cannot be the same as user username.");
  if (await taken(channelName)) return problem(c, 409, `Channel with name ${channelName} already exists.`);
  const passwordString = password === "" ? randomBytes(16).toString("hex") : null;
  const kept = await hashed(password || randomBytes(20).toString("hex"));
  const ids = await inTransaction(pool, async (on) => {
    const user = await row<{ id: number }>(
      on,
      `INSERT INTO "user" ("username", "email", "password", "role") VALUES ($1, $2, $3, $4) RETURNING "id"`,
      [username, email, kept, role],
    );
    const person = await createActor(on, "Person", username, username, address.url);
    const account = await row<{ id: number }>(
      on,
      `INSERT INTO "account" ("userId", "actorId") VALUES ($1, $2) RETURNING "id"`,
      [user?.id, person],
    );
    const group = await createActor(on, "Group", channelName, channelName, address.url);
    await on.query(`INSERT INTO "videoChannel" ("accountId", "actorId") VALUES ($1, $2)`, [
      account?.id,
      group,
    ]);
    return { id: user?.id, account: { id: account?.id } };
  });
  if (passwordString !== null && ids.id !== undefined) {
    await verifications.keep(ids.id, passwordString);
    const link = `${address.url}/reset-password?userId=${ids.id}&verificationString=${passwordString}`;
    send(
      settings,
      email,
      "Create your account password",
      `Hi ${username},\n\nCreate my password: ${link}\n`,
    ).catch((error: unknown) => log.error("Cannot send a letter.", error));
  }
  return c.json({ user: ids });
}

/** Deletes a user with all that it has. This double informs no other server. */
async function destroy(instance: Instance, user: number): Promise<void> {
  const actors = await rows<{ id: number }>(
    instance.pool,
    `SELECT "actorId" AS id FROM "account" WHERE "userId" = $1
     UNION SELECT c."actorId" FROM "videoChannel" c JOIN "account" a ON a."id" = c."accountId" WHERE a."userId" = $1`,
    [user],
  );
  const ids = actors.map(({ id }) => id);
  const videos = await inTransaction(instance.pool, async (on) => {
    const gone = await rows<{ uuid: string; privacy: number }>(
      on,
      `DELETE FROM "video" WHERE "accountActorId" = ANY($1) RETURNING "uuid", "privacy"`,
      [ids],
    );
    await on.query(`DELETE FROM "videoShare" WHERE "actorId" = ANY($1)`, [ids]);
    await on.query(`DELETE FROM "actorFollow" WHERE "actorId" = ANY($1) OR "targetActorId" = ANY($1)`, [ids]);
    await on.query(
      `DELETE FROM "videoChannel" WHERE "accountId" IN (SELECT "id" FROM "account" WHERE "userId" = $1)`,
      [user],
    );
    await on.query(`DELETE FROM "account" WHERE "userId" = $1`, [user]);
    await on.query(`DELETE FROM "oAuthToken" WHERE "userId" = $1`, [user]);
    await on.query(`DELETE FROM "user" WHERE "id" = $1`, [user]);
    await on.query(`DELETE FROM "actor" WHERE "id" = ANY($1)`, [ids]);
    return gone;
  });
  for (const { uuid, privacy } of videos) await removeFiles(instance, uuid, privacy);
}

async function block({ pool }: Instance, user: number, blocked: boolean, reason?: string): Promise<void> {
  await inTransaction(pool, async (on) => {
    await on.query(`DELETE FROM "oAuthToken" WHERE "userId" = $1`, [user]);
    const statement = `UPDATE "user" SET "blocked" = $2, "blockedReason" = $3 WHERE "id" = $1`;
    await on.query(statement, [user, blocked, reason ?? null]);
  });
}

const chosen = z.object({ verificationString: z.string().min(1), password: z.string().min(6).max(255) });

/** `/api/v1/users`, beside tokens, and what an administrator may write of a channel. */
export function userRoutes(instance: Instance): Hono {
  const { pool } = instance;
  const admin = administrator(instance);
  const app = new Hono();
  const known = async (c: Context, work: (id: number) => Promise<Response>) => {
    const user = await userRow(pool, Number(c.req.param("id")));
    if (!user) return problem(c, 404, "User not found");
    return work(user.id);
  };
  app.get("/api/v1/users", admin, async (c) => {
    const { start, count } = page(c);
    const all = await usersWith(pool, c.req.query("search") ?? "");
    return c.json({ total: all.length, data: all.slice(start, start + count).map(userJson) });
  });
  app.post("/api/v1/users", admin, (c) => create(instance, c));
  app.get("/api/v1/users/:id{[0-9]+}", admin, async (c) => {
    const user = await userRow(pool, Number(c.req.param("id")));
    return user ? c.json(userJson(user)) : problem(c, 404, "User not found");
  });
  app.delete("/api/v1/users/:id{[0-9]+}", admin, (c) =>
    known(c, async (id) => {
      if ((await userRow(pool, id))?.username === "root")
        return problem(c, 400, "Cannot remove the root user");
      await destroy(instance, id);
      return c.body(null, 204);
    }),
  );
  app.post("/api/v1/users/:id{[0-9]+}/:verb{(block|unblock)}", admin, (c) =>
    known(c, async (id) => {
      const { reason } = await c.req.json<{ reason?: string }>().catch(() => ({ reason: undefined }));
      await block(instance, id, c.req.param("verb") === "block", reason);
      return c.body(null, 204);
    }),
  );
  app.post("/api/v1/users/:id{[0-9]+}/reset-password", (c) =>
    known(c, async (id) => {
      const asked = chosen.safeParse(await c.req.json().catch(() => undefined));
      if (!asked.success) return problem(c, 400, "Incorrect request parameters");
      const { password, verificationString } = asked.data;
      if (!(await instance.verifications.take(id, verificationString)))
        return problem(c, 403, "Invalid verification string.");
      await pool.query(`UPDATE "user" SET "password" = $2 WHERE "id" = $1`, [id, await hashed(password)]);
      return c.body(null, 204);
    }),
  );
  // An archive that its owner fetches within two days: this double's has nothing in it.
  app.post("/api/v1/users/:id{[0-9]+}/exports/request", admin, (c) =>
    known(c, async (id) => {
      const archive = join(
        instance.folders.tmp_persistent ?? "",
        `user-export-${id}-${randomBytes(4).toString("hex")}.zip`,
      );
      await writeFile(archive, "");
      return c.json({ export: { id } });
    }),
  );
  app.put("/api/v1/video-channels/:name", admin, async (c) => {
    const { displayName } = await c.req
      .json<{ displayName?: string }>()
      .catch(() => ({ displayName: undefined }));
    const statement = `UPDATE "actor" SET "name" = coalesce($2, "name") WHERE "preferredUsername" = $1 AND "type" = 'Group' AND "serverId" IS NULL RETURNING "id"`;
    const changed = await row(pool, statement, [c.req.param("name"), displayName ?? null]);
    return changed ? c.body(null, 204) : problem(c, 404, "Video channel not found");
  });
  return app;
}
