import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import yaml from "js-yaml";
import type pg from "pg";
import { configurationFrom } from "../../doubles/peertube/server/configuration/configuration.ts";
import { storageFolders } from "../../doubles/peertube/server/configuration/settings.ts";
import { connect, requireExtensions } from "../../doubles/peertube/server/database/connection.ts";
import { install, prepareFolders } from "../../doubles/peertube/server/database/install.ts";
import { migrate } from "../../doubles/peertube/server/database/migrations.ts";
import { createApp } from "../../doubles/peertube/server/http/app.ts";
import { Instance } from "../../doubles/peertube/server/instance.ts";
import type {
  Handlers,
  JobData,
  JobQueue,
  JobType,
  WantedJobs,
} from "../../doubles/peertube/server/jobs/jobs.ts";
import type { Verifications } from "../../doubles/peertube/server/jobs/verifications.ts";
import { logAs } from "../../doubles/peertube/server/log.ts";
import { freePort } from "../../free-port.ts";
import { type OwnPostgresql, ownPostgresql } from "../../postgresql.ts";

/** Data that the double keeps in Redis, in the memory of a test. */
class Remembered implements JobQueue, Verifications {
  readonly jobs: { id: number; type: JobType; data: JobData; state: "waiting" | "completed" }[] = [];
  private readonly letters = new Map<number, string>();
  private handlers: Handlers | undefined;
  private last = 0;

  start(_settings: unknown, _host: string, handlers: Handlers): void {
    this.handlers = handlers;
  }

  add(type: JobType, data: JobData): void {
    this.last += 1;
    this.jobs.push({ id: this.last, type, data, state: "waiting" });
  }

  /** Does what waits. */
  async work(): Promise<void> {
    for (const job of this.jobs) {
      if (job.state === "completed") continue;
      await this.handlers?.[job.type](job.data);
      job.state = "completed";
    }
  }

  async list({ state, type, count }: WantedJobs): Promise<{ total: number; data: unknown[] }> {
    const all = this.jobs.filter(
      (job) => (state === undefined || job.state === state) && (type === undefined || job.type === type),
    );
    return { total: all.length, data: all.slice(0, count) };
  }

  async keep(user: number, text: string): Promise<void> {
    this.letters.set(user, text);
  }

  async take(user: number, text: string): Promise<boolean> {
    return this.letters.get(user) === text && this.letters.delete(user);
  }

  /** The letter that was sent to a user. */
  letterOf(user: number): string | undefined {
    return this.letters.get(user);
  }

  /** Empties the cache, as a restore with rows does. */
  flushAll(): void {
    this.jobs.length = 0;
    this.letters.clear();
  }

  async close(): Promise<void> {}
}

const image = fileURLToPath(new URL("../../doubles/peertube/config", import.meta.url));
const storage = [
  ...["tmp", "tmp_persistent", "bin", "avatars", "web_videos", "streaming_playlists"],
  ...["original_video_files", "redundancy", "logs", "previews", "thumbnails", "storyboards", "torrents"],
  ...["captions", "cache", "plugins", "well_known", "uploads", "client_overrides"],
];

/** The double of PeerTube on this machine, with rows in a PostgreSQL of its own. */
export class PeertubeServer {
  readonly cache = new Remembered();
  readonly data = mkdtempSync(join(tmpdir(), "peertube-data-"));
  readonly password = "of-root-itself";
  private listening: { server: Server; pool: pg.Pool } | undefined;

  private constructor(
    private readonly postgresql: OwnPostgresql,
    private readonly port: number,
  ) {}

  static async open(): Promise<PeertubeServer> {
    const postgresql = await ownPostgresql();
    await postgresql.sql("postgres", "CREATE DATABASE peertube");
    const server = new PeertubeServer(postgresql, await freePort());
    await server.start();
    return server;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The volume's folder of a key of `storage`, as the product names it. */
  static folderOf(key: string): string {
    return key.replaceAll("_", "-");
  }

  async start(): Promise<void> {
    logAs(this.host, "error");
    const configuration = configurationFrom({
      folders: ["/app/config", "/config"],
      environment: { NODE_ENV: "production", PEERTUBE_SECRET: "s", PEERTUBE_LOCAL_CONFIG: "/config" },
      list: (folder) => (folder === "/app/config" ? readdirSync(image) : ["production.yaml"]),
      read: (path) =>
        path.startsWith("/app/config")
          ? readFileSync(path.replace("/app/config", image), "utf8")
          : yaml.dump({
              listen: { hostname: "127.0.0.1", port: this.port },
              webserver: { https: false, hostname: "127.0.0.1", port: this.port },
              database: {
                ...{ hostname: "127.0.0.1", port: this.postgresql.port, name: "peertube" },
                username: "postgres",
              },
              storage: Object.fromEntries(
                storage.map((key) => [key, join(this.data, PeertubeServer.folderOf(key))]),
              ),
              smtp: { hostname: "127.0.0.1", port: 9, tls: false },
              transcoding: { enabled: true, resolutions: { "480p": true } },
            }),
    });
    const { settings } = configuration;
    const pool = await connect(settings);
    await requireExtensions(pool, "peertube");
    await migrate(pool, "8.2.4");
    const url = `http://${this.host}`;
    await install(pool, { url, email: "root@example.test", rootPassword: this.password });
    await prepareFolders(storageFolders(settings, "/"));
    const { cache } = this;
    const instance = new Instance({
      ...{ configuration, pool, jobs: cache, verifications: cache, version: "8.2.4", actorUrl: url },
    });
    const { app, handlers } = createApp(instance);
    cache.start(settings, this.host, handlers);
    const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: this.port }) as Server;
    this.listening = { server, pool };
  }

  async stop(): Promise<void> {
    const { listening } = this;
    this.listening = undefined;
    if (listening === undefined) return;
    listening.server.closeAllConnections();
    await new Promise((closed) => listening.server.close(closed));
    await listening.pool.end();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.postgresql.close();
    rmSync(this.data, { recursive: true });
  }

  sql(text: string): Promise<string> {
    return this.postgresql.sql("peertube", text);
  }

  async ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://${this.host}${path}`, { ...init, method });
  }

  async logIn(): Promise<Record<string, string>> {
    const client = (await (await this.ask("GET", "/api/v1/oauth-clients/local")).json()) as object;
    const body = new URLSearchParams({
      ...client,
      ...{ grant_type: "password", username: "root", password: this.password },
    });
    const answer = await this.ask("POST", "/api/v1/users/token", { body });
    return {
      authorization: `Bearer ${((await answer.json()) as { access_token: string }).access_token}`,
    };
  }

  /** @param level privacy: 1 public, 3 private. */
  async upload(headers: Record<string, string>, level = 1): Promise<string> {
    const body = new FormData();
    body.append("channelId", "1");
    body.append("name", "Conseil municipal");
    body.append("privacy", String(level));
    body.append("videofile", new Blob(["a film"], { type: "video/mp4" }), "film.mp4");
    const answer = await this.ask("POST", "/api/v1/videos/upload", { headers, body });
    return ((await answer.json()) as { video: { uuid: string } }).video.uuid;
  }

  /** Files that a program is given, in a folder that goes with the server. */
  write(name: string, text: string): string {
    const path = join(this.data, name);
    writeFileSync(path, text);
    return path;
  }
}
