import { randomBytes, webcrypto } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { log } from "../log.ts";
import { type Connection, inTransaction, row } from "./connection.ts";
import { hashed } from "./passwords.ts";

/** The name of the actor that stands for the server itself; others know it, so it never changes. */
export const serverActorName = "peertube";

async function keyPair(): Promise<{ privateKey: string; publicKey: string }> {
  const pair = await webcrypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    true,
    ["sign", "verify"],
  );
  const exported = async (key: webcrypto.CryptoKey) =>
    JSON.stringify(await webcrypto.subtle.exportKey("jwk", key));
  return { privateKey: await exported(pair.privateKey), publicKey: await exported(pair.publicKey) };
}

/** The three kinds of actors, and the path that each has on its own server. */
const paths = { Application: "accounts", Person: "accounts", Group: "video-channels" } as const;

export async function createActor(
  on: Connection,
  type: keyof typeof paths,
  name: string,
  title: string,
  base: string,
) {
  const url = `${base}/${paths[type]}/${name}`;
  const { privateKey, publicKey } = await keyPair();
  const created = await row<{ id: number }>(
    on,
    `INSERT INTO "actor" ("url", "type", "preferredUsername", "name", "inboxUrl", "sharedInboxUrl", "outboxUrl", "privateKey", "publicKey")
     VALUES ($1, $2, $3, $4, $1 || '/inbox', $5, $1 || '/outbox', $6, $7) RETURNING "id"`,
    [url, type, name, title, `${base}/inbox`, privateKey, publicKey],
  );
  return created?.id;
}

async function createRoot(on: Connection, base: string, email: string | null, password: string) {
  const user = await row<{ id: number }>(
    on,
    `INSERT INTO "user" ("username", "email", "password", "role") VALUES ('root', $1, $2, 0) RETURNING "id"`,
    [email, await hashed(password)],
  );
  const actor = await createActor(on, "Person", "root", "root", base);
  const account = await row<{ id: number }>(
    on,
    `INSERT INTO "account" ("userId", "actorId") VALUES ($1, $2) RETURNING "id"`,
    [user?.id, actor],
  );
  const channel = await createActor(on, "Group", "root_channel", "Main root channel", base);
  await on.query(`INSERT INTO "videoChannel" ("accountId", "actorId") VALUES ($1, $2)`, [
    account?.id,
    channel,
  ]);
}

/**
 * Makes what the first boot makes: the server's actor, an OAuth client, and the user root with his account and
 * channel. The password is the given one, or a random one. The real server writes password and client secret
 * into its log; the double says only that it did not.
 */
export async function install(
  pool: pg.Pool,
  first: { url: string; email: string | null; rootPassword: string | undefined },
): Promise<void> {
  await inTransaction(pool, async (on) => {
    if (!(await row(on, `SELECT 1 FROM "oAuthClient"`))) {
      log.info("Creating a default OAuth Client.");
      const random = () => randomBytes(16).toString("hex");
      await on.query(`INSERT INTO "oAuthClient" VALUES ($1, $2)`, [random(), random()]);
    }
    if (!(await row(on, `SELECT 1 FROM "actor" WHERE "serverId" IS NULL`))) {
      log.info("Creating application account.");
      const actor = await createActor(on, "Application", serverActorName, serverActorName, first.url);
      await on.query(`INSERT INTO "account" ("actorId") VALUES ($1)`, [actor]);
    }
    if (!(await row(on, `SELECT 1 FROM "user"`))) {
      log.info("Creating the administrator.");
      await createRoot(on, first.url, first.email, first.rootPassword || randomBytes(12).toString("hex"));
      log.info("Username: root");
      log.info(
        `User password: not written by this double (${first.rootPassword ? "PT_INITIAL_ROOT_PASSWORD" : "random, and known to nobody: set PT_INITIAL_ROOT_PASSWORD before the first start"})`,
      );
    }
    await on.query(`UPDATE "application" SET "nodeVersion" = $1`, [process.version]);
  });
}

/** Makes every storage folder, and empties the two that do not outlive a start. Throws when one is not writable. */
export async function prepareFolders(folders: Record<string, string>): Promise<void> {
  for (const name of ["cache", "tmp"]) {
    const folder = folders[name];
    if (!folder) continue;
    const entries = await readdir(folder).catch(() => []);
    for (const entry of entries) await rm(join(folder, entry), { recursive: true, force: true });
  }
  const all = Object.values(folders);
  const streaming = folders.streaming_playlists ?? "";
  const uploads = join(folders.tmp ?? "", "resumable-uploads");
  for (const folder of [...all, join(streaming, "hls", "private"), uploads]) {
    await mkdir(folder, { recursive: true });
  }
}
