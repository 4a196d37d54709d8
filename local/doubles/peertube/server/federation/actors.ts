import { isActor, type Actor as RemoteActor, type SenderKeyPair } from "@fedify/fedify";
import { importJwk } from "@fedify/fedify/sig";
import { type Connection, row, rows } from "../database/connection.ts";
import { serverActorName } from "../database/install.ts";

/** An actor as the database has it; `host` is null for those of this server. */
export interface Actor {
  id: number;
  url: string;
  type: "Application" | "Person" | "Group";
  preferredUsername: string;
  name: string;
  host: string | null;
  inboxUrl: string;
  sharedInboxUrl: string | null;
  outboxUrl: string | null;
  createdAt: Date;
  updatedAt: Date;
}

const columns = `a."id", a."url", a."type", a."preferredUsername", a."name", s."host", a."inboxUrl",
  a."sharedInboxUrl", a."outboxUrl", a."createdAt", a."updatedAt"`;
const from = `FROM "actor" a LEFT JOIN "server" s ON s."id" = a."serverId"`;

/** Looks actors up. */
export const actors = {
  byId: (on: Connection, id: number) => row<Actor>(on, `SELECT ${columns} ${from} WHERE a."id" = $1`, [id]),

  byUrl: (on: Connection, url: string) =>
    row<Actor>(on, `SELECT ${columns} ${from} WHERE a."url" = $1`, [url]),

  local: (on: Connection, types: Actor["type"][], name: string) =>
    row<Actor>(
      on,
      `SELECT ${columns} ${from} WHERE a."serverId" IS NULL AND a."type" = ANY($1) AND a."preferredUsername" = $2`,
      [types, name],
    ),

  remote: (on: Connection, name: string, host: string) =>
    row<Actor>(on, `SELECT ${columns} ${from} WHERE a."preferredUsername" = $1 AND s."host" = $2`, [
      name,
      host,
    ]),

  /** The actor that stands for this server. */
  server: async (on: Connection): Promise<Actor> => {
    const actor = await actors.local(on, ["Application"], serverActorName);
    if (!actor) throw new Error("this server has no actor");
    return actor;
  },
};

/** The actors of other servers that follow an actor here, and were accepted. */
export function followersOf(on: Connection, target: number): Promise<Actor[]> {
  return rows<Actor>(
    on,
    `SELECT ${columns} ${from} JOIN "actorFollow" f ON f."actorId" = a."id"
     WHERE f."targetActorId" = $1 AND f."state" = 'accepted' AND a."serverId" IS NOT NULL`,
    [target],
  );
}

/** The private key of an actor of this server, to sign with. */
export async function signingKey(on: Connection, actor: Pick<Actor, "id" | "url">): Promise<SenderKeyPair> {
  const key = await row<{ privateKey: Parameters<typeof importJwk>[0] | null }>(
    on,
    `SELECT "privateKey" FROM "actor" WHERE "id" = $1`,
    [actor.id],
  );
  if (!key?.privateKey) throw new Error(`${actor.url} has no private key here`);
  return { privateKey: await importJwk(key.privateKey, "private"), keyId: new URL(`${actor.url}#main-key`) };
}

/** Both keys of an actor of this server. */
export async function keyPairs(on: Connection, id: number) {
  const keys = await row<{
    privateKey: Parameters<typeof importJwk>[0];
    publicKey: Parameters<typeof importJwk>[0];
  }>(on, `SELECT "privateKey", "publicKey" FROM "actor" WHERE "id" = $1`, [id]);
  if (!keys) return [];
  return [
    {
      privateKey: await importJwk(keys.privateKey, "private"),
      publicKey: await importJwk(keys.publicKey, "public"),
    },
  ];
}

function typeOf(actor: RemoteActor): Actor["type"] {
  const name = (actor.constructor as { typeId?: URL }).typeId?.hash.slice(1);
  return name === "Group" || name === "Application" ? name : "Person";
}

/** Stores, or brings up to date, an actor of another server. Throws for what is no usable actor. */
export async function rememberActor(on: Connection, found: unknown): Promise<Actor> {
  if (!isActor(found as RemoteActor)) throw new Error("the document is not an actor");
  const actor = found as RemoteActor;
  const { id, inboxId, outboxId, endpoints } = actor;
  if (!id || !inboxId) throw new Error("the actor has no id or no inbox");
  const name = String(actor.preferredUsername ?? id.pathname.split("/").at(-1));
  await on.query(`INSERT INTO "server" ("host") VALUES ($1) ON CONFLICT DO NOTHING`, [id.host]);
  await on.query(
    `INSERT INTO "actor" ("url", "type", "preferredUsername", "name", "serverId", "inboxUrl", "sharedInboxUrl", "outboxUrl")
     SELECT $1, $2, $3, $4, "id", $6, $7, $8 FROM "server" WHERE "host" = $5
     ON CONFLICT ("url") DO UPDATE SET "name" = EXCLUDED."name", "inboxUrl" = EXCLUDED."inboxUrl",
       "sharedInboxUrl" = EXCLUDED."sharedInboxUrl", "outboxUrl" = EXCLUDED."outboxUrl", "updatedAt" = now()`,
    [
      id.href,
      typeOf(actor),
      name,
      String(actor.name ?? name),
      id.host,
      inboxId.href,
      endpoints?.sharedInbox?.href ?? null,
      outboxId?.href ?? null,
    ],
  );
  const stored = await actors.byUrl(on, id.href);
  if (!stored) throw new Error(`${id.href} could not be stored`);
  return stored;
}
