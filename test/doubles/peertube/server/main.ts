import { createServer } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { type Configuration, configurationFrom, processSources } from "./configuration/configuration.ts";
import { ConfigurationError } from "./configuration/layer.ts";
import { databaseName, publicAddress, storageFolders, WrongValue } from "./configuration/settings.ts";
import { connect, requireExtensions, row } from "./database/connection.ts";
import { install, prepareFolders, serverActorName } from "./database/install.ts";
import { holdDatabase } from "./database/lock.ts";
import { migrate } from "./database/migrations.ts";
import { createApp } from "./http/app.ts";
import { Instance } from "./instance.ts";
import { Jobs } from "./jobs/jobs.ts";
import { VerificationsInRedis } from "./jobs/verifications.ts";
import { log, logAs, logInto, reason } from "./log.ts";
import { applicationFolder, standsFor } from "./version.ts";

process.title = "peertube";

/** The real server ends with -1. */
function die(message: string, error?: unknown): never {
  log.error(message, error);
  process.exit(255);
}

function readConfiguration(): Configuration {
  try {
    return configurationFrom(processSources());
  } catch (error) {
    if (!(error instanceof ConfigurationError) && !(error instanceof WrongValue)) throw error;
    return die("Config error.", error);
  }
}

async function boot(configuration: Configuration): Promise<Instance> {
  const { settings } = configuration;
  const version = standsFor();
  const address = publicAddress(settings);
  const pool = await connect(settings);
  await holdDatabase(pool, () => process.exit(255));
  await requireExtensions(pool, databaseName(settings));
  await migrate(pool, version);
  const rootPassword = process.env.PT_INITIAL_ROOT_PASSWORD;
  await install(pool, { url: address.url, email: settings.admin.email, rootPassword });
  const folders = storageFolders(settings, applicationFolder());
  await prepareFolders(folders);
  if (folders.logs) logInto(folders.logs);
  const statement = `SELECT "url" FROM "actor" WHERE "preferredUsername" = $1 AND "serverId" IS NULL`;
  const actor = await row<{ url: string }>(pool, statement, [serverActorName]);
  const actorUrl = new URL(actor?.url ?? address.url).origin;
  const jobs = new Jobs(settings, address.host);
  const verifications = new VerificationsInRedis(settings, address.host);
  return new Instance({ configuration, pool, jobs, verifications, version, actorUrl });
}

function warn({ settings, address, actorUrl }: Instance): void {
  const mail = settings.smtp.hostname || settings.smtp.sendmail;
  if (settings.contact_form.enabled && !mail) {
    log.warn("SMTP is not configured so the contact form will not work.");
  }
  if (settings.object_storage.enabled) {
    log.warn("Object storage is configured: this double keeps every file in storage.streaming_playlists.");
  }
  if (actorUrl !== address.url) {
    log.warn(
      "It seems PeerTube was started (and created some data) with another domain name. This means you will not be able to federate! Please use NODE_CONFIG_DIR=/config NODE_ENV=production npm run update-host to fix this.",
    );
  }
}

/** The RTMP port answers so that it can be probed; no live stream is taken. */
function listenForLives({ settings }: Instance): void {
  const { enabled, rtmp } = settings.live;
  if (!enabled || !rtmp.enabled) return;
  const server = createServer((socket) => socket.destroy());
  server.listen(rtmp.port, rtmp.hostname ?? undefined, () =>
    log.info(`RTMP port ${rtmp.port} is open. This double takes no live stream.`),
  );
}

/** Only SIGINT is handled: requests and jobs under way end first. */
function endOnInterrupt(server: ServerType, { jobs, verifications }: Instance): void {
  process.once("SIGINT", () => {
    log.info("SIGINT: no new requests, those under way end first.");
    const stopped = new Promise<void>((done) => server.close(() => done()));
    if ("closeIdleConnections" in server) server.closeIdleConnections();
    verifications.close();
    stopped.then(() => jobs.close()).then(() => process.exit(0));
  });
}

async function main(): Promise<void> {
  const configuration = readConfiguration();
  const { settings, origins } = configuration;
  logAs(publicAddress(settings).host, settings.log.level);
  log.info("This is the PeerTube double of a local cluster, no PeerTube: docs/local-images.md.");
  log.info(`Using following configuration file hierarchy: ${origins.join(" -> ")}.`);
  const instance = await boot(configuration);
  warn(instance);
  const { app, handlers } = createApp(instance);
  const { hostname, port } = settings.listen;
  const server = serve({ fetch: app.fetch, hostname, port }, () => {
    instance.jobs.start(settings, instance.address.host, handlers);
    log.info(`HTTP server listening on ${hostname}:${port}`);
    log.info(`Web server: ${instance.address.url}`);
  });
  server.on("error", (error) => die("Cannot listen.", error));
  listenForLives(instance);
  endOnInterrupt(server, instance);
}

main().catch((error) => die("Cannot start application.", reason(error)));
