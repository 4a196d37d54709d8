/**
 * The tables of the double, named like upstream's where the same thing stands in them. One row of `application`;
 * `double` holds the flags and marks that upstream does not have.
 */
export const firstSchema = `
CREATE TABLE "application" ("id" serial PRIMARY KEY, "migrationVersion" integer NOT NULL DEFAULT 0, "nodeVersion" text);
INSERT INTO "application" DEFAULT VALUES;
CREATE TABLE "double" ("key" text PRIMARY KEY, "value" text NOT NULL DEFAULT '');
CREATE TABLE "server" (
  "id" serial PRIMARY KEY, "host" text NOT NULL UNIQUE, "redundancyAllowed" boolean NOT NULL DEFAULT false
);
CREATE TABLE "actor" (
  "id" serial PRIMARY KEY,
  "url" text NOT NULL UNIQUE,
  "type" text NOT NULL,
  "preferredUsername" text NOT NULL,
  "name" text NOT NULL,
  "serverId" integer REFERENCES "server",
  "inboxUrl" text NOT NULL,
  "sharedInboxUrl" text,
  "outboxUrl" text,
  "privateKey" jsonb,
  "publicKey" jsonb,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX "actor_name" ON "actor" ("preferredUsername", coalesce("serverId", 0));
CREATE TABLE "actorFollow" (
  "id" serial PRIMARY KEY,
  "actorId" integer NOT NULL REFERENCES "actor",
  "targetActorId" integer NOT NULL REFERENCES "actor",
  "url" text NOT NULL,
  "state" text NOT NULL CHECK ("state" IN ('pending', 'accepted', 'rejected')),
  "score" integer NOT NULL DEFAULT 1000,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now(),
  UNIQUE ("actorId", "targetActorId")
);
CREATE TABLE "user" (
  "id" serial PRIMARY KEY,
  "username" text NOT NULL UNIQUE,
  "email" text,
  "password" text NOT NULL,
  "role" integer NOT NULL DEFAULT 2,
  "blocked" boolean NOT NULL DEFAULT false,
  "blockedReason" text,
  "createdAt" timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE "account" (
  "id" serial PRIMARY KEY, "userId" integer REFERENCES "user", "actorId" integer NOT NULL UNIQUE REFERENCES "actor"
);
CREATE TABLE "videoChannel" (
  "id" serial PRIMARY KEY,
  "accountId" integer NOT NULL REFERENCES "account",
  "actorId" integer NOT NULL UNIQUE REFERENCES "actor"
);
CREATE TABLE "oAuthClient" ("clientId" text PRIMARY KEY, "clientSecret" text NOT NULL);
CREATE TABLE "oAuthToken" (
  "accessToken" text PRIMARY KEY,
  "accessTokenExpiresAt" timestamptz NOT NULL,
  "refreshToken" text NOT NULL UNIQUE,
  "refreshTokenExpiresAt" timestamptz NOT NULL,
  "userId" integer NOT NULL REFERENCES "user"
);
CREATE TABLE "video" (
  "id" serial PRIMARY KEY,
  "uuid" uuid NOT NULL UNIQUE,
  "url" text NOT NULL UNIQUE,
  "remote" boolean NOT NULL,
  "name" text NOT NULL,
  "description" text,
  "privacy" integer NOT NULL DEFAULT 1,
  "duration" integer NOT NULL DEFAULT 0,
  "size" bigint NOT NULL DEFAULT 0,
  "fileUrl" text,
  "playlistUrl" text,
  "state" integer NOT NULL DEFAULT 1,
  "pendingTranscode" integer NOT NULL DEFAULT 0,
  "accountActorId" integer NOT NULL REFERENCES "actor",
  "channelActorId" integer NOT NULL REFERENCES "actor",
  "publishedAt" timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE "videoShare" (
  "videoId" integer NOT NULL REFERENCES "video" ON DELETE CASCADE,
  "actorId" integer NOT NULL REFERENCES "actor",
  PRIMARY KEY ("videoId", "actorId")
);
CREATE TABLE "plugin" (
  "id" serial PRIMARY KEY, "name" text NOT NULL, "type" integer NOT NULL, "version" text NOT NULL, UNIQUE ("name", "type")
);
CREATE TABLE "runnerRegistrationToken" (
  "id" serial PRIMARY KEY, "registrationToken" text NOT NULL UNIQUE, "createdAt" timestamptz NOT NULL DEFAULT now()
);
`;
